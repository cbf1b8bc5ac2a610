"""A second look for far faces: the picture in overlapping tiles, one at a time when idle."""

from __future__ import annotations

from edge.detectors import Detector
from edge.types import Box, Face, Image

SHARE = 0.6
"""A tile's part of each side: neighbours share a fifth, so a far face is whole in one of them."""

_MARGIN = 2.0  # pixels; a box so near to a cut edge may go on beyond it


def tiles(width: int, height: int) -> list[Box]:
    """Four tiles that cover a picture of this size, in its pixels and its shape."""
    across, down = round(width * SHARE), round(height * SHARE)
    return [
        Box(left, top, left + across, top + down)
        for top in (0, height - down)
        for left in (0, width - across)
    ]


def detect_tile(detector: Detector, image: Image, tile: Box) -> list[Face]:
    """Faces in one tile of `tiles`, in pixels of `image`; 1 / SHARE times as far as `detect`.

    Faces that a cut through the picture may have halved are left out: they are large enough to
    be whole in a neighbouring tile, or to be found without tiles.
    """
    left, top, right, bottom = (round(side) for side in tile)
    # As a picture of its own: a region would be taken for the surroundings of a known face.
    faces = detector.detect(image[top:bottom, left:right])
    moved = [Face(face.box.moved(left, top), face.score) for face in faces]
    return uncut(moved, Box(left, top, right, bottom), image)


def uncut(faces: list[Face], part: Box, image: Image) -> list[Face]:
    """The faces, of those found in a part of `image`, that its edges cannot have halved.

    Where the part ends with the picture nothing is cut. All boxes in pixels of `image`.
    """
    height, width = image.shape[:2]
    inner = Box(
        part.left + _MARGIN if part.left > 0 else part.left,
        part.top + _MARGIN if part.top > 0 else part.top,
        part.right - _MARGIN if part.right < width else part.right,
        part.bottom - _MARGIN if part.bottom < height else part.bottom,
    )
    return [face for face in faces if _within(face.box, inner)]


def _within(box: Box, outer: Box) -> bool:
    return (
        outer.left <= box.left
        and outer.top <= box.top
        and box.right <= outer.right
        and box.bottom <= outer.bottom
    )
