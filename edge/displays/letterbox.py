"""A picture inside another size: as large as fits, its aspect kept, black bars beside it."""

from __future__ import annotations

import cv2
import numpy as np

from edge.types import Box, Image


def fit(width: int, height: int, into_width: int, into_height: int) -> Box:
    """Where a picture of width x height lies in the other size; whole pixels, centred."""
    scale = min(into_width / width, into_height / height)
    inner_width = max(1, round(width * scale))
    inner_height = max(1, round(height * scale))
    left, top = (into_width - inner_width) // 2, (into_height - inner_height) // 2
    return Box(left, top, left + inner_width, top + inner_height)


class Letterbox:
    """Scales pictures into one canvas, made once for each pair of sizes."""

    def __init__(self) -> None:
        """Empty; the canvas is made when needed."""
        self._sizes: tuple[int, ...] = ()
        self._canvas = self._inside = np.empty((0, 0, 3), np.uint8)

    def __call__(self, image: Image, width: int, height: int) -> Image:
        """The picture at width x height; valid until the next call.

        A picture of that size already is returned as it is.
        """
        if image.shape[:2] == (height, width):
            return image
        sizes = (*image.shape[:2], height, width)
        if sizes != self._sizes:
            self._sizes = sizes
            box = fit(image.shape[1], image.shape[0], width, height)
            left, top, right, bottom = (int(side) for side in box)
            self._canvas = np.zeros((height, width, 3), np.uint8)
            self._inside = self._canvas[top:bottom, left:right]
        size = self._inside.shape[1::-1]
        shrink = size[0] < image.shape[1]
        interpolation = cv2.INTER_AREA if shrink else cv2.INTER_LINEAR
        cv2.resize(image, size, dst=self._inside, interpolation=interpolation)
        return self._canvas
