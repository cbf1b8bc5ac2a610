"""One artwork set's folder: its rules (anchors.toml) and its drawings (png/), read when needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from string import Formatter
from typing import Any

import cv2
import numpy as np

from edge.bands import outline_of
from edge.card import read_toml
from edge.errors import ArtworkError, told

LEVELS = (128, 256, 512, 1024)
"""Sides in pixels of the canvas that sprites are made for: a warp then shrinks less than twice,
but for a face of less than about 40 pixels, which takes the smallest canvas."""

FULL_SIZE = LEVELS[-1]
CORNERS = "corners.toml"
ANCHORS = "anchors.toml"

Labels = Mapping[str, str]
"""What a face looks like: attribute -> label."""


@dataclass(frozen=True, eq=False)
class Sprite:
    """A picture on the canvas, cut to what is not clear."""

    image: np.ndarray  # (H, W, 4) uint8 B, G, R, A, colours multiplied by alpha / 255
    left: int  # of the cut on the canvas, in pixels of its level
    top: int
    level: int  # the canvas's side in pixels

    @cached_property
    def outline(self) -> np.ndarray:
        """(N, 2) corners of the convex hull of what is not clear; see `bands`."""
        return outline_of(self.image[..., 3])

    def middle(self, units: float) -> tuple[float, float]:
        """Where its middle lies on a canvas of side `units`."""
        height, width = self.image.shape[:2]
        unit = units / self.level
        return (self.left + width / 2) * unit, (self.top + height / 2) * unit


@dataclass(frozen=True)
class Condition:
    """Holds when each label named is one of those listed."""

    labels: Mapping[str, tuple[str, ...]]

    def holds(self, labels: Labels) -> bool:
        """Whether a face with these labels meets the condition."""
        return all(labels[name] in allowed for name, allowed in self.labels.items())


@dataclass(frozen=True)
class Layer:
    """One place in the stack of parts."""

    part: str  # may hold {attribute}
    when: Condition
    raises: tuple[tuple[float, Condition], ...] = ()  # (canvas units upwards, when)

    def choose(self, labels: Labels) -> tuple[str, float] | None:
        """(name of the part, canvas units it is raised by), or None when the layer is left out."""
        if not self.when.holds(labels):
            return None
        up = next((by for by, when in self.raises if when.holds(labels)), 0.0)
        return self.part.format_map(labels), up

    def asks(self) -> set[str]:
        """The names of the labels that it wants to know."""
        conditions = (self.when, *(when for _, when in self.raises))
        placed = {name for _, name, _, _ in Formatter().parse(self.part) if name is not None}
        return placed.union(*(condition.labels for condition in conditions))


@dataclass(frozen=True)
class Anchors:
    """The set's anchors.toml; lengths in canvas units."""

    size: float  # the canvas's side
    head: tuple[float, float]
    radius: tuple[float, float]
    pivot: tuple[float, float]
    layers: tuple[Layer, ...]
    effects: tuple[Layer, ...]  # in front of the head, moving on their own
    particles: tuple[Layer, ...]  # one drawing at the canvas's middle, strewn on a change


class Parts:
    """A set's parts as premultiplied sprites; each is decoded when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        """Read the rules; raises ArtworkError when the folder is not an artwork set."""
        self._folder = folder
        self.anchors = _read_anchors(folder / ANCHORS)
        self._corners = _read(folder / "png" / CORNERS)

    def load(self, name: str, level: int) -> Sprite:
        """One part at one of `LEVELS`; raises ArtworkError when it is missing or broken."""
        path = self._folder / "png" / str(level) / f"{name}.png"
        if name not in self._corners or not path.is_file():
            raise ArtworkError(f"{path}: missing; draw its SVG and run scripts/render_parts.py")
        image = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
        if image is None or image.ndim != 3 or image.shape[2] != 4 or image.dtype != np.uint8:
            raise ArtworkError(f"{path}: not an 8-bit PNG with alpha; run scripts/render_parts.py")
        left, top = self._corners[name]
        shrink = FULL_SIZE // level
        return Sprite(premultiply(image), left // shrink, top // shrink, level)


def premultiply(image: np.ndarray) -> np.ndarray:
    """Multiply the colours of an (H, W, 4) uint8 picture with straight alpha by alpha / 255."""
    alpha = image[..., 3]
    opaque = np.full_like(alpha, 255)
    return np.asarray(cv2.multiply(image, cv2.merge([alpha, alpha, alpha, opaque]), scale=1 / 255))


def _read(path: Path) -> dict[str, Any]:
    try:
        return read_toml(path)
    except OSError as error:
        raise ArtworkError(str(error)) from error


def _read_anchors(path: Path) -> Anchors:
    data = _read(path)
    try:
        canvas = data["canvas"]
        return Anchors(
            size=float(canvas["size"]),
            head=_pair(canvas["head"]),
            radius=_pair(canvas["radius"]),
            pivot=_pair(canvas["pivot"]),
            layers=tuple(_layer(entry) for entry in data["layer"]),
            effects=tuple(_layer(entry) for entry in data["effect"]),
            particles=tuple(_layer(entry) for entry in data["particle"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ArtworkError(f"{path}: {told(error)}") from error


def _pair(values: Any) -> tuple[float, float]:
    x, y = values
    return float(x), float(y)


def _layer(entry: Mapping[str, Any]) -> Layer:
    if unknown := entry.keys() - {"part", "when", "raise"}:
        raise ValueError(f"expected part, when and raise, got {', '.join(sorted(unknown))}")
    raises = ((float(rule["by"]), _condition(rule["when"])) for rule in entry.get("raise", ()))
    return Layer(entry["part"], _condition(entry.get("when", {})), tuple(raises))


def _condition(when: Mapping[str, Any]) -> Condition:
    return Condition({name: tuple(allowed) for name, allowed in when.items()})
