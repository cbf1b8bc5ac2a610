"""Training pictures that also stand in val: encoded or cut a little otherwise, or mirrored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

import cv2
import numpy as np

from convert.dataset import PictureSet
from edge.errors import PictureError
from edge.types import Image

SIDE = 24  # of the small grey pictures that are compared
ALIKE = 0.98  # correlation; of those above it in the README's sets, all looked at are copies
BLOCK = 1000  # training pictures compared at a time


def copies_of_val(sets: Sequence[PictureSet]) -> Mapping[PictureSet, frozenset[str]]:
    """For each set the paths of its training pictures that copy one of any set's val split."""
    val = _signatures(
        [(s, row["path"]) for s in sets for row in s.rows if row.get("split") == "val"]
    )
    mirrored = val.reshape(-1, SIDE, SIDE)[:, :, ::-1].reshape(val.shape)
    known = np.concatenate([val, mirrored]).T
    return {pictures: _copies(pictures, known) for pictures in sets}


def _copies(pictures: PictureSet, known: np.ndarray) -> frozenset[str]:
    """The paths of the training pictures that are like one of `known` (SIDE * SIDE, N)."""
    paths = _paths(pictures, "train")
    if not paths or not known.size:
        return frozenset()
    found = _signatures([(pictures, path) for path in paths])
    blocks = (found[start : start + BLOCK] for start in range(0, len(found), BLOCK))
    alike = np.concatenate([(block @ known).max(axis=1) for block in blocks]) > ALIKE
    return frozenset(path for path, copy in zip(paths, alike, strict=True) if copy)


def _paths(pictures: PictureSet, split: str) -> list[str]:
    return [row["path"] for row in pictures.rows if row.get("split") == split]


def _signatures(files: Sequence[tuple[PictureSet, str]]) -> np.ndarray:
    """(N, SIDE * SIDE) float32; the product of two is their pictures' correlation."""
    found = np.zeros((len(files), SIDE * SIDE), np.float32)
    for line, (pictures, path) in zip(found, files, strict=True):
        with suppress(PictureError):  # like none; who trains on it is told
            line[:] = _signature(pictures.image(path))
    return found


def _signature(image: Image) -> np.ndarray:
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    small = cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float32).ravel()
    small -= small.mean()
    length = float(np.linalg.norm(small))
    return np.asarray(small / length if length else small)  # a picture of one grey is like none
