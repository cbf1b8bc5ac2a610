import shutil

import cv2
import numpy as np
import pytest

from edge.detectors.caffe import CaffeDetector
from edge.detectors.card import load_detector_card
from edge.detectors.tflite import FIND, KEEP, TFLiteDetector
from edge.errors import ModelError
from edge.paths import MODELS
from edge.types import Box


@pytest.fixture(scope="module")
def detector():
    return TFLiteDetector(min_score=0.65)


def around(box, times=2.0):
    """The square region about a face that the mirror looks at again."""
    half = max(box.width, box.height) * times / 2
    x, y = box.center
    return Box(x - half, y - half, x + half, y + half)


def view(image, face, share, size):
    """A picture of `size` (width, height), its face as high as `share` of the shorter side."""
    width, height = size
    scale = min(size) * share / face.height
    x, y = face.center
    shift = np.float32([[scale, 0, width / 2 - x * scale], [0, scale, height / 2 - y * scale]])
    return cv2.warpAffine(image, shift, size, borderMode=cv2.BORDER_REPLICATE)


def test_finds_what_caffe_finds(detector, astronaut):
    (face,) = detector.detect(astronaut)
    (reference,) = CaffeDetector().detect(astronaut)
    # Rounding to int8 moves a box by a few hundredths of its size, see docs/detectors.md.
    assert face.box.iou(reference.box) > 0.93
    assert face.score == pytest.approx(reference.score, abs=0.02)


@pytest.mark.parametrize("size", [(640, 480), (1280, 720), (480, 640), (720, 1280), (600, 600)])
@pytest.mark.parametrize("share", [0.15, 0.5, 1.0])
def test_finds_faces_of_every_size_in_frames_of_every_shape(
    detector, astronaut, astronaut_face, size, share
):
    faces = detector.detect(view(astronaut, astronaut_face, share, size))
    assert len(faces) == 1
    assert faces[0].score > 0.8


@pytest.mark.parametrize("side", [24, 60, 150, 400])
def test_keeps_a_known_face_of_any_size(detector, astronaut, astronaut_face, side):
    width, height = 1280, 960
    frame = view(astronaut, astronaut_face, side / height, (width, height))
    known = Box(0, 0, side * 0.85, side).moved((width - side * 0.85) / 2, (height - side) / 2)
    (face,) = detector.detect(frame, around(known))
    assert face.box.iou(known) > 0.6
    assert face.score > 0.8


def test_a_region_where_the_face_has_left_is_empty(detector, astronaut):
    assert detector.detect(astronaut, Box(0, 300, 150, 450)) == []


@pytest.mark.parametrize("name", [FIND, KEEP])
@pytest.mark.parametrize("file", ["model.tflite", "card.toml"])
def test_a_spoiled_file_is_named(tmp_path, name, file):
    for folder in (FIND, KEEP):
        shutil.copytree(MODELS / folder, tmp_path / folder)
    (tmp_path / name / file).write_bytes(b"spoiled")
    with pytest.raises(ModelError, match=f"{name}/{file}"):
        TFLiteDetector(models=tmp_path)


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(ModelError, match=f"{FIND}/card.toml: missing"):
        TFLiteDetector(models=tmp_path)


@pytest.mark.parametrize("old", ["[[heads]]\nstep = 8.0", "shapes = "])
def test_a_card_without_a_needed_key_is_refused(tmp_path, old):
    shutil.copytree(MODELS / KEEP, tmp_path / KEEP)
    card = tmp_path / KEEP / "card.toml"
    text = card.read_text(encoding="utf-8")
    assert old in text
    card.write_text(text.replace(old, old.replace("step", "pace").replace("shapes", "forms")))
    with pytest.raises(ModelError, match=r"card\.toml: no key"):
        load_detector_card(tmp_path / KEEP)
