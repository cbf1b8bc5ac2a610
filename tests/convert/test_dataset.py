import numpy as np
import pytest

from convert.dataset import PictureSet
from edge.errors import PictureError

ROWS = [{"path": "a/1.png", "split": "val"}, {"path": "a/2.png", "split": "train"}]


def test_a_zip_and_a_folder_are_the_same(make_set):
    packed, unpacked = PictureSet(make_set(ROWS)), PictureSet(make_set(ROWS, folder=True))
    assert packed.rows == unpacked.rows == tuple(ROWS)
    for row in ROWS:
        np.testing.assert_array_equal(packed.image(row["path"]), unpacked.image(row["path"]))


@pytest.mark.parametrize("folder", [False, True])
def test_a_missing_picture_is_named(make_set, folder):
    with pytest.raises(PictureError, match=r"nothing\.png is missing"):
        PictureSet(make_set(ROWS, folder=folder)).image("nothing.png")


def test_what_is_not_a_picture_is_named(make_set):
    path = make_set(ROWS, folder=True)
    (path / "a/1.png").write_bytes(b"")
    with pytest.raises(PictureError, match=r"a/1\.png is not a readable picture"):
        PictureSet(path).image("a/1.png")


def test_a_picture_that_is_damaged_in_its_zip_is_named(make_set):
    path = make_set(ROWS)
    content = path.read_bytes()
    at = content.index(b"IDAT") + 100
    path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
    with pytest.raises(PictureError, match=r"a/1\.png cannot be read \(Bad CRC-32"):
        PictureSet(path).image("a/1.png")


def test_a_set_needs_labels(tmp_path):
    with pytest.raises(PictureError, match=r"labels\.csv"):
        PictureSet(tmp_path)
    with pytest.raises(PictureError, match=r"labels\.csv"):
        PictureSet(tmp_path / "missing.zip")
    (tmp_path / "labels.csv").write_text("a,b\n1,2\n")
    with pytest.raises(PictureError, match="no column named path"):
        PictureSet(tmp_path)
