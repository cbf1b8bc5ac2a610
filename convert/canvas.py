"""A surface to draw on faces with: smooth edges, and the face's own units."""

from __future__ import annotations

import cv2
import numpy as np

from edge.types import Image

_FINE = 4  # times finer than the picture, for smooth edges
_SHIFT = 4  # bits of a coordinate behind the point, as OpenCV draws


class Canvas:
    """A finer copy of a picture, drawn on in units of its own."""

    def __init__(self, image: Image, middle: np.ndarray, axes: np.ndarray) -> None:
        """`middle`: where (0, 0) is; `axes` (2, 2): the steps of x and of y; both in pixels."""
        self._size = image.shape[1::-1]
        self._image = cv2.resize(image, None, fx=_FINE, fy=_FINE, interpolation=cv2.INTER_LINEAR)
        self._middle, self._axes = middle, axes

    def mask(self, points: np.ndarray, *, width: float = 0.0) -> np.ndarray:
        """Where a polygon of (N, 2) points lies; with `width`, where a line through them does.

        (H, W) uint8 of the finer picture.
        """
        placed = (self._middle + points @ self._axes) * _FINE * (1 << _SHIFT)
        corners = [np.rint(placed).astype(np.int32)]
        mask = np.zeros(self._image.shape[:2], np.uint8)
        if width:
            thick = max(1, round(width * float(np.hypot(*self._axes[0])) * _FINE))
            cv2.polylines(mask, corners, False, 255, thick, cv2.LINE_AA, _SHIFT)
        else:
            cv2.fillPoly(mask, corners, 255, cv2.LINE_AA, _SHIFT)
        return mask

    def lay(self, mask: np.ndarray, colour: np.ndarray, alpha: float) -> None:
        """Lay a colour where the mask is: (3,) BGR in [0, 255], or a pattern (h, w, 3) of them.

        A pattern is stretched over the mask's bounding box.
        """
        left, top, width, height = cv2.boundingRect(mask)
        if not width:
            return
        region = self._image[top : top + height, left : left + width]
        share = mask[top : top + height, left : left + width, None] * np.float32(alpha / 255)
        if colour.ndim == 3:
            colour = cv2.resize(colour.astype(np.float32), (width, height))
        region[:] = region + (colour - region) * share + 0.5

    def picture(self) -> Image:
        """The picture with what was drawn, as large as it came."""
        return np.asarray(cv2.resize(self._image, self._size, interpolation=cv2.INTER_AREA))
