import numpy as np
import pytest

from edge.detectors.ssd import Level, blend, cut, decode, outermost, overlaps, suppress, to_faces
from edge.types import Box, Face

NAN, INF = float("nan"), float("inf")


def faces(*rows, min_score=0.5):
    """to_faces of (score, left, top, right, bottom) rows in a picture of 200x100 pixels."""
    table = np.array(rows, np.float32).reshape(-1, 5)
    return to_faces(table[:, 0], table[:, 1:], 200, 100, min_score)


def test_corners_become_pixels():
    assert faces((1, 0.25, 0.5, 0.5, 0.75)) == [Face(Box(50, 50, 100, 75), 1.0)]


def test_the_best_comes_first():
    scores = [f.score for f in faces((0.5, 0, 0, 1, 1), (1, 0, 0, 1, 1), (0.75, 0, 0, 1, 1))]
    assert scores == [1, 0.75, 0.5]


def test_boxes_are_clipped_to_the_picture():
    assert faces((1, -0.5, -9, 0.5, 9)) == [Face(Box(0, 0, 100, 100), 1.0)]


@pytest.mark.parametrize(
    "row",
    [
        (0.49, 0, 0, 1, 1),
        (NAN, 0, 0, 1, 1),
        (INF, 0, 0, 1, 1),
        (1, NAN, 0, 1, 1),
        (1, 0, 0, INF, 1),
        (1, 0, -INF, 1, 1),
    ],
)
def test_what_is_not_a_score_or_not_finite_is_dropped(row):
    assert faces(row) == []


@pytest.mark.parametrize(
    "row",
    [
        (1, 0.75, 0.25, 0.25, 0.75),  # inverted
        (1, 1.25, 0, 1.5, 1),  # right of the picture
        (1, 0, -1, 1, -0.5),  # above it
        (1, 0.995, 0, 2, 1),  # one pixel wide after clipping
        (1, 0.5, 0.5, 0.5, 0.5),
    ],
)
def test_boxes_without_an_area_are_dropped(row):
    assert faces(row) == []


def test_nothing_in_nothing_out():
    assert faces() == []


def test_cut_is_a_view_with_its_place():
    image = np.arange(20 * 30 * 3, dtype=np.uint8).reshape(20, 30, 3)
    part, left, top = cut(image, Box(-4.2, 3.6, 10.4, 99))
    assert (left, top) == (0, 4)
    assert np.array_equal(part, image[4:20, 0:10])
    assert np.shares_memory(part, image)


def test_cut_without_a_region_is_the_picture():
    image = np.zeros((20, 30, 3), np.uint8)
    part, left, top = cut(image, None)
    assert part is image
    assert (left, top) == (0, 0)


def boxes(*rows):
    return np.array(rows, np.float32)


def test_priors_follow_caffes_order():
    level = Level(step=16, first=8, border=0, min_size=60, max_size=111, ratios=(2,))
    priors = level.priors(2, 3)
    assert priors.shape == (24, 4)
    assert priors[:8, :2].tolist() == [[8, 8]] * 4 + [[24, 8]] * 4
    assert priors[12, :2].tolist() == [8, 24]
    long, short, mean = 60 * 2**0.5, 60 / 2**0.5, (60 * 111) ** 0.5
    np.testing.assert_allclose(
        priors[:4, 2:], [[60, 60], [mean, mean], [long, short], [short, long]], rtol=1e-6
    )


def test_outermost_cells_stand_further_out():
    level = Level(step=64, first=86, border=36, min_size=213, max_size=264, ratios=())
    assert level.priors(1, 3)[::2, :2].tolist() == [[50, 86], [150, 86], [250, 86]]


def test_decoding_no_offset_gives_the_prior():
    corners = decode(np.zeros((1, 4), np.float32), boxes((50, 40, 20, 10)))
    assert corners.tolist() == [[40, 35, 60, 45]]


def test_decoding_moves_by_tenths_and_grows_by_fifths():
    corners = decode(boxes((1, -1, 5 * np.log(2), 0)), boxes((50, 40, 20, 10)))
    np.testing.assert_allclose(corners, [[32, 34, 72, 44]], rtol=1e-6)


def test_overlaps_is_intersection_over_union():
    many = boxes((0, 0, 10, 10), (5, 0, 15, 10), (20, 20, 30, 30), (3, 3, 3, 3))
    np.testing.assert_allclose(overlaps(many[0], many), [1, 1 / 3, 0, 0], rtol=1e-6)


def test_suppression_keeps_the_best_of_each_face():
    corners = boxes((0, 0, 10, 10), (1, 0, 11, 10), (50, 0, 60, 10), (5, 0, 15, 10))
    assert suppress(np.array([0.7, 0.9, 0.8, 0.6]), corners).tolist() == [1, 2, 3]


def test_a_suppressed_box_suppresses_nothing():
    corners = boxes((0, 0, 10, 10), (3, 0, 13, 10), (6, 0, 16, 10))
    assert suppress(np.array([0.9, 0.8, 0.7]), corners).tolist() == [0, 2]


def test_blending_weighs_the_boxes_around_by_score():
    corners = boxes((0, 0, 10, 10), (2, 0, 12, 10), (50, 0, 60, 10))
    blended = blend(np.array([0.9, 0.3, 0.5]), corners, np.array([0, 2]))
    np.testing.assert_allclose(blended, [[0.5, 0, 10.5, 10], [50, 0, 60, 10]], rtol=1e-5)


def test_a_part_of_a_face_is_not_another_one():
    face, lens, apart, around = (
        (0, 0, 50, 50),
        (-2, 10, 13, 25),
        (45, 0, 75, 30),
        (-20, -20, 90, 90),
    )
    assert outermost(boxes(face, lens, apart, around)).tolist() == [True, False, True, True]


def test_arithmetic_of_no_boxes():
    none, scores = np.zeros((0, 4), np.float32), np.zeros(0, np.float32)
    stays = suppress(scores, none)
    assert stays.shape == (0,)
    assert blend(scores, none, stays).shape == (0, 4)
    assert outermost(none).shape == (0,)
