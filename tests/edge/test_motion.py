import math

import cv2
import numpy as np
import pytest

from edge.cameras.demo import DemoCamera
from edge.motion import Motion
from edge.pose import Pose, Similarity
from edge.types import Box, Frame


def warp(image, motion):
    matrix = np.array([[motion.a, -motion.b, motion.tx], [motion.b, motion.a, motion.ty]])
    height, width = image.shape[:2]
    return cv2.warpAffine(image, matrix, (width, height), borderMode=cv2.BORDER_REFLECT)


def about(x, y, *, scale=1.0, angle=0.0, dx=0.0, dy=0.0):
    """The similarity that turns and scales about (x, y), then shifts."""
    a, b = scale * math.cos(angle), scale * math.sin(angle)
    return Similarity(a, b, x - a * x + b * y + dx, y - b * x - a * y + dy)


@pytest.fixture(scope="module")
def scene():
    """A frame of 640x480 with a face at a known place."""
    camera = DemoCamera(width=640, height=480)
    ((box, _),) = camera.truth(0)
    return camera.render(0), box


def follow(first, second, box):
    motion = Motion()
    motion.advance(Frame(first, 0, 0.0))
    motion.advance(Frame(second, 1, 0.0))
    return motion.follow({7: Pose.of(box)})


@pytest.mark.parametrize(
    "change",
    [
        {"dx": 3.3, "dy": -1.7},
        {"dx": 14.0, "dy": 9.0},
        {"scale": 1.04},
        {"angle": 0.08, "dx": 2.0},
        {"dx": 0.25},
    ],
    ids=str,
)
def test_a_face_is_followed_to_a_fraction_of_a_pixel(scene, change):
    image, box = scene
    truth = about(*box.center, **change)
    found = follow(image, warp(image, truth), box)[7]
    assert found.apply(*box.center) == pytest.approx(truth.apply(*box.center), abs=0.35)
    assert found.scale == pytest.approx(truth.scale, abs=0.006)
    assert found.angle == pytest.approx(truth.angle, abs=0.006)


def test_a_leap_is_caught_by_the_coarse_step(scene):
    image, box = scene
    leap = Similarity(tx=box.width * 0.7, ty=box.height * 0.3)
    found = follow(image, warp(image, leap), box)[7]
    assert found.apply(0, 0) == pytest.approx((leap.tx, leap.ty), abs=1.5)


def test_a_blank_picture_cannot_be_followed():
    grey = np.full((480, 640, 3), 128, np.uint8)
    assert follow(grey, grey, Box(200, 100, 300, 220)) == {}


def test_a_face_out_of_sight_cannot_be_followed(scene):
    image, _ = scene
    assert follow(image, image, Box(-300, -300, -200, -180)) == {}


def test_a_frame_of_another_size_starts_afresh(scene):
    image, box = scene
    motion = Motion()
    motion.advance(Frame(image, 0, 0.0))
    motion.advance(Frame(image[:400, :500].copy(), 1, 0.0))
    assert motion.follow({1: Pose.of(box)}) == {}
    motion.advance(Frame(image[:400, :500].copy(), 2, 0.0))
    assert motion.follow({1: Pose.of(box)}).keys() == {1}


def test_a_box_in_an_old_frame_is_carried_to_the_newest(scene):
    image, box = scene
    motion = Motion()
    for index in range(5):
        motion.advance(Frame(warp(image, Similarity(tx=4.0 * index, ty=2.0 * index)), index, 0.0))
    carried = motion.carry(box.moved(4, 2), 1)
    assert carried.apply(*box.center) == pytest.approx(
        (box.center[0] + 12, box.center[1] + 6), abs=0.8
    )
    assert motion.carry(box, 99) == Similarity()
