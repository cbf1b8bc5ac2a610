"""Where a face is and how it moves: poses, and the similarity transforms between them."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from edge.types import Box


class Similarity(NamedTuple):
    """x' = a x - b y + tx,  y' = b x + a y + ty: rotation, uniform scale, translation."""

    a: float = 1.0
    b: float = 0.0
    tx: float = 0.0
    ty: float = 0.0

    @property
    def scale(self) -> float:
        """The factor on lengths."""
        return math.hypot(self.a, self.b)

    @property
    def angle(self) -> float:
        """The rotation in radians, clockwise on the screen."""
        return math.atan2(self.b, self.a)

    def apply(self, x: float, y: float) -> tuple[float, float]:
        """Where a point goes."""
        return self.a * x - self.b * y + self.tx, self.b * x + self.a * y + self.ty

    def then(self, after: Similarity) -> Similarity:
        """This transform followed by another."""
        tx, ty = after.apply(self.tx, self.ty)
        return Similarity(
            after.a * self.a - after.b * self.b, after.b * self.a + after.a * self.b, tx, ty
        )


class Pose(NamedTuple):
    """A face's place: its centre and sides in pixels, its roll in radians (clockwise)."""

    x: float
    y: float
    width: float
    height: float
    roll: float = 0.0

    @classmethod
    def of(cls, box: Box, roll: float = 0.0) -> Pose:
        """The pose of a detector's upright box."""
        return cls(*box.center, box.width, box.height, roll)

    @property
    def box(self) -> Box:
        """The upright box with the pose's centre and sides."""
        half_width, half_height = self.width / 2, self.height / 2
        return Box(
            self.x - half_width, self.y - half_height, self.x + half_width, self.y + half_height
        )

    def moved(self, motion: Similarity) -> Pose:
        """The pose after a motion of the picture."""
        x, y = motion.apply(self.x, self.y)
        scale = motion.scale
        return Pose(x, y, self.width * scale, self.height * scale, self.roll + motion.angle)

    def offset_to(self, other: Pose) -> np.ndarray:
        """(4,) float64: the other's centre and log sides as this one sees them, in own sizes.

        The unit is the geometric mean of the sides; the axes turn with the roll. The offset
        between two readings of a face stays the same while the face moves.
        """
        unit = math.sqrt(self.width * self.height)
        dx, dy = (other.x - self.x) / unit, (other.y - self.y) / unit
        cos, sin = math.cos(self.roll), math.sin(self.roll)
        return np.array(
            [
                cos * dx + sin * dy,
                cos * dy - sin * dx,
                math.log(other.width / self.width),
                math.log(other.height / self.height),
            ]
        )

    def displaced(self, offset: np.ndarray) -> Pose:
        """The pose at an offset as `offset_to` gives it; the roll is kept."""
        unit = math.sqrt(self.width * self.height)
        dx, dy, log_width, log_height = offset.tolist()
        cos, sin = math.cos(self.roll), math.sin(self.roll)
        return Pose(
            self.x + unit * (cos * dx - sin * dy),
            self.y + unit * (cos * dy + sin * dx),
            self.width * math.exp(log_width),
            self.height * math.exp(log_height),
            self.roll,
        )
