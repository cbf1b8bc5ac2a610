"""The camera picture in coarse blocks: who is in it cannot be told."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from edge.types import Box, Image

BLOCKS = 32
"""Along the longer side of the picture."""

FACE_BLOCKS = 5
"""Along the longer side of a face: however near it is, no more is left of it."""


class Pixelator:
    """Keeps its small pictures from frame to frame."""

    def __init__(self) -> None:
        """Start without memory."""
        self._small: dict[tuple[int, int], Image] = {}

    def pixelate(self, image: Image, faces: Iterable[Box]) -> None:
        """Turn the picture into blocks, in place, and each face into coarser ones."""
        height, width = image.shape[:2]
        self._blocks(image, BLOCKS)
        for face in faces:
            left, top, right, bottom = (round(value) for value in face.clipped(width, height))
            if left < right and top < bottom:
                self._blocks(image[top:bottom, left:right], FACE_BLOCKS)

    def _blocks(self, region: Image, count: int) -> None:
        height, width = region.shape[:2]
        across, down = (max(1, round(count * n / max(width, height))) for n in (width, height))
        small = self._small.get((across, down))
        if small is None:
            small = self._small[across, down] = np.empty((down, across, 3), np.uint8)
        cv2.resize(region, (across, down), dst=small, interpolation=cv2.INTER_AREA)
        cv2.resize(small, (width, height), dst=region, interpolation=cv2.INTER_NEAREST)
