import copy

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


def augmented(images):
    import torch

    from convert.augment import augment

    random = torch.Generator().manual_seed(0)
    return augment(images, 32, 3, 1.0, np.random.default_rng(0), random, beards=True)


def test_every_other_crop_is_mirrored():
    images = np.full((200, 44, 44, 3), 60, np.uint8)
    images[:, :, :22] = 200
    x = augmented(images)
    bright_left = x[..., :10].mean((1, 2, 3)) > x[..., -10:].mean((1, 2, 3))
    assert 70 < bright_left.sum() < 130


@pytest.mark.parametrize("name", ["jpeg", "beard", "soften", "light", "erase"])
def test_every_change_is_made(monkeypatch, name):
    from convert import augment

    images = np.random.default_rng(1).integers(0, 256, (32, 44, 44, 3), np.uint8)
    change, changed = getattr(augment, name), []

    def made(x, *arguments):
        before = copy.deepcopy(x)
        answer = change(x, *arguments)
        changed.append(bool((before != answer).any()))
        return answer

    monkeypatch.setattr(augment, name, made)
    augmented(images)
    assert changed == [True]


def test_some_crops_are_softened_and_the_others_stay():
    import torch

    from convert.augment import BLUR, soften

    x = torch.rand(20, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    soft = soften(x, torch.Generator().manual_seed(0))
    some = round(20 * BLUR)
    assert torch.equal(soft[some:], x[some:])
    assert (soft[:some].std((1, 2, 3)) < 0.9 * x[:some].std((1, 2, 3))).all()


def test_some_crops_are_partly_covered():
    import torch

    from convert.augment import erase

    x = torch.full((100, 3, 40, 40), 2.0)  # no colour is as bright
    covered = (erase(x, torch.Generator().manual_seed(0)) < 2).float().mean((1, 2, 3))
    some = covered[covered > 0]
    assert 10 < len(some) < 40
    assert some.min() > 0.05**2
    assert some.max() < 0.5**2
