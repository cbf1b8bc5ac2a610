import numpy as np
import pytest

from convert.spectacles import EYES, SHAPES, wear
from edge.types import Box

BOX = Box(20, 10, 120, 150)
EYE = (BOX.left + EYES[1] * BOX.width, BOX.top + EYES[2] * BOX.height)
UNIT = (EYES[1] - EYES[0]) * BOX.width


def changed(shape: str, seed: int) -> np.ndarray:
    bare = np.full((160, 140, 3), 128, np.uint8)
    return (wear(bare, BOX, shape, seed=str(seed)) != bare).any(axis=2)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_eyes_are_covered_and_the_mouth_is_not(shape):
    worn = np.mean([changed(shape, seed) for seed in range(20)], axis=0)
    x, y = (round(v) for v in EYE)
    assert worn[y - 12 : y + 12, x - 12 : x + 12].mean() > 0.6
    assert not worn[round(BOX.top + 0.72 * BOX.height) :].any()


def test_only_square_lenses_fill_their_corners():
    def corners(shape: str) -> float:
        worn = np.mean([changed(shape, seed) for seed in range(60)], axis=0)
        x, y = round(EYE[0] + 0.40 * UNIT), round(EYE[1] + 0.29 * UNIT)
        return float(worn[y, x])

    assert corners("square") > 2 * corners("round")


def test_the_same_seed_draws_the_same():
    bare = np.random.default_rng(0).integers(0, 256, (160, 140, 3), np.uint8)
    first = wear(bare, BOX, "round", seed="a")
    np.testing.assert_array_equal(first, wear(bare, BOX, "round", seed="a"))
    assert (first != wear(bare, BOX, "round", seed="b")).any()


def test_a_face_at_the_pictures_edge_is_drawn_on_where_it_is_seen():
    bare = np.full((80, 80, 3), 128, np.uint8)
    beyond = BOX.moved(-70, -40)
    assert wear(bare, beyond, "square", seed="a").shape == bare.shape
