"""The values that flow between the mirror's parts: small, immutable, numpy only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np

Image = np.ndarray
"""(H, W, 3) uint8 in B, G, R order, everywhere; converted only at a model's door."""


class Box(NamedTuple):
    """An upright rectangle in pixels; `right` and `bottom` are exclusive."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Pixels from left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Pixels from top to bottom."""
        return self.bottom - self.top

    @property
    def area(self) -> float:
        """Square pixels; 0 for an empty or inverted box."""
        return max(0.0, self.width) * max(0.0, self.height)

    @property
    def center(self) -> tuple[float, float]:
        """(x, y) of the middle."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def clipped(self, width: float, height: float) -> Box:
        """The part of the box inside a picture of this size (possibly empty)."""
        return Box(
            min(max(self.left, 0.0), width),
            min(max(self.top, 0.0), height),
            min(max(self.right, 0.0), width),
            min(max(self.bottom, 0.0), height),
        )

    def scaled(self, x: float, y: float) -> Box:
        """The box in a picture whose sides are `x` and `y` times as long."""
        return Box(self.left * x, self.top * y, self.right * x, self.bottom * y)

    def moved(self, x: float, y: float) -> Box:
        """The box shifted by `x` pixels to the right and `y` down."""
        return Box(self.left + x, self.top + y, self.right + x, self.bottom + y)

    def mirrored(self, width: float) -> Box:
        """The box in the left-right mirrored picture of this width."""
        return Box(width - self.right, self.top, width - self.left, self.bottom)

    def iou(self, other: Box) -> float:
        """Intersection over union with another box, in [0, 1]."""
        overlap = Box(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )
        inside = overlap.area if overlap.width > 0 and overlap.height > 0 else 0.0
        union = self.area + other.area - inside
        return inside / union if union > 0 else 0.0


class Lores(Protocol):
    """The picture of a frame once more, small, as a camera can make it beside the large one."""

    @property
    def grey(self) -> Image:
        """(h, w) uint8."""

    @property
    def bgr(self) -> Image:
        """(h, w, 3) uint8."""


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture from a camera."""

    image: Image
    index: int  # counts captured frames from 0; a gap means frames were dropped
    time_s: float  # monotonic seconds at capture
    lores: Lores | None = None  # where the camera makes it
    mirrored: bool = False  # left and right are exchanged already
    shot: int = 0  # another number than the frame before: the camera knows of a cut


class Face(NamedTuple):
    """One detection."""

    box: Box
    score: float  # in [0, 1]


@dataclass(frozen=True)
class Track:
    """One person's face, followed over frames."""

    id: int
    box: Box  # in the pixels of its scene's frame
    roll: float = 0.0  # radians, clockwise on the screen is positive


@dataclass(frozen=True)
class Attribute:
    """One recognised feature of a face."""

    name: str  # "emotion"
    label: str  # a stable key ("happy"), never the text shown
    score: float  # the label's probability, in [0, 1]


Attributes = Mapping[str, Attribute]
"""Attributes by name."""


@dataclass(frozen=True, eq=False)
class Scene:
    """Everything the compositor needs: a frame, who is in it, what they look like."""

    frame: Frame
    tracks: tuple[Track, ...] = ()
    attributes: Mapping[int, Attributes] = field(default_factory=dict)  # by track id
    shot: int = 0  # another number than in the scene before: what was seen then was elsewhere
