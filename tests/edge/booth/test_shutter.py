from __future__ import annotations

import cv2
import numpy as np

from edge.booth.shutter import FRESH_S, Shutter
from edge.types import Box, Frame, Image, Scene, Track

MIDDLE = Box(180, 72, 270, 178)


def scene(image: Image, time_s: float, *boxes: Box) -> Scene:
    tracks = tuple(Track(number, box) for number, box in enumerate(boxes))
    return Scene(Frame(image, 0, time_s), tracks)


def test_takes_the_sharpest(astronaut: Image) -> None:
    blurred = np.asarray(cv2.GaussianBlur(astronaut, (9, 9), 0))
    shutter = Shutter()
    sharp = scene(astronaut, 0.1, MIDDLE)
    for candidate in (scene(blurred, 0.0, MIDDLE), sharp, scene(blurred, 0.2, MIDDLE)):
        shutter.add(candidate)
    assert shutter.take(0.3) is sharp


def test_everyone_in_goes_before_sharpness(astronaut: Image) -> None:
    blurred = np.asarray(cv2.GaussianBlur(astronaut, (9, 9), 0))
    both = scene(blurred, 0.0, MIDDLE, Box(300, 80, 380, 170))
    shutter = Shutter()
    for candidate in (both, scene(astronaut, 0.1, MIDDLE)):
        shutter.add(candidate)
    shutter.add(scene(astronaut, 0.1, MIDDLE, Box(470, 80, 560, 170)))
    assert shutter.take(0.2) is both, "one of the others leaves the picture, or is not on it"


def test_never_takes_a_stale_frame_or_one_without_a_face(astronaut: Image) -> None:
    shutter = Shutter()
    shutter.add(scene(astronaut, 0.0, MIDDLE))
    shutter.add(scene(astronaut, FRESH_S))
    assert shutter.take(FRESH_S + 0.1) is None


def test_takes_each_frame_once(astronaut: Image) -> None:
    shutter = Shutter()
    shutter.add(scene(astronaut, 0.0, MIDDLE))
    assert shutter.take(0.0) is not None
    assert shutter.take(0.0) is None


def test_a_face_outside_the_picture_does_no_harm(astronaut: Image) -> None:
    shutter = Shutter()
    shutter.add(scene(astronaut, 0.0, Box(-90, -90, -10, -10)))
    assert shutter.take(0.0) is not None
