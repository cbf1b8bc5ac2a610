"""One look at a frame: who is still there, and, when asked, who is new."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from edge.detectors import Detector
from edge.detectors.tiles import detect_tile, uncut
from edge.prints import doubt_prints
from edge.types import Box, Face, Frame

_SAME = 0.3  # intersection over union from which two boxes are one face
_ROOM = 3.0  # a region's side in face widths, and
_HEADROOM = 2.3  # ... at least this in face heights


@dataclass(frozen=True, eq=False)
class Look:
    """A job: where to look in a frame."""

    frame: Frame
    known: tuple[Box, ...]  # the faces that were there, each looked for where it was
    everywhere: bool  # also look for new faces,
    tile: Box | None = None  # ... far ones in this part of the picture
    cut: bool = False  # another scene than before: who is not found is not there


class Seen(NamedTuple):
    """Its answer."""

    look: Look
    faces: list[Face]


def region_around(box: Box) -> Box:
    """The square that is looked at to find a known face again."""
    side = max(_ROOM * box.width, _HEADROOM * box.height)
    x, y = box.center
    return Box(x - side / 2, y - side / 2, x + side / 2, y + side / 2)


class Finder:
    """Answers looks with a detector; not to be shared between threads."""

    def __init__(self, detector: Detector) -> None:
        """Look with this detector."""
        self._detector = detector

    def find(self, look: Look) -> Seen:
        """Faces in the frame's pixels.

        A known face that the look at the whole picture does not show, for instance because it
        is small, is looked for once more where it was; a neighbour whom the edge of that region
        halves is left to a look of its own.
        """
        image = look.frame.image
        height, width = image.shape[:2]
        faces: list[Face] = []
        if look.tile is not None:
            faces += detect_tile(self._detector, image, look.tile)
        elif look.everywhere:
            faces += self._everywhere(look.frame)
        for box in look.known:
            region = region_around(box).clipped(width, height)
            if min(region.width, region.height) >= 1.0 and not _has(faces, box):
                near = uncut(self._detector.detect(image, region), region, image)
                faces += [face for face in near if not _has(faces, face.box)]
        return Seen(look, doubt_prints(image, faces))

    def _everywhere(self, frame: Frame) -> list[Face]:
        """Faces in the whole picture, for which the small one will do."""
        if frame.lores is None:
            return self._detector.detect(frame.image)
        small = frame.lores.bgr
        x, y = (frame.image.shape[i] / small.shape[i] for i in (1, 0))
        return [face._replace(box=face.box.scaled(x, y)) for face in self._detector.detect(small)]


def _has(faces: list[Face], box: Box) -> bool:
    return any(face.box.iou(box) >= _SAME for face in faces)
