from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from edge.cameras.demo import REFERENCE, DemoCamera
from edge.detectors.caffe import CaffeDetector


@pytest.fixture(scope="module")
def detector() -> CaffeDetector:
    return CaffeDetector()


@pytest.mark.parametrize(
    ("faces", "width", "height"), [(1, 640, 480), (3, 640, 480), (2, 1280, 720), (1, 320, 240)]
)
def test_the_detector_finds_every_face_where_the_truth_says(
    detector: CaffeDetector, faces: int, width: int, height: int
) -> None:
    camera = DemoCamera(faces=faces, width=width, height=height, speed=1.0)
    for index in range(0, 300, 37):
        found = [face.box for face in detector.detect(camera.render(index))]
        truth = [box for box, _ in camera.truth(index)]
        assert len(found) == len(truth)
        for box in truth:
            # The detector itself wanders by some 2 % of a face between frames.
            assert max(box.iou(other) for other in found) > 0.85


def test_the_picture_follows_the_pose() -> None:
    """Pixels taken from the same points of the face, at two poses, are the same."""
    camera = DemoCamera(speed=1.0)
    patches = []
    for index in (0, 150):
        image, pose = camera.render(index), camera.placements(index)[0]
        offsets = np.mgrid[-0.3:0.3:25j, -0.3:0.3:25j].reshape(2, -1)  # type: ignore[misc]
        dy, dx = offsets * REFERENCE.width * pose.scale
        cos, sin = math.cos(pose.roll), math.sin(pose.roll)
        x, y = pose.x + cos * dx - sin * dy, pose.y + sin * dx + cos * dy
        patches.append(image[np.rint(y).astype(int), np.rint(x).astype(int)].astype(float))
    assert camera.placements(0)[0].roll != pytest.approx(camera.placements(150)[0].roll, abs=0.1)
    assert np.corrcoef(patches[0].ravel(), patches[1].ravel())[0, 1] > 0.97


@pytest.mark.parametrize("speed", [0.5, 3.0])
@pytest.mark.parametrize("faces", [1, 2, 3])
def test_the_speed_is_the_top_speed_in_face_widths_a_second(faces: int, speed: float) -> None:
    camera = DemoCamera(faces=faces, speed=speed, fps=60)
    centers = np.array([[box.center for box, _ in camera.truth(i)] for i in range(2000)])
    steps = np.linalg.norm(np.diff(centers, axis=0), axis=2) * 60
    widths = np.array([[box.width for box, _ in camera.truth(i)] for i in range(2000)])
    top = (steps / widths.mean()).max()
    assert top <= speed * 1.01
    if faces == 1:
        assert top == pytest.approx(speed, rel=0.02)


def test_at_speed_0_nothing_moves() -> None:
    camera = DemoCamera(speed=0.0)
    assert (camera.render(0) == camera.render(100)).all()
    assert camera.truth(0) == camera.truth(100)


@pytest.mark.parametrize("faces", [1, 2, 3])
@pytest.mark.parametrize(("width", "height"), [(640, 480), (1280, 720), (480, 640)])
def test_faces_stay_inside_and_apart(faces: int, width: int, height: int) -> None:
    camera = DemoCamera(faces=faces, width=width, height=height, speed=2.0)
    for index in range(0, 1000, 7):
        boxes = [box for box, _ in camera.truth(index)]
        assert all(box == box.clipped(width, height) for box in boxes)
        assert all(one.right < other.left for one, other in pairwise(boxes))


@pytest.mark.parametrize("faces", [0, 4])
def test_an_impossible_number_of_faces_is_refused(faces: int) -> None:
    with pytest.raises(ValueError, match="expected 1 to 3"):
        DemoCamera(faces=faces)
