"""Affine maps of the plane: move, stretch, turn."""

from __future__ import annotations

import math
from typing import NamedTuple


class Affine(NamedTuple):
    """(x, y) -> (a x + b y + c, d x + e y + f); pixel (i, j) covers [i, i + 1) x [j, j + 1)."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 0.0
    e: float = 1.0
    f: float = 0.0

    def __matmul__(self, first: Affine) -> Affine:
        """The map that applies `first`, then this one."""
        return Affine(
            self.a * first.a + self.b * first.d,
            self.a * first.b + self.b * first.e,
            self.a * first.c + self.b * first.f + self.c,
            self.d * first.a + self.e * first.d,
            self.d * first.b + self.e * first.e,
            self.d * first.c + self.e * first.f + self.f,
        )

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Where a point goes."""
        return self.a * x + self.b * y + self.c, self.d * x + self.e * y + self.f

    @property
    def stretch(self) -> float:
        """How many times longer lengths become, on average over directions: the root of area."""
        return math.sqrt(abs(self.a * self.e - self.b * self.d))


def translation(x: float, y: float) -> Affine:
    """Move by x and y."""
    return Affine(c=x, f=y)


def scaling(x: float, y: float) -> Affine:
    """Stretch by x and y about the origin."""
    return Affine(a=x, e=y)


def rotation(roll: float) -> Affine:
    """Turn by `roll` radians about the origin, clockwise on the screen."""
    cos, sin = math.cos(roll), math.sin(roll)
    return Affine(cos, -sin, 0.0, sin, cos, 0.0)
