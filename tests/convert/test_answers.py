from dataclasses import replace

import numpy as np
import pytest

from convert.nets import Net

pytestmark = pytest.mark.train

PLAIN = Net("tiny", (), dropout=0.0)


def test_a_crop_and_its_mirror_image_are_averaged():
    import torch

    from convert.answers import logits

    def left_and_top(x):
        """The mean of the left half and that of the upper half, (N, 2)."""
        half = x.shape[2] // 2
        return torch.stack([x[..., :half].mean((1, 2, 3)), x[:, :, :half].mean((1, 2, 3))], 1)

    image = np.zeros((1, 8, 8, 3), np.uint8)
    image[:, :4, :4] = 255
    plain = logits(left_and_top, image, 3, PLAIN)
    np.testing.assert_allclose(plain, [[0, 0]], atol=1e-6)
    mirrored = logits(left_and_top, image, 3, replace(PLAIN, mirror=True))
    np.testing.assert_allclose(mirrored, [[-0.5, 0]], atol=1e-6)


def test_the_corners_of_a_crop_are_averaged_every_other_one_mirrored():
    import torch

    from convert.answers import logits

    def places(x):
        """The places of the brightest pixel from the left and the top, (N, 2)."""
        x = x[:, 0]
        across, down = x.amax(1).argmax(1), x.amax(2).argmax(1)
        assert x.shape[1:] == (8, 8)
        return torch.stack([across, down], 1).float()

    image = np.zeros((1, 12, 12, 3), np.uint8)
    image[:, 5, 6] = 255
    # From 0 and 4, from the right where mirrored: 6, 2, 7 - 2, 7 - 6; from the top 5, 1, 5, 1.
    found = logits(places, image, 3, replace(PLAIN, margin=2))
    np.testing.assert_allclose(found, [[(6 + 2 + 5 + 1) / 4, 3]])
