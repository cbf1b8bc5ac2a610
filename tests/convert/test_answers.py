import numpy as np
import pytest

pytestmark = pytest.mark.train


def test_a_crop_and_its_mirror_image_are_averaged():
    import torch

    from convert.answers import logits

    def left_and_top(x):
        """The mean of the left half and that of the upper half, (N, 2)."""
        half = x.shape[2] // 2
        return torch.stack([x[..., :half].mean((1, 2, 3)), x[:, :, :half].mean((1, 2, 3))], 1)

    image = np.zeros((1, 8, 8, 3), np.uint8)
    image[:, :4, :4] = 255
    np.testing.assert_allclose(logits(left_and_top, image, 3, mirror=False), [[0, 0]], atol=1e-6)
    mirrored = logits(left_and_top, image, 3, mirror=True)
    np.testing.assert_allclose(mirrored, [[-0.5, 0]], atol=1e-6)
