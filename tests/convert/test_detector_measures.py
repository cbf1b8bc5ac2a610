import numpy as np
import pytest

from convert.detector_measures import Count, agreement, count, jitter, match, total
from edge.types import Box, Face

A, B = Box(0, 0, 10, 10), Box(50, 0, 60, 10)


def test_each_face_is_found_once():
    faces = [Face(A, 0.9), Face(A.moved(1, 0), 0.8), Face(B.moved(9, 0), 0.7)]
    assert match(faces, [A, B]) == Count(faces=2, found=1, false=2)


def test_nothing_to_find():
    assert match([], []).recall == 1
    assert match([Face(A, 0.9)], []) == Count(0, 0, 1)


@pytest.mark.parametrize(("seen", "there", "expected"), [(2, 1, (1, 1, 1)), (0, 2, (2, 0, 0))])
def test_counting_where_places_are_not_known(seen, there, expected):
    assert count([Face(A, 0.9)] * seen, there) == expected


def test_totals_and_recall():
    assert total([Count(2, 1, 0), Count(2, 2, 3)]) == Count(4, 3, 3)
    assert Count(4, 3, 3).recall == 0.75


def test_agreement_is_over_the_reference_that_was_met():
    faces = [Face(A, 0.5), Face(A.moved(5, 0), 0.5)]
    assert agreement(faces, [Face(A, 0.9), Face(B, 0.9)]) == [1.0]


def test_steady_motion_and_growth_are_no_jitter():
    boxes = [Box(n, 2 * n, 10 + 3 * n, 20 + 4 * n) for n in range(5)]
    np.testing.assert_allclose(jitter(boxes), 0, atol=1e-12)


def test_jitter_is_in_box_heights():
    trembling = [A.moved(n % 2, 0) for n in range(4)]
    np.testing.assert_allclose(jitter(trembling), [0.05, 0.05])  # 2 of 10 pixels in one of four


def test_frames_without_a_box_are_left_out():
    assert len(jitter([A, None, A, A, A])) == 1
