"""Where the emoticon goes: over the face, beside it, or large in a panel of its own."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from edge.affine import Affine, rotation, scaling, translation
from edge.sprites import Anchors
from edge.types import Box, Track

COVER = 0.96
"""The head's radius in halves of the box's diagonal: 1 would cover the very corners at rest;
this covers at least 98 % of the box at the lowest point of a squash too."""

COVER_NARROW = 1.15
"""Its least radius in halves of the box's longer side: a box narrower than about 2 : 3 reaches
nearly as high as its corners, and a squashed head does not."""

_STICKER = 0.75  # a sticker's size, as part of a cover's
_EARS = 1.25  # from a head's middle to its ears' ends, in its radii


class Placement(Protocol):
    """Says for every frame where each emoticon goes."""

    def __call__(
        self, tracks: Sequence[Track], anchors: Anchors, width: int, height: int
    ) -> list[Affine]:
        """Artwork units to pixels for each track, in a camera picture of this size."""


def cover(tracks: Sequence[Track], anchors: Anchors, width: int, height: int) -> list[Affine]:
    """The head hides the face."""
    return [
        _head_at(*track.box.center, cover_radius(track.box), track.roll, anchors)
        for track in tracks
    ]


class Stickers:
    """The head floats at the face's right, or where there is more room; smaller if it must be.

    Room ends at the picture's edge, at other faces and at their stickers. A sticker changes sides
    only when it has too little room for half its size, and clearly more at the other.
    """

    def __init__(self) -> None:
        """Nobody has one yet."""
        self._right: dict[int, bool] = {}  # by track id

    def __call__(
        self, tracks: Sequence[Track], anchors: Anchors, width: int, height: int
    ) -> list[Affine]:
        """See `Placement`."""
        before, self._right = self._right, {}
        taken = {track.id: track.box for track in tracks}
        found = {}
        for track in sorted(tracks, key=lambda track: track.id):
            box, full = track.box, _STICKER * cover_radius(track.box)
            need = 2 * _EARS * full
            others = [other for person, other in taken.items() if person != track.id]
            rooms = _rooms(box, need / 2, others, width)
            right = before.get(track.id, rooms[0] >= need or rooms[0] >= rooms[1])
            here, there = rooms if right else rooms[::-1]
            if here < need / 2 and there > here + need / 4:
                right, here = not right, there
            radius = max(min(full, here / (2 * _EARS)), full / 2)
            half = _EARS * radius
            x = min(box.right + half, width - half) if right else max(box.left - half, half)
            y = box.center[1]
            self._right[track.id] = right
            taken[-track.id] = Box(x - half, y - half, x + half, y + half)
            found[track.id] = _head_at(x, y, radius, track.roll, anchors)
        return [found[track.id] for track in tracks]


def _rooms(box: Box, reach: float, others: Sequence[Box], width: int) -> tuple[float, float]:
    """Pixels free at the right and left of a face, up and down as far as `reach` from its middle.

    Each of the others is at the side that its own middle is at.
    """
    x, y = box.center
    beside = [other for other in others if other.top < y + reach and other.bottom > y - reach]
    right = min([width, *(other.left for other in beside if other.center[0] >= x)]) - box.right
    left = box.left - max([0, *(other.right for other in beside if other.center[0] < x)])
    return right, left


def panel(tracks: Sequence[Track], anchors: Anchors, width: int, height: int) -> list[Affine]:
    """The whole canvas fills a square as high as the picture; pixels are the square's own."""
    x, y = anchors.head
    scale = height / anchors.size
    return [
        scaling(scale, scale) @ translation(x, y) @ rotation(track.roll) @ translation(-x, -y)
        for track in tracks
    ]


def cover_radius(box: Box) -> float:
    """The radius in pixels of a head that hides a face with this box."""
    diagonal = math.hypot(box.width, box.height)
    return max(COVER * diagonal, COVER_NARROW * max(box.width, box.height)) / 2


MODES: Mapping[str, Callable[[], Placement]] = {
    "cover": lambda: cover,
    "sticker": Stickers,
    "panel": lambda: panel,
}
"""Name -> what makes a placement."""


def _head_at(x: float, y: float, radius: float, roll: float, anchors: Anchors) -> Affine:
    scale = 2 * radius / sum(anchors.radius)
    head_x, head_y = anchors.head
    return (
        translation(x, y) @ rotation(roll) @ scaling(scale, scale) @ translation(-head_x, -head_y)
    )
