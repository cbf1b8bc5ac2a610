import cv2
import numpy as np
import pytest

from edge.cascade import Cascade
from edge.crop import CropSpec, crop_face
from edge.paths import MODELS
from edge.recognizer import Recognizer, Request, quality
from edge.tree import load_tree
from edge.types import Box, Frame


@pytest.fixture
def recognizer():
    return Recognizer(Cascade(load_tree(MODELS)))


def test_every_request_is_answered_with_its_capture_time(recognizer, astronaut, astronaut_face):
    requests = [Request(4, "mask", astronaut_face), Request(4, "skin", astronaut_face)]
    answer = recognizer.read(Frame(astronaut, 0, 12.5), requests)
    assert [(r.track_id, r.node, r.time_s) for r in answer.readings] == [
        (4, "mask", 12.5),
        (4, "skin", 12.5),
    ]
    assert answer.inferences == 2
    assert all(0 < reading.weight <= 1 for reading in answer.readings)


def test_a_crop_that_has_not_changed_is_not_read_again(recognizer, astronaut, astronaut_face):
    requests = [Request(1, "mask", astronaut_face)]
    noise = np.random.default_rng(0).integers(-1, 2, astronaut.shape)
    noisy = np.clip(astronaut.astype(int) + noise, 0, 255).astype(np.uint8)
    first = recognizer.read(Frame(astronaut, 0, 0.0), requests)
    second = recognizer.read(Frame(noisy, 1, 0.1), requests)
    assert second.inferences == 0
    np.testing.assert_array_equal(second.readings[0].probabilities, first.readings[0].probabilities)
    assert recognizer.read(Frame(255 - astronaut, 2, 0.2), requests).inferences == 1


def test_who_is_gone_is_read_afresh(recognizer, astronaut, astronaut_face):
    requests = [Request(1, "mask", astronaut_face)]
    recognizer.read(Frame(astronaut, 0, 0.0), requests)
    recognizer.expire({2})
    assert recognizer.read(Frame(astronaut, 1, 0.1), requests).inferences == 1


def of(image, box):
    crop = crop_face(image, box, CropSpec(64, 1.2))
    return quality(box, crop, image.shape[1], image.shape[0])


def test_a_sharp_large_face_inside_the_picture_is_trusted(astronaut, astronaut_face):
    assert of(astronaut, astronaut_face) > 0.8


def test_a_small_a_blurred_and_a_cut_face_are_trusted_less(astronaut, astronaut_face):
    small = cv2.resize(astronaut, None, fx=0.3, fy=0.3, interpolation=cv2.INTER_AREA)
    assert of(small, astronaut_face.scaled(0.3, 0.3)) < 0.6
    assert of(cv2.GaussianBlur(astronaut, (0, 0), 6), astronaut_face) < 0.5
    left = round(astronaut_face.center[0])
    half = astronaut[:, left:]
    assert of(half, astronaut_face.moved(-left, 0)) < 0.4


def test_a_half_hidden_face_is_trusted_less(astronaut, astronaut_face):
    left, top, _, bottom = (round(side) for side in astronaut_face)
    hidden = astronaut.copy()
    hidden[top - 20 : bottom + 20, left - 30 : left + 50] = (
        255 - hidden[top - 20 : bottom + 20, left - 30 : left + 50]
    )
    assert of(hidden, astronaut_face) < 0.6 * of(astronaut, astronaut_face)


def test_a_face_out_of_sight_is_hardly_trusted(astronaut):
    assert 0 < of(astronaut, Box(-300, -300, -200, -180)) < 0.1
