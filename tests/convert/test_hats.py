import numpy as np

from convert.hats import wear
from edge.types import Box

BOX = Box(60, 90, 160, 220)


def changed(seed: int) -> np.ndarray:
    bare = np.full((260, 220, 3), 128, np.uint8)
    return (wear(bare, BOX, seed=str(seed)) != bare).any(axis=2)


def test_the_top_of_the_head_is_covered_and_the_face_is_not():
    worn = np.mean([changed(seed) for seed in range(100)], axis=0)
    across = slice(round(BOX.left + 0.35 * BOX.width), round(BOX.left + 0.65 * BOX.width))
    above = slice(round(BOX.top - 0.25 * BOX.width), round(BOX.top - 0.1 * BOX.width))
    assert worn[above, across].mean() > 0.8
    below = slice(round(BOX.top + 0.5 * BOX.height), round(BOX.bottom))
    assert not worn[below, across].any()


def test_hats_differ_in_height_and_width():
    def extents(axis: int) -> list[int]:
        return [np.count_nonzero(changed(seed).any(axis=axis)) for seed in range(60)]

    for axis in (0, 1):
        low, high = np.quantile(extents(axis), [0.1, 0.9])
        assert high > 1.4 * low


def test_the_same_seed_draws_the_same():
    bare = np.random.default_rng(0).integers(0, 256, (160, 140, 3), np.uint8)
    first = wear(bare, BOX, seed="a")
    np.testing.assert_array_equal(first, wear(bare, BOX, seed="a"))
    assert (first != wear(bare, BOX, seed="b")).any()


def test_a_head_at_the_pictures_edge_is_drawn_on_where_it_is_seen():
    bare = np.full((80, 80, 3), 128, np.uint8)
    beyond = BOX.moved(-120, -140)
    for seed in range(20):
        assert wear(bare, beyond, seed=str(seed)).shape == bare.shape
