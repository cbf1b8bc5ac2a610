from pathlib import Path

import numpy as np
import pytest

from convert.dataset import PictureSet
from convert.detector_scenes import make_scenes, read_pool
from edge.errors import ConfigError


def test_scenes_are_pictures_of_their_own_and_repeatable():
    pool = [np.full((40, 30, 3), shade, np.uint8) for shade in (20, 120, 220)]
    one, two = (list(make_scenes(pool, 96, 12, np.random.default_rng(3))) for _ in range(2))
    assert len(one) == 13
    assert {(scene.shape, scene.dtype) for scene in one} == {((96, 96, 3), np.dtype(np.uint8))}
    assert (one[0].min(), one[0].max()) == (0, 255)
    assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))
    assert len({scene.tobytes() for scene in one}) == 13


def rows(*splits: str) -> list[dict[str, str]]:
    return [{"path": f"{n}.png", "split": split} for n, split in enumerate(splits)]


def test_the_pool_is_of_training_pictures(make_set):
    images = [np.full((8, 8, 3), n * 50, np.uint8) for n in range(3)]
    pictures = PictureSet(Path(make_set(rows("train", "val", "train"), images)))
    pool = read_pool([pictures], np.random.default_rng(0))
    assert sorted(int(image[0, 0, 0]) for image in pool) == [0, 100]


def test_sets_without_training_pictures_are_refused(make_set):
    pictures = PictureSet(Path(make_set(rows("val"))))
    with pytest.raises(ConfigError, match="train split"):
        read_pool([pictures], np.random.default_rng(0))
