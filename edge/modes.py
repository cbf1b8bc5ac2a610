"""Where the emoticon goes: over the face, beside it, or large in a panel of its own."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

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

Placement = Callable[[Track, Anchors, int, int], Affine]
"""(track, anchors, width and height of the camera picture) -> artwork units to pixels."""


def cover(track: Track, anchors: Anchors, width: int, height: int) -> Affine:
    """The head hides the face."""
    return _head_at(*track.box.center, cover_radius(track.box), track.roll, anchors)


def sticker(track: Track, anchors: Anchors, width: int, height: int) -> Affine:
    """The head floats at the face's right, or where there is more room; smaller if it must be."""
    rooms = width - track.box.right, track.box.left
    full = _STICKER * cover_radius(track.box)
    right = rooms[0] >= 2 * _EARS * full or rooms[0] >= rooms[1]
    room = rooms[0] if right else rooms[1]
    radius = max(min(full, room / (2 * _EARS)), full / 2)
    half = _EARS * radius
    x = min(track.box.right + half, width - half) if right else max(track.box.left - half, half)
    return _head_at(x, track.box.center[1], radius, track.roll, anchors)


def panel(track: Track, anchors: Anchors, width: int, height: int) -> Affine:
    """The whole canvas fills a square as high as the picture; pixels are the square's own."""
    x, y = anchors.head
    scale = height / anchors.size
    turned = translation(x, y) @ rotation(track.roll) @ translation(-x, -y)
    return scaling(scale, scale) @ turned


def cover_radius(box: Box) -> float:
    """The radius in pixels of a head that hides a face with this box."""
    diagonal = math.hypot(box.width, box.height)
    return max(COVER * diagonal, COVER_NARROW * max(box.width, box.height)) / 2


MODES: Mapping[str, Placement] = {"cover": cover, "sticker": sticker, "panel": panel}
"""Name -> where an emoticon goes."""


def _head_at(x: float, y: float, radius: float, roll: float, anchors: Anchors) -> Affine:
    scale = 2 * radius / sum(anchors.radius)
    head_x, head_y = anchors.head
    return (
        translation(x, y) @ rotation(roll) @ scaling(scale, scale) @ translation(-head_x, -head_y)
    )
