"""Drawing spectacles onto bare faces: frames of a known shape, in any number.

The eyes' places follow from the detector's box, with some play; sizes are in units of the distance
between them.
"""

from __future__ import annotations

import zlib

import cv2
import numpy as np

from edge.types import Box, Image

SHAPES = ("round", "square")
EYES = (0.30, 0.70, 0.405)  # x of each and y of both, in units of the detector's box
_RIGHT = np.array([0.5, 0.0])  # where the right lens lies from the middle between the eyes
_FINE = 4  # times finer than the picture, for smooth edges
_SHIFT = 4  # bits of a coordinate behind the point, as OpenCV draws


def wear(image: Image, box: Box, shape: str, *, seed: str) -> Image:
    """A copy of the picture whose face in `box` wears spectacles; the same for the same seed.

    `shape` is one of SHAPES. Half of them are sunglasses.
    """
    rng = np.random.default_rng(zlib.crc32(f"{shape} {seed}".encode()))
    unit = (EYES[1] - EYES[0]) * box.width
    middle = np.array([box.left + box.width / 2, box.top + EYES[2] * box.height])
    middle += rng.normal(0, 0.04, 2) * unit
    turn = rng.normal(0, 0.05)
    axes = unit * np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    canvas = _Canvas(image, middle, axes)
    outline = _outline(shape, rng)
    _lenses(canvas, outline, rng)
    _frame(canvas, outline, shape, rng)
    return canvas.picture()


class _Canvas:
    """A finer copy of the picture, drawn on in units of the eyes' distance."""

    def __init__(self, image: Image, middle: np.ndarray, axes: np.ndarray) -> None:
        self._size = image.shape[1::-1]
        self._image = cv2.resize(image, None, fx=_FINE, fy=_FINE, interpolation=cv2.INTER_LINEAR)
        self._middle, self._axes = middle, axes

    def mask(self, points: np.ndarray, *, width: float = 0.0) -> np.ndarray:
        """Where a polygon of (N, 2) points lies; with `width`, where a line through them does."""
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
        """Lay a colour, or one for each row, (3,) or (H, 1, 3) in [0, 255], where the mask is."""
        left, top, width, height = cv2.boundingRect(mask)
        if not width:
            return
        region = self._image[top : top + height, left : left + width]
        share = mask[top : top + height, left : left + width, None] * np.float32(alpha / 255)
        if colour.ndim == 3:
            colour = cv2.resize(colour.astype(np.float32), (1, height)).reshape(height, 1, 3)
        region[:] = region + (colour - region) * share + 0.5

    def picture(self) -> Image:
        return np.asarray(cv2.resize(self._image, self._size, interpolation=cv2.INTER_AREA))


def _outline(shape: str, rng: np.random.Generator) -> np.ndarray:
    """A lens about (0, 0): a superellipse, (N, 2); x grows towards the temple, y downwards."""
    if shape == "round":
        wide = rng.uniform(0.29, 0.46)
        tall, power = wide / rng.uniform(0.92, 1.15), rng.uniform(1.9, 2.4)
        taper, lift = rng.uniform(-0.05, 0.08), 0.0
    else:
        wide = rng.uniform(0.36, 0.49)
        tall, power = wide / rng.uniform(1.1, 1.75), rng.uniform(3, 9)
        taper, lift = rng.uniform(-0.02, 0.18), rng.uniform(-0.02, 0.08)
    angle = np.linspace(0, 2 * np.pi, 73)
    cos, sin = np.cos(angle), np.sin(angle)
    x, y = (np.sign(v) * np.abs(v) ** (2 / power) for v in (cos, sin))
    # Narrower below, and the outer corner lifted.
    x, y = x * (1 - taper * (y + 1) / 2), y - lift * (x + 1)
    return np.stack([x * wide, y * tall + rng.uniform(-0.03, 0.08)], 1)


def _lenses(canvas: _Canvas, outline: np.ndarray, rng: np.random.Generator) -> None:
    if rng.random() < 0.5:  # sunglasses, every other of them paler below
        above = (rng.uniform(0, 60) + rng.uniform(-15, 15, 3)).clip(0, 255)
        below = above if rng.random() < 0.5 else rng.uniform(0, 200, 3)
        alpha = rng.uniform(0.6, 1)
    else:
        above = below = rng.uniform(150, 255, 3)
        alpha = rng.choice([0.0, 0.2]) * rng.random()
    for side in (-1, 1):
        points = (outline + _RIGHT) * [side, 1]
        mask = canvas.mask(points)
        canvas.lay(mask, np.stack([above, below])[:, None], alpha)
        if rng.random() < 0.4:  # a window is mirrored in it
            middle = points.mean(0) + rng.normal(0, 0.08, 2)
            window = middle + rng.uniform(0.03, 0.15, 2) * [[-1, -1], [0.5, -1], [1, 1], [-0.5, 1]]
            seen = cv2.bitwise_and(mask, canvas.mask(window))
            canvas.lay(seen, np.full(3, 255.0), rng.uniform(0.1, 0.7))


def _frame(canvas: _Canvas, outline: np.ndarray, shape: str, rng: np.random.Generator) -> None:
    metal = rng.random() < (0.6 if shape == "round" else 0.35)
    width = rng.uniform(0.025, 0.05) if metal else rng.uniform(0.05, 0.13)
    if metal:
        colour = rng.uniform(60, 200) * np.array([[1, 1, 1], [0.6, 0.85, 1.0]])[rng.integers(2)]
    elif rng.random() < 0.8:
        colour = rng.uniform(5, 50) * np.array([0.7, 0.9, 1.2])
    else:
        colour = rng.uniform(0, 255, 3)
    alpha = rng.uniform(0.6, 1.0)
    rim = outline
    if rng.random() < 0.12:  # the upper half alone holds the lens
        rim = outline[36:]
    inner, outer = outline[36], outline[0]
    height = outline[:, 1].min() * rng.uniform(0.1, 0.6)
    bridge = [[inner[0] + 0.5, height], [0, height - rng.uniform(0, 0.06)]]
    for side in (-1, 1):
        placed = np.array([side, 1])
        canvas.lay(canvas.mask((rim + _RIGHT) * placed, width=width), colour, alpha)
        canvas.lay(canvas.mask(np.array(bridge) * placed, width=width), colour, alpha)
        hinge = [outer[0] + 0.5, height]
        temple = np.array([hinge, [rng.uniform(1.15, 1.35), height + rng.uniform(-0.05, 0.12)]])
        canvas.lay(canvas.mask(temple * placed, width=width * 0.8), colour, alpha * 0.8)
