"""The report on a very small set: the portrait, itself again, and a clip of it."""

import csv
import json
import zipfile
from contextlib import ExitStack

import cv2
import pytest

from convert.detector_sets import read_frames, read_material
from edge.errors import ConfigError
from edge.types import Box


@pytest.fixture(scope="module")
def sets(tmp_path_factory, astronaut):
    """Folders as the real ones; the first also as a zip."""
    root = tmp_path_factory.mktemp("sets")
    for name in ("detection", "photos", "close", "clips"):
        (root / name).mkdir()
    for name in ("detection/a.png", "photos/b.png", "close/c.png", "close/d.png"):
        cv2.imwrite(str(root / name), astronaut)
    boxes = {"a.png": {"boxes_xywh": [[180, 60, 90, 118]]}}
    (root / "detection" / "boxes.json").write_text(json.dumps(boxes), encoding="utf-8")
    photo = {"path": "b.png", "faces": 1, "mask": 0, "glasses": "none"}
    close = {"path": "c.png", "split": "val", "mask": 1, "glasses": "sunglasses"}
    write_csv(root / "photos" / "labels.csv", [photo, {**photo, "faces": ""}])
    write_csv(root / "close" / "labels.csv", [close, {**close, "path": "d.png", "split": "train"}])
    write_csv(root / "clips" / "clips.csv", [{"path": "clip.avi"}])
    writer = cv2.VideoWriter(
        str(root / "clips" / "clip.avi"), cv2.VideoWriter.fourcc(*"MJPG"), 25, (512, 512)
    )
    for _ in range(4):
        writer.write(astronaut)
    writer.release()
    with zipfile.ZipFile(root / "detection.zip", "w") as archive:
        for path in (root / "detection").iterdir():
            archive.write(path, path.name)
    return root


def write_csv(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)


def paths(root):
    return [root / name for name in ("detection.zip", "photos", "close", "clips")]


def test_sets_are_told_by_what_is_in_them(sets):
    with ExitStack() as stack:
        material = read_material(paths(sets), stack)
        (boxed,), (photo,), (close,) = material.boxed, material.photos, material.close
        assert boxed.boxes == (Box(180, 60, 270, 178),)
        assert (photo.faces, photo.boxes) == (1, ())
        assert (close.mask, close.glasses) == ("1", "sunglasses")
        assert len(list(read_frames(material.clips[0], 3))) == 3


def test_a_missing_kind_is_named(sets):
    with ExitStack() as stack, pytest.raises(ConfigError, match=r"clips\.csv"):
        read_material(paths(sets)[:2], stack)


def test_what_is_no_set_is_named(sets):
    with ExitStack() as stack, pytest.raises(ConfigError, match=r"labels\.csv: expected a zip"):
        read_material([sets / "photos" / "labels.csv"], stack)


def set_of(folder, name, content):
    folder.mkdir()
    (folder / name).write_text(content, encoding="utf-8")
    return folder


def test_photographs_need_not_say_whether_a_mask_is_worn(sets, astronaut, tmp_path):
    folder = set_of(tmp_path / "photos", "labels.csv", "path,faces\nb.png,1\n")
    cv2.imwrite(str(folder / "b.png"), astronaut)
    with ExitStack() as stack:
        (photo,) = read_material([sets / "detection", folder, sets / "clips"], stack).photos
    assert (photo.faces, photo.mask) == (1, "")


def test_a_number_of_faces_that_is_none_is_named(tmp_path):
    folder = set_of(tmp_path / "photos", "labels.csv", "path,faces\nb.png,many\n")
    with ExitStack() as stack, pytest.raises(ConfigError, match="expected a number, got 'many'"):
        read_material([folder], stack)


@pytest.mark.parametrize(
    "content",
    ["", "[]", '{"a.png": [[1, 2, 3, 4]]}', '{"a.png": {"boxes_xywh": [[1, 2]]}}'],
    ids=["empty", "list", "no boxes_xywh", "two numbers"],
)
def test_boxes_that_are_none_are_named(tmp_path, content):
    folder = set_of(tmp_path / "detection", "boxes.json", content)
    with ExitStack() as stack, pytest.raises(ConfigError, match=r"boxes\.json: expected a boxes"):
        read_material([folder], stack)


@pytest.mark.train
def test_the_report_has_every_table(sets, tmp_path):
    from convert.detector_report import write_report

    text = write_report(paths(sets), tmp_path, rounds=2).read_text(encoding="utf-8")
    sections = [line for line in text.splitlines() if line.startswith("## ")]
    assert len(sections) == 8
    assert "| TFLite, shape by the frame | 0.65 | 100.0 % of 1 | 0 | 100.0 % of 1 | 0 |" in text
    assert "| clip.avi | " in text
