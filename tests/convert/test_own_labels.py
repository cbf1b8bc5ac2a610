import csv
import zlib

import pytest

from convert import own_labels
from convert.dataset import PictureSet
from convert.labels import label_of
from convert.nodes import NODES
from convert.own_labels import FILE, completed

ATTRIBUTES = {"hat": "hat", "beard": "beard", "frame_shape": "frame"}


@pytest.fixture(scope="module")
def rows():
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_label_is_one_of_its_node(rows):
    assert set(rows[0]) == {"path", "crc32", *ATTRIBUTES}
    for row in rows:
        found = {column: label_of(row, ATTRIBUTES[column]) for column in ATTRIBUTES if row[column]}
        assert found
        assert all(label in NODES[ATTRIBUTES[c]].labels for c, label in found.items()), row


def test_every_picture_stands_once_and_in_order(rows):
    paths = [row["path"] for row in rows]
    assert paths == sorted(set(paths))
    assert len(paths) == 4933


def test_only_training_pictures_get_our_labels(rows):
    own = next(row for row in rows if row["hat"] == "1")
    train, val = (
        {"path": own["path"], "split": split, "skin": "dark"} for split in ("train", "val")
    )
    labelled = {**train, **{c: own[c] for c in ATTRIBUTES if own[c]}}
    assert completed(train, lambda path: int(own["crc32"], 16)) == labelled
    assert completed(val, lambda path: int(own["crc32"], 16)) == val


def test_a_picture_without_one_stays_as_it_is():
    row = {"path": "nobody.png", "split": "train", "hat": "0"}
    assert completed(row, lambda path: 0) == row


@pytest.mark.parametrize("folder", [False, True])
def test_another_picture_of_the_same_name_keeps_its_labels(folder, make_set, tmp_path, monkeypatch):
    rows = [{"path": f"{i}.png", "split": "train", "hat": "0"} for i in range(3)]
    path = make_set(rows, folder=folder)
    pictures = PictureSet(path)
    crcs = [pictures.checksum("0.png"), zlib.crc32(b"another picture"), 0]
    ours = tmp_path / "ours.csv"
    lines = [f"{i}.png,{crc:08x},1,,square" for i, crc in enumerate(crcs)]
    ours.write_text("\n".join(["path,crc32,hat,beard,frame_shape", *lines]))
    monkeypatch.setattr(own_labels, "FILE", ours)
    if folder:
        (path / "2.png").unlink()
    labelled = {**rows[0], "hat": "1", "frame_shape": "square"}
    assert PictureSet(path).rows == (labelled, *rows[1:])
