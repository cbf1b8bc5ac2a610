"""Arithmetic of the detector's report: matching, recall, agreement, jitter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from edge.types import Box, Face

MATCH = 0.5  # IoU from which a detection is the face


class Count(NamedTuple):
    """Of a set of pictures."""

    faces: int  # there are
    found: int
    false: int  # detections that are no face, or the same face again

    @property
    def recall(self) -> float:
        """Share of the faces that were found; 1 where there is none."""
        return self.found / self.faces if self.faces else 1.0


def match(faces: Sequence[Face], truth: Sequence[Box]) -> Count:
    """Give each detection, best first, the true box it overlaps most, if that is free."""
    free = list(truth)
    found = 0
    for face in faces:
        best = max(free, key=face.box.iou, default=None)
        if best is not None and face.box.iou(best) >= MATCH:
            free.remove(best)
            found += 1
    return Count(len(truth), found, len(faces) - found)


def count(faces: Sequence[Face], there: int) -> Count:
    """The same where only the number of faces is known."""
    found = min(len(faces), there)
    return Count(there, found, len(faces) - found)


def total(counts: Iterable[Count]) -> Count:
    """The sum over pictures."""
    return Count(*(sum(column) for column in zip(*counts, strict=True)))


def agreement(faces: Sequence[Face], reference: Sequence[Face]) -> list[float]:
    """IoU of each reference box with the detection that overlaps it most, where one does."""
    overlaps = [max((face.box.iou(box) for face in faces), default=0.0) for box, _ in reference]
    return [overlap for overlap in overlaps if overlap > 0]


def jitter(boxes: Sequence[Box | None]) -> np.ndarray:
    """How much a box trembles: the size of its second difference over time, (N,) in box heights.

    Steady motion has none. The mean over centre and size; frames without a box are left out.
    """
    values = [
        None if box is None else np.array([*box.center, box.width, box.height]) for box in boxes
    ]
    return np.array(
        [
            np.abs(before - 2 * now + after).mean() / now[3]
            for before, now, after in zip(values, values[1:], values[2:], strict=False)
            if before is not None and now is not None and after is not None
        ]
    )
