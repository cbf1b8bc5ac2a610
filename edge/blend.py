"""Lay a premultiplied sprite on a picture: one warp and one blend, in the region it touches."""

from __future__ import annotations

import cv2
import numpy as np

from edge.affine import Affine, scaling, translation
from edge.bands import bands
from edge.sprites import Sprite
from edge.types import Image

_BYTES = 11  # of scratch memory a pixel: the warped sprite, its colour, and twice its alpha
_SMALLEST = 1e-3  # of a sprite's length is as good as nothing, and cannot be warped


class Blender:
    """Holds the memory that blending needs, so that a steady picture allocates none."""

    def __init__(self) -> None:
        """Start without memory; it grows to the largest region painted."""
        self._bytes = np.empty(0, np.uint8)

    def paint(self, canvas: Image, sprite: Sprite, unit_to_pixel: Affine, units: float) -> None:
        """Paint `sprite` where `unit_to_pixel` maps it; what leaves the canvas is cut off.

        `unit_to_pixel` maps the artwork's units (a canvas of side `units`) to pixels of `canvas`.
        """
        unit = units / sprite.level
        to_canvas = unit_to_pixel @ scaling(unit, unit) @ translation(sprite.left, sprite.top)
        if to_canvas.stretch < _SMALLEST:
            return
        regions = bands(sprite.outline, to_canvas, *canvas.shape[1::-1])
        if len(regions) > 1:
            # Read once in order, a byte of each cache line: a turned warp jumps from row to row,
            # which the processor cannot foresee, and waits for memory at each.
            sprite.image.reshape(-1)[::64].max()
        for left, top, right, bottom in regions:
            # OpenCV counts from the middle of the first pixel, Affine from its corner.
            centred = translation(-left - 0.5, -top - 0.5) @ to_canvas @ translation(0.5, 0.5)
            warped = self._scratch(bottom - top, right - left, 4, 0)
            warp = np.array(centred).reshape(2, 3)
            cv2.warpAffine(sprite.image, warp, (right - left, bottom - top), dst=warped)
            self._over(canvas[top:bottom, left:right], warped)

    def lay(self, canvas: Image, image: np.ndarray, left: int, top: int) -> None:
        """Lay a premultiplied (H, W, 4) picture on `canvas` as it is, its corner at (left, top)."""
        height, width = image.shape[:2]
        x, y = max(left, 0), max(top, 0)
        right, bottom = min(left + width, canvas.shape[1]), min(top + height, canvas.shape[0])
        if x < right and y < bottom:
            seen = image[y - top : bottom - top, x - left : right - left]
            self._over(canvas[y:bottom, x:right], seen)

    def _over(self, region: Image, image: np.ndarray) -> None:
        """Porter and Duff's `over` (Compositing Digital Images, SIGGRAPH 1984), in place."""
        height, width = region.shape[:2]
        colour = self._scratch(height, width, 3, 4)
        clear = self._scratch(height, width, 3, 7)
        # Splitting is faster than extracting one channel; the colours' planes are not needed,
        # and lie where the colour comes to lie.
        planes = [self._scratch(height, width, 1, offset) for offset in (4, 5, 6, 10)]
        cv2.split(image, planes)
        alpha = planes[3]
        cv2.bitwise_not(alpha, dst=alpha)
        cv2.cvtColor(alpha, cv2.COLOR_GRAY2BGR, dst=clear)
        cv2.cvtColor(image, cv2.COLOR_BGRA2BGR, dst=colour)
        cv2.multiply(region, clear, dst=region, scale=1 / 255)
        cv2.add(region, colour, dst=region)

    def _scratch(self, height: int, width: int, channels: int, offset: int) -> np.ndarray:
        """An uninitialised picture in the reused memory, `offset` bytes a pixel from its start."""
        area = height * width
        if self._bytes.size < _BYTES * area:
            self._bytes = np.empty(_BYTES * area, np.uint8)
        flat = self._bytes[offset * area : (offset + channels) * area]
        return flat.reshape((height, width, channels) if channels > 1 else (height, width))
