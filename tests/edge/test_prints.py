import cv2
import numpy as np
import pytest

from edge.detectors.caffe import CaffeDetector
from edge.prints import DOUBTED, doubt_prints
from edge.types import Box, Face


@pytest.fixture(scope="module")
def shirt(astronaut, astronaut_face):
    """The portrait, with a grey face half as large again printed on its chest."""
    left, top, right, bottom = (round(side) for side in astronaut_face)
    face = astronaut[top - 20 : bottom + 10, left - 15 : right + 15]
    large = cv2.resize(face, None, fx=1.6, fy=1.6)
    grey = cv2.cvtColor(cv2.cvtColor(large, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    picture = np.full((640, 512, 3), 60, np.uint8)
    picture[:300] = astronaut[:300]
    x = (left + right - grey.shape[1]) // 2
    picture[200 : 200 + grey.shape[0], x : x + grey.shape[1]] = grey
    return picture


def test_a_printed_face_is_found_but_doubted(shirt):
    faces = CaffeDetector(min_score=0.8).detect(shirt)
    assert len(faces) == 2
    wearer, printed = sorted(doubt_prints(shirt, faces), key=lambda face: face.box.top)
    assert wearer.score > 0.8
    assert printed.score == DOUBTED


def test_a_printed_face_that_is_hardly_seen_does_not_gain_by_the_doubt(shirt):
    faces = [face._replace(score=0.45) for face in CaffeDetector(min_score=0.8).detect(shirt)]
    assert [face.score for face in doubt_prints(shirt, faces)] == [0.45, 0.45]


def test_a_face_alone_is_believed(astronaut):
    faces = CaffeDetector().detect(astronaut)
    assert doubt_prints(astronaut, faces) == faces


@pytest.mark.parametrize(
    "front",
    [Box(190, 190, 290, 310), Box(30, 190, 200, 390), Box(150, 330, 300, 520)],
    ids=["as large", "beside", "far below"],
)
def test_somebody_in_front_is_believed(front):
    picture = np.full((600, 480, 3), (90, 90, 90), np.uint8)
    behind = Box(200, 60, 290, 170)
    picture[60:170, 200:290] = (120, 140, 200)
    faces = [Face(behind, 0.9), Face(front, 0.9)]
    assert doubt_prints(picture, faces) == faces
