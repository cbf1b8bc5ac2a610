import logging

import cv2
import pytest

from convert.dataset import PictureSet
from convert.framing import FRAMING, BoxCache, search
from edge.crop import CropSpec, crop_face
from edge.detectors.caffe import CaffeDetector
from edge.errors import DisplayError


def test_in_a_tight_picture_the_box_is_nearly_the_whole_photographs(astronaut):
    box = CaffeDetector().detect(astronaut)[0].box
    side = max(box.width, box.height)
    tight = crop_face(astronaut, box, CropSpec(96, 1.0))
    content = cv2.imencode(".png", tight)[1].tobytes()
    found = search(content, FRAMING["faces"])
    assert found is not None
    x, y = box.center
    true = box.moved(side / 2 - x, side / 2 - y).scaled(1 / side, 1 / side)
    assert found.iou(true) > 0.85


def test_a_picture_without_a_face_gets_the_fixed_framing(make_set, tmp_path):
    rows = [{"path": "1.png", "split": "val", "mask": "0"}]
    pictures = PictureSet(make_set(rows))
    assert BoxCache(tmp_path).find(pictures, rows) == [(FRAMING["mask"], False)]
    # From the cache the second time.
    assert BoxCache(tmp_path).find(pictures, rows) == [(FRAMING["mask"], False)]


def test_a_damaged_file_of_boxes_is_made_anew(make_set, tmp_path, caplog):
    caplog.set_level(logging.INFO, "convert")
    rows = [{"path": "1.png", "split": "val", "mask": "0"}]
    pictures = PictureSet(make_set(rows))
    first = BoxCache(tmp_path / "cache").find(pictures, rows)
    (file,) = (tmp_path / "cache").iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[:-3])
    assert BoxCache(tmp_path / "cache").find(pictures, rows) == first
    assert caplog.text.count(": damaged; ") == 1
    assert file.read_bytes() == whole


def test_a_full_disk_leaves_no_broken_file_of_boxes(make_set, tmp_path, full_disk):
    rows = [{"path": "1.png", "split": "val", "mask": "0"}]
    with pytest.raises(DisplayError, match="No space left"):
        BoxCache(tmp_path / "cache").find(PictureSet(make_set(rows)), rows)
    assert list((tmp_path / "cache").iterdir()) == []
