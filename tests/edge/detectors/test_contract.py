"""What every detector promises, whichever it is."""

import numpy as np
import pytest

from edge.detectors import DETECTORS, create_detector
from edge.errors import ConfigError
from edge.types import Box, Face


@pytest.fixture(scope="module", params=sorted(DETECTORS))
def detector(request):
    return create_detector(request.param, min_score=0.5)


def assert_sound(faces, within):
    """Sorted, scored, not empty, inside `within`."""
    assert all(isinstance(face, Face) and isinstance(face.box, Box) for face in faces)
    scores = [face.score for face in faces]
    assert scores == sorted(scores, reverse=True)
    assert all(0.5 <= score <= 1 for score in scores)
    for box, _ in faces:
        assert within.left <= box.left < box.right <= within.right
        assert within.top <= box.top < box.bottom <= within.bottom


def test_faces_are_sound(detector, astronaut):
    faces = detector.detect(astronaut)
    assert len(faces) == 1
    assert_sound(faces, Box(0, 0, 512, 512))


def test_the_same_picture_gives_the_same_faces(detector, astronaut):
    assert detector.detect(astronaut) == detector.detect(astronaut)


def test_the_picture_is_left_alone(detector, astronaut):
    image = astronaut.copy()
    detector.detect(image, Box(100, 20, 400, 320))
    assert np.array_equal(image, astronaut)


def test_a_view_is_as_good_as_a_copy(detector, astronaut):
    view = astronaut[:400, 50:450]
    assert not view.flags.c_contiguous
    assert detector.detect(view) == detector.detect(view.copy())


def test_a_region_is_in_pixels_of_the_picture(detector, astronaut):
    whole = detector.detect(astronaut)[0].box
    region = Box(whole.left - 60, whole.top - 60, whole.right + 60, whole.bottom + 60)
    faces = detector.detect(astronaut, region)
    assert_sound(faces, region)
    assert faces[0].box.iou(whole) > 0.7


def test_a_region_may_leave_the_picture(detector, astronaut):
    assert_sound(detector.detect(astronaut, Box(-200, -150, 350, 350)), Box(0, 0, 350, 350))


@pytest.mark.parametrize(
    "region", [Box(600, 0, 700, 100), Box(50, 50, 50, 90), Box(300, 300, 200, 200)]
)
def test_a_region_without_pixels_is_refused(detector, astronaut, region):
    with pytest.raises(ValueError, match="region"):
        detector.detect(astronaut, region)


@pytest.mark.parametrize("shape", [(1, 1), (1, 640), (480, 1), (7, 5), (90, 3000)])
def test_any_size_of_picture_is_taken(detector, shape):
    height, width = shape
    faces = detector.detect(np.full((*shape, 3), 127, np.uint8))
    assert_sound(faces, Box(0, 0, width, height))


@pytest.mark.parametrize("name", sorted(DETECTORS))
def test_faces_below_min_score_are_left_out(name, astronaut):
    assert create_detector(name, min_score=1.1).detect(astronaut) == []


def test_an_unknown_name_says_what_there_is():
    with pytest.raises(ConfigError, match=r"expected one of tflite, caffe.*got 'haar'"):
        create_detector("haar", min_score=0.5)
