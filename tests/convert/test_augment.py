import numpy as np
import pytest

pytestmark = pytest.mark.train


@pytest.mark.parametrize("channels", [1, 3])
def test_augmented_crops_are_network_input_and_follow_the_seed(channels):
    import torch

    from convert.augment import augment

    crops = np.random.default_rng(0).integers(0, 256, (32, 44, 44, 3), np.uint8)

    def run(seed):
        random = torch.Generator().manual_seed(seed)
        return augment(crops, 32, channels, 1.0, np.random.default_rng(seed), random)

    x = run(1)
    assert x.shape == (32, channels, 32, 32)
    assert x.min() >= -1
    assert x.max() <= 1
    assert torch.equal(x, run(1))
    assert not torch.equal(x, run(2))


def test_a_crop_moves_no_further_than_its_room():
    import torch

    from convert.augment import move

    # A smooth picture that is dark at its border: what is cut from the middle stays bright.
    wide = torch.zeros(64, 1, 48, 48)
    wide[:, :, 8:40, 8:40] = 1
    cut = move(wide, 32, torch.Generator().manual_seed(0))
    assert cut.shape == (64, 1, 32, 32)
    assert cut[:, :, 12:20, 12:20].min() > 0.99


def test_beards_shade_the_lower_face_of_some():
    import torch

    from convert.augment import beard

    faces = torch.full((64, 3, 48, 48), 0.7)
    shaded = beard(faces.clone(), torch.Generator().manual_seed(0))
    changed = (shaded - faces).abs().amax(dim=(1, 2, 3)) > 0.1
    assert 0 < changed.sum() < 64
    assert (shaded[:, :, :20] - faces[:, :, :20]).abs().max() < 0.05
    assert shaded[changed][:, :, 38:44, 20:28].mean() < 0.65
