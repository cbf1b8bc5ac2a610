"""Where the face is in a picture of a training set: the run-time detector's box, found once.

The pictures of these sets are cut tightly around a face, which the detector has never seen: it
answers with boxes in the lower right corner. So each picture is given a flat border first, a box
that reaches the border's edge is not believed, and one that ends where the picture does is
completed. Where no believable box is left, the set's fixed framing stands in for it.
"""

from __future__ import annotations

import hashlib
import json
import logging
import multiprocessing
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

import cv2

from convert.dataset import PictureSet, Row, decode
from convert.kinds import kind_of
from edge.detectors.caffe import CaffeDetector
from edge.files import write_whole
from edge.types import Box, Face, Image

log = logging.getLogger(__name__)

FRAMING = {
    "fer2013": Box(0.088, -0.073, 0.912, 1.038),
    "ckplus48": Box(0.088, -0.073, 0.912, 1.038),
    "mask": Box(0.110, -0.065, 0.890, 1.030),
    "masked_glasses": Box(0.110, -0.050, 0.890, 1.000),
    "faces": Box(0.080, -0.090, 0.920, 0.985),
    "celeba": Box(0.255, 0.290, 0.747, 0.841),
}
"""The detector's box relative to the picture's width and height: the median over the pictures
of each kind of set (see kinds.py)."""

ALWAYS_FIXED = ("fer2013", "ckplus48")  # all cut by one rule: a box a picture adds only noise

BORDER = 0.5  # in units of the picture's longer side
MIN_SCORE = 0.5
MIN_IOU = 0.3  # with the fixed framing: a crowd has other faces, and patterns look like faces
CUT = 0.05  # a box that ends this near to the picture's edge was cut off there
LOST_ABOVE, LOST_BELOW = 0.07, 0.03
"""How far a cut box ends too early, relative to the picture: measured by cutting CelebA's faces,
which have room around them, as tightly as FER2013 and UTKFace are."""
SURE = 0.7  # score of a face that is believed wherever it is
_VERSION = 4  # of the cache below: raise it when the search above changes


@cache
def _detector() -> CaffeDetector:
    cv2.setNumThreads(1)
    return CaffeDetector(min_score=MIN_SCORE)


def search(content: bytes, expected: Box, name: str) -> Box | None:
    """The detector's box of the face that a tight picture (an encoded file) shows.

    Both boxes are relative to the picture's width and height; None when no box is believable.
    `name` is for the PictureError where it is no picture.
    """
    image = decode(content, name)
    faces = [_completed(face) for face in _detect(image, BORDER)]
    best = max(faces, key=lambda face: expected.iou(face.box), default=None)
    if best is not None and best.box.iou(expected) >= MIN_IOU:
        return best.box
    # Perhaps the picture is not tight, and its border made a small face too small.
    sure = [face for face in (*faces, *_detect(image, 0.0)) if face.score >= SURE]
    return max(sure, key=lambda face: face.box.area).box if sure else None


def _detect(image: Image, share: float) -> list[Face]:
    """Believable faces, relative to the picture, with a border of this share around it."""
    height, width = image.shape[:2]
    border = round(max(height, width) * share)
    mean = image.reshape(-1, 3).mean(axis=0).tolist()
    wide = cv2.copyMakeBorder(image, *(border,) * 4, cv2.BORDER_CONSTANT, value=mean)
    edge_x, edge_y = 0.99 * wide.shape[1], 0.99 * wide.shape[0]
    return [
        Face(face.box.moved(-border, -border).scaled(1 / width, 1 / height), face.score)
        for face in _detector().detect(wide)
        if face.box.right < edge_x and face.box.bottom < edge_y
    ]


def _completed(face: Face) -> Face:
    """With the box that the detector would have found had the picture not ended there."""
    box = face.box
    top = box.top - LOST_ABOVE if box.top < CUT else box.top
    bottom = box.bottom + LOST_BELOW if box.bottom > 1 - CUT else box.bottom
    return face._replace(box=box._replace(top=top, bottom=bottom))


class BoxCache:
    """Boxes by content, in a JSON file outside the repository."""

    def __init__(self, folder: Path) -> None:
        """Read what an earlier run has found; the file is made when there is something new."""
        self._path = folder / f"boxes-v{_VERSION}.json"
        self._known: dict[str, list[float] | None] = {}
        try:
            if self._path.exists():
                self._known = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            log.info("%s: damaged; looking for its faces anew", self._path)

    def find(self, pictures: PictureSet, rows: Iterable[Row]) -> list[tuple[Box, bool]]:
        """For each row its relative box, and whether the detector found it (else: fixed)."""
        kind = kind_of(pictures.columns)
        fixed = FRAMING[kind]
        rows = list(rows)
        if kind in ALWAYS_FIXED:
            return [(fixed, False)] * len(rows)
        contents = [pictures.read(row["path"]) for row in rows]
        keys = [f"{kind}:{hashlib.sha1(content).hexdigest()}" for content in contents]
        new = {
            key: (content, fixed, f"{pictures.path}: {row['path']}")
            for key, content, row in zip(keys, contents, rows, strict=True)
            if key not in self._known
        }
        if new:
            # OpenCV's threads do not survive a fork, so the processes are started afresh.
            spawn = multiprocessing.get_context("spawn")
            with ProcessPoolExecutor(2, mp_context=spawn) as pool:
                found = pool.map(search, *zip(*new.values(), strict=True), chunksize=32)
                self._known.update(
                    (k, None if b is None else list(b)) for k, b in zip(new, found, strict=True)
                )
            write_whole(self._path, json.dumps(self._known).encode())
        answers = [self._known[key] for key in keys]
        return [(fixed, False) if box is None else (Box(*box), True) for box in answers]
