import math

import numpy as np
import pytest

from edge.pose import Pose, Similarity
from edge.types import Box

QUARTER = Similarity(a=0.0, b=2.0, tx=5.0, ty=0.0)  # a quarter turn clockwise, twice as large


def test_a_similarity_rotates_clockwise_on_the_screen():
    assert QUARTER.apply(1, 0) == (5, 2)
    assert QUARTER.scale == 2
    assert QUARTER.angle == pytest.approx(math.pi / 2)


def test_then_is_one_after_the_other():
    both = QUARTER.then(Similarity(tx=1.0, ty=-1.0))
    assert both.apply(1, 0) == (6, 1)
    x, y = QUARTER.apply(3, 4)
    assert QUARTER.then(QUARTER).apply(3, 4) == pytest.approx(QUARTER.apply(x, y))


def test_a_pose_of_a_box_gives_the_box_back():
    box = Box(10, 20, 40, 90)
    assert Pose.of(box).box == box


def test_a_moved_pose_is_scaled_and_rolled():
    pose = Pose(1, 0, 10, 20).moved(QUARTER)
    assert pose[:4] == pytest.approx((5, 2, 20, 40))
    assert pose.roll == pytest.approx(math.pi / 2)


def test_displacing_by_the_offset_between_two_poses_leads_to_the_other():
    a, b = Pose(100, 80, 60, 70, 0.4), Pose(110, 77, 66, 65, 0.4)
    assert a.displaced(a.offset_to(b)) == pytest.approx(b)


def test_an_offset_stays_the_same_while_the_face_moves():
    motion = Similarity(a=1.1, b=0.3, tx=-20, ty=15)
    a, b = Pose(100, 80, 60, 70, 0.1), Pose(104, 90, 63, 72, 0.1)
    np.testing.assert_allclose(a.offset_to(b), a.moved(motion).offset_to(b.moved(motion)))
