import math
from types import SimpleNamespace

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


@pytest.mark.parametrize("size", [(320, 240), (1280, 720), (1920, 1080), (1001, 751)])
def test_motion_is_told_in_the_pixels_of_a_frame_of_any_size(size):
    camera = DemoCamera(width=size[0], height=size[1])
    ((box, _),) = camera.truth(0)
    x, y = box.center
    move = Similarity(tx=0.02 * size[0], ty=0.015 * size[1])
    found = follow(camera.render(0), warp(camera.render(0), move), box)[7]
    assert found.apply(x, y) == pytest.approx(move.apply(x, y), abs=0.002 * size[0])


def test_a_small_picture_that_comes_with_the_frame_is_taken(scene):
    image, box = scene
    blank = np.zeros_like(image)
    motion = Motion()
    for index in range(2):
        small = cv2.resize(warp(image, Similarity(tx=6.0 * index)), (320, 240))
        lores = SimpleNamespace(grey=cv2.cvtColor(small, cv2.COLOR_BGR2GRAY))
        motion.advance(Frame(blank, index, 0.0, lores))
    found = motion.follow({1: Pose.of(box)})[1]
    assert found.apply(0, 0) == pytest.approx((6, 0), abs=0.5)


def test_a_blank_picture_cannot_be_followed():
    grey = np.full((480, 640, 3), 128, np.uint8)
    assert follow(grey, grey, Box(200, 100, 300, 220)) == {}


def test_a_face_behind_a_hand_cannot_be_followed(scene):
    image, box = scene
    hidden = image.copy()
    left, top, right, bottom = (round(side) for side in box)
    hidden[top - 20 : bottom + 20, left - 20 : right + 20] = (120, 150, 205)
    assert follow(image, hidden, box) == {}


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
    (carried,) = motion.carry([box.moved(4, 2)], 1)
    assert carried.apply(*box.center) == pytest.approx(
        (box.center[0] + 12, box.center[1] + 6), abs=0.8
    )
    assert motion.carry([box], 99) == [Similarity()]


def test_a_box_is_carried_no_further_than_it_can_be_followed(scene):
    image, box = scene
    other = np.ascontiguousarray(np.rot90(image, 2))
    motion = Motion()
    for index, picture in enumerate((image, other, warp(other, Similarity(tx=6.0)))):
        motion.advance(Frame(picture, index, 0.0))
    assert motion.carry([box], 0) == [Similarity()]


def texture(seed, width, height):
    coarse = np.random.default_rng(seed).integers(0, 255, (height // 10, width // 10, 3), np.uint8)
    return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)


@pytest.mark.parametrize("lost", [True, False], ids=["lost", "gone"])
def test_who_is_found_elsewhere_is_followed_there_and_not_what_is_now_where_he_was(lost):
    def picture(left):
        image = texture(0, 640, 480)
        image[100:220, left : left + 100] = texture(1, 100, 120)
        return image

    def pose(left):
        return {1: Pose.of(Box(left, 100, left + 100, 220))}

    motion = Motion()
    for index in range(2):
        motion.advance(Frame(picture(60), index, 0.0))
    assert motion.follow(pose(60)) == {1: pytest.approx(Similarity(), abs=0.1)}
    motion.advance(Frame(picture(400), 2, 0.0))
    assert motion.follow(pose(60) if lost else {}) == {}
    motion.advance(Frame(picture(406), 3, 0.0))
    found = motion.follow(pose(400))[1]
    assert found.apply(450, 160) == pytest.approx((456, 160), abs=0.5)


def test_points_that_something_has_taken_along_are_left_to_it(scene):
    image, box = scene
    top, bottom, left, right = (int(v) for v in (box.top, box.bottom, box.left, box.right))
    patch = image[top:bottom, left:right]
    motion = Motion()
    for index in range(4):  # one thing rests at the left, another one moves at the right
        frame = np.full_like(image, 90)
        right_one = 300 + 4 * index
        for x in (20, right_one):
            frame[top:bottom, x : x + patch.shape[1]] = patch
        motion.advance(Frame(frame, index, index / 30))
        # First the face is said to be the one at the left, then that at the right.
        x = 20 if index < 2 else right_one - 4
        found = motion.follow({1: Pose.of(Box(x, top, x + patch.shape[1], bottom))})
        if index:
            assert found[1].tx == pytest.approx(0 if index < 2 else 4, abs=0.4)


def test_several_boxes_are_carried_together_as_each_would_be_alone(scene):
    image, box = scene
    motion = Motion()
    for index in range(4):
        motion.advance(Frame(warp(image, Similarity(tx=4 * index, ty=-index)), index, index / 30))
    empty, outside = Box(10, 10, 60, 70), Box(900, 900, 960, 980)
    boxes = [outside, box, empty, box.moved(5, 5)]
    together = motion.carry(boxes, 0)
    assert together == [motion.carry([each], 0)[0] for each in boxes]
    assert together[0] == Similarity()
    assert together[1].apply(*box.center) == pytest.approx(
        (box.center[0] + 12, box.center[1] - 3), abs=0.5
    )
