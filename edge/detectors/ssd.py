"""Single-shot detection (SSD) in numpy: what goes in, what comes out, and how it is cleaned.

Liu et al., SSD: Single Shot MultiBox Detector, ECCV 2016; the conventions are those of Caffe's
PriorBox and DetectionOutput layers (CENTER_SIZE code).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from edge.types import Box, Face, Image

MIN_SIDE = 2.0
"""Pixels; a thinner box is noise at the picture's border."""

MAX_CANDIDATES = 400
"""Boxes that enter non-maximum suppression, the best of them (Caffe's top_k)."""

OVERLAP = 0.45
"""IoU above which the worse of two boxes is taken for the same face (Caffe's nms_threshold)."""

BLEND_OVERLAP = 0.6
"""IoU from which a box counts as another measurement of the same face."""

NESTED = 0.7
"""Share of a box inside a better one from which it is a part of that face."""

VARIANCES = (0.1, 0.2)
"""What centres and logarithmic sizes were divided by in training."""


@dataclass(frozen=True)
class Level:
    """One feature map of the network and the priors at each of its cells; pixels of the input."""

    step: float  # from cell to cell
    first: float  # centre of the first cell
    border: float  # how much further out the outermost cells' priors stand, where there are two
    min_size: float
    max_size: float
    ratios: tuple[float, ...]  # width : height; each stands for its inverse too

    def priors(self, rows: int, columns: int) -> np.ndarray:
        """(rows * columns * priors, 4) float32 of x and y of the centre, width, height."""
        mean = math.sqrt(self.min_size * self.max_size)
        sizes = [(self.min_size, self.min_size), (mean, mean)]
        for ratio in self.ratios:
            long, short = self.min_size * math.sqrt(ratio), self.min_size / math.sqrt(ratio)
            sizes += [(long, short), (short, long)]
        y, x = np.meshgrid(self._centers(rows), self._centers(columns), indexing="ij")
        centers = np.stack([x, y], axis=-1).reshape(-1, 1, 2).repeat(len(sizes), axis=1)
        wide = np.broadcast_to(np.array(sizes), centers.shape)
        return np.concatenate([centers, wide], axis=-1).reshape(-1, 4).astype(np.float32)

    def _centers(self, cells: int) -> np.ndarray:
        centers = self.first + self.step * np.arange(cells)
        if cells > 1:
            centers[0] -= self.border
            centers[-1] += self.border
        return centers


def decode(offsets: np.ndarray, priors: np.ndarray) -> np.ndarray:
    """(N, 4) corners (left, top, right, bottom) in pixels, of the network's (N, 4) offsets."""
    centers = priors[:, :2] + offsets[:, :2] * VARIANCES[0] * priors[:, 2:]
    halves = np.exp(offsets[:, 2:] * VARIANCES[1]) * priors[:, 2:] / 2
    return np.concatenate([centers - halves, centers + halves], axis=1)


def overlaps(one: np.ndarray, many: np.ndarray) -> np.ndarray:
    """(N,) intersections over union of one box (4,) with many (N, 4)."""
    corner = np.minimum(one[2:], many[:, 2:]) - np.maximum(one[:2], many[:, :2])
    shared = np.prod(np.maximum(corner, 0), axis=1)
    union = np.prod(one[2:] - one[:2]) + np.prod(many[:, 2:] - many[:, :2], axis=1) - shared
    return np.asarray(shared / np.maximum(union, np.finfo(np.float32).tiny))


def suppress(scores: np.ndarray, corners: np.ndarray, overlap: float = OVERLAP) -> np.ndarray:
    """Indices of the boxes that greedy non-maximum suppression leaves, best first.

    A box goes when its IoU with a better one that stays is above `overlap`.
    scores: (N,); corners: (N, 4) left, top, right, bottom.
    """
    order = np.argsort(-scores, kind="stable")[:MAX_CANDIDATES]
    stays = []
    while order.size:
        stays.append(order[0])
        order = order[1:][overlaps(corners[order[0]], corners[order[1:]]) <= overlap]
    return np.array(stays, int)


def outermost(corners: np.ndarray) -> np.ndarray:
    """Which of (N, 4) boxes, best first, do not lie within a better and larger one: (N,) bool.

    A spectacle lens or a mouth can look like a face; nobody's face is inside another one.
    """
    area = np.prod(corners[:, 2:] - corners[:, :2], axis=1)
    corner = np.minimum(corners[:, None, 2:], corners[:, 2:])
    shared = np.prod(
        np.maximum(corner - np.maximum(corners[:, None, :2], corners[:, :2]), 0), axis=2
    )
    inside = (shared >= NESTED * area[:, None]) & (area[:, None] < area)
    return np.asarray(~np.tril(inside, -1).any(axis=1))


def blend(scores: np.ndarray, corners: np.ndarray, stays: np.ndarray) -> np.ndarray:
    """(K, 4) corners of the K boxes that stay, each the mean of those around it, by score.

    Rounding to int8 moves each box a little on its own; the mean of many lies still
    (Bazarevsky et al., BlazeFace, 2019, section 3.4).
    """
    blended = np.empty((len(stays), 4), corners.dtype)
    for row, index in enumerate(stays):
        weights = scores * (overlaps(corners[index], corners) >= BLEND_OVERLAP)
        blended[row] = weights @ corners / weights.sum()
    return blended


def cut(image: Image, region: Box | None) -> tuple[Image, int, int]:
    """The view of `region` inside the picture and its left and top; all of it when None.

    Raises ValueError for a region that has no pixel inside the picture.
    """
    if region is None:
        return image, 0, 0
    height, width = image.shape[:2]
    left, top, right, bottom = (round(v) for v in region.clipped(width, height))
    if right <= left or bottom <= top:
        raise ValueError(f"expected a region inside {width}x{height}, got {region}")
    return image[top:bottom, left:right], left, top


def to_faces(
    scores: np.ndarray, corners: np.ndarray, width: int, height: int, min_score: float
) -> list[Face]:
    """Faces of (N,) scores and (N, 4) corners (left, top, right, bottom; 0 to 1), best first.

    Scores below `min_score` and rows that are not finite are dropped, boxes are clipped to the
    picture (width x height pixels), and what is then thinner than 2 pixels is dropped too.
    """
    sound = np.isfinite(corners).all(axis=1) & np.isfinite(scores) & (scores >= min_score)
    scores, corners = scores[sound], corners[sound]
    order = np.argsort(-scores, kind="stable")
    faces = []
    for score, row in zip(scores[order].tolist(), corners[order].tolist(), strict=True):
        box = Box(*row).scaled(width, height).clipped(width, height)
        if box.width >= MIN_SIDE and box.height >= MIN_SIDE:
            faces.append(Face(box, score))
    return faces
