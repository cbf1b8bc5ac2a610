import csv

import pytest

from convert.dataset import PictureSet
from convert.framing import FRAMING
from convert.kinds import kind_of
from convert.labels import label_of
from convert.nodes import NODES
from convert.own_labels import FILE, completed

ATTRIBUTES = {"hat": "hat", "beard": "beard", "frame_shape": "frame"}


@pytest.fixture(scope="module")
def rows():
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_label_is_one_of_its_node(rows):
    assert set(rows[0]) == {"path", "set", *ATTRIBUTES}
    for row in rows:
        found = {column: label_of(row, ATTRIBUTES[column]) for column in ATTRIBUTES if row[column]}
        assert found
        assert all(label in NODES[ATTRIBUTES[c]].labels for c, label in found.items()), row


def test_every_picture_stands_once_and_in_order(rows):
    paths = [row["path"] for row in rows]
    assert paths == sorted(set(paths))
    assert len(paths) == 4933
    assert {row["set"] for row in rows} <= set(FRAMING)


def test_only_training_pictures_get_our_labels(rows):
    own = next(row for row in rows if row["hat"] == "1")
    train, val = (
        {"path": own["path"], "split": split, "skin": "dark"} for split in ("train", "val")
    )
    kind = own["set"]
    assert completed(train, kind) == {**train, **{c: own[c] for c in ATTRIBUTES if own[c]}}
    assert completed(val, kind) == val


def test_a_picture_without_one_stays_as_it_is():
    row = {"path": "nobody.png", "split": "train", "hat": "0"}
    assert completed(row, "faces") == row


def test_pictures_of_the_same_name_in_another_kind_of_set_keep_their_labels(rows, make_set):
    path = next(row["path"] for row in rows if row["set"] == "celeba")
    sets = (
        {"path": path, "split": "train", "skin": "dark", "frame_shape": "?"},
        {"path": path, "split": "train", "hat": "?", "frame_shape": "?"},
    )
    others, celeba = (PictureSet(make_set([row], name=str(i))) for i, row in enumerate(sets))
    assert others.rows == sets[:1]
    assert celeba.rows != sets[1:]


def test_a_set_is_told_by_its_own_columns(rows, make_set):
    path = next(row["path"] for row in rows if row["hat"] and row["set"] == "faces")
    pictures = PictureSet(make_set([{"path": path, "split": "train", "skin": "dark"}], folder=True))
    assert pictures.rows[0]["hat"] in ("0", "1")
    assert kind_of(pictures.columns) == "faces"
