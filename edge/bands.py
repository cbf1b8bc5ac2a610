"""Bands of rows that together hold a mapped outline, each only as wide as the outline is there.

What is clear around a head is a third of its upright rectangle; and a band is small enough to stay
in the processor's cache from the warp to the last step of the blend.
"""

from __future__ import annotations

import cv2
import numpy as np

from edge.affine import Affine

_PIXELS = 80_000  # of a band, about; a small outline is one band


def outline_of(alpha: np.ndarray) -> np.ndarray:
    """The convex hull of what is not clear in (H, W) uint8: corners (N, 2) float64, x and y.

    The whole rectangle where nothing is left. Pixel (i, j) covers [i, i + 1) x [j, j + 1).
    """
    height, width = alpha.shape
    seen = alpha > 0
    rows = np.flatnonzero(seen.any(axis=1))
    if not len(rows):
        return np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    left = seen.argmax(axis=1)[rows]
    right = width - seen[:, ::-1].argmax(axis=1)[rows]
    ends = [np.stack([x, y], 1) for x in (left, right) for y in (rows, rows + 1)]
    hull = cv2.convexHull(np.concatenate(ends).astype(np.float32))
    return np.asarray(hull[:, 0], float)


def bands(
    outline: np.ndarray, to_canvas: Affine, width: int, height: int
) -> list[tuple[int, int, int, int]]:
    """(left, top, right, bottom) of each band of `outline`, mapped by `to_canvas`.

    They are cut off at the canvas of this size, and hold no row twice.
    """
    x, y = np.reshape(to_canvas, (2, 3)) @ np.vstack([outline.T, np.ones(len(outline))])
    # Interpolation spreads a sprite by one pixel.
    left, top = max(int(x.min()) - 1, 0), max(int(y.min()) - 1, 0)
    right, bottom = min(int(x.max()) + 2, width), min(int(y.max()) + 2, height)
    if left >= right or top >= bottom:
        return []
    count = (right - left) * (bottom - top) // _PIXELS
    if count < 2:
        return [(left, top, right, bottom)]
    edges = np.linspace(top, bottom, count + 1).astype(int)
    low, high = _widths(x, y, edges)
    lefts = np.maximum(low.astype(int) - 1, 0).tolist()
    rights = np.minimum(high.astype(int) + 2, width).tolist()
    found = zip(lefts, edges[:-1].tolist(), rights, edges[1:].tolist(), strict=True)
    return [band for band in found if band[0] < band[2]]


def _widths(x: np.ndarray, y: np.ndarray, edges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The outline's least and greatest x between each edge and the next."""
    next_x, next_y = np.roll(x, -1), np.roll(y, -1)
    rows = edges[:, None]
    crosses = (y <= rows) != (next_y <= rows)
    with np.errstate(divide="ignore", invalid="ignore"):
        at = x + (rows - y) / (next_y - y) * (next_x - x)
    least = np.where(crosses, at, np.inf).min(axis=1)
    greatest = np.where(crosses, at, -np.inf).max(axis=1)
    low, high = np.minimum(least[:-1], least[1:]), np.maximum(greatest[:-1], greatest[1:])
    inside = (y >= edges[0]) & (y <= edges[-1])
    band = np.searchsorted(edges[1:-1], y[inside], side="right")
    np.minimum.at(low, band, x[inside])
    np.maximum.at(high, band, x[inside])
    return low, high
