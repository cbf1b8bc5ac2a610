import logging

import cv2
import numpy as np
import pytest

from convert import framing
from convert.dataset import PictureSet
from convert.framing import FRAMING, LOST_ABOVE, LOST_BELOW, BoxCache, search
from edge.crop import CropSpec, crop_face
from edge.detectors.caffe import CaffeDetector
from edge.errors import DisplayError, PictureError
from edge.types import Box, Face


def test_in_a_tight_picture_the_box_is_nearly_the_whole_photographs(astronaut):
    box = CaffeDetector().detect(astronaut)[0].box
    side = max(box.width, box.height)
    tight = crop_face(astronaut, box, CropSpec(96, 1.0))
    content = cv2.imencode(".png", tight)[1].tobytes()
    found = search(content, FRAMING["faces"], "a.png")
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


FIXED = Box(0.1, -0.05, 0.9, 1.0)


class Detector:
    """Sees these boxes, in units of the picture, whatever border it has."""

    def __init__(self, *found):
        self._found = found

    def detect(self, wide):
        border = (wide.shape[0] - 100) // 2
        return [
            Face(Box(*box).scaled(100, 100).moved(border, border), score)
            for box, score in self._found
        ]


@pytest.mark.parametrize(
    ("found", "box"),
    [
        ([((0.2, 0.1, 0.8, 0.9), 0.5)], (0.2, 0.1, 0.8, 0.9)),
        # Cut off above, or below: completed.
        ([((0.2, 0.01, 0.8, 0.9), 0.5)], (0.2, 0.01 - LOST_ABOVE, 0.8, 0.9)),
        ([((0.2, 0.1, 0.8, 0.99), 0.5)], (0.2, 0.1, 0.8, 0.99 + LOST_BELOW)),
        # In the crowd, or a pattern: not believed, unless it is sure.
        ([((0.7, 0.7, 0.9, 0.9), 0.65)], None),
        ([((0.7, 0.7, 0.9, 0.9), 0.9)], (0.7, 0.7, 0.9, 0.9)),
        # It reaches the border's far edge, as what is seen in an empty corner does.
        ([((0.2, 0.1, 1.5, 1.5), 0.9)], None),
        ([], None),
    ],
)
def test_a_box_is_believed_near_the_expected_one_or_when_it_is_sure(monkeypatch, found, box):
    monkeypatch.setattr(framing, "_detector", lambda: Detector(*found))
    content = cv2.imencode(".png", np.full((100, 100, 3), 90, np.uint8))[1].tobytes()
    answer = search(content, FIXED, "a.png")
    assert answer == (box and pytest.approx(box, abs=1e-6))


def test_a_set_that_is_cut_by_one_rule_is_not_searched(make_set, tmp_path):
    rows = [{"path": "1.png", "split": "val", "emotion": "sad", "subject": "S1"}]
    found = BoxCache(tmp_path).find(PictureSet(make_set(rows)), rows)
    assert found == [(FRAMING["ckplus48"], False)]
    assert not list(tmp_path.glob("boxes*"))


def test_a_picture_that_cannot_be_read_is_named(tmp_path, make_set):
    rows = [{"path": name, "split": "train"} for name in ("fine.png", "bad.png")]
    folder = make_set(rows, folder=True)
    (folder / "bad.png").write_bytes(b"no picture")
    pictures = PictureSet(folder)
    with pytest.raises(PictureError, match=r"bad\.png is not a readable picture"):
        BoxCache(tmp_path / "cache").find(pictures, pictures.rows)
