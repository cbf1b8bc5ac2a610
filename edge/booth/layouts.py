"""What becomes of the shots: one picture, a strip of four, a film that repeats; by name."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from edge.displays.letterbox import fit
from edge.errors import PictureError
from edge.types import Image

_PAPER = (250, 250, 250)
_STRIP_WIDTH = 600
_STRIP_GAP = 24
_FILM_SIDE = 480  # pixels, the longer side: a film in full size takes a phone's patience
_JPEG = [cv2.IMWRITE_JPEG_QUALITY, 92]
FILM_STEP_S = 0.15


@dataclass(frozen=True, eq=False)
class Picture:
    """A finished picture, as a file and to be looked at."""

    data: bytes
    suffix: str  # ".jpg"
    media_type: str
    previews: tuple[Image, ...]  # one, or those of a film, each to be shown for FILM_STEP_S

    @property
    def still(self) -> bytes:
        """A JPEG that can be printed: itself, or the middle of a film."""
        if self.suffix == ".jpg":
            return self.data
        return _jpeg(self.previews[len(self.previews) // 2])


@dataclass(frozen=True)
class Layout:
    """How many shots, how far apart, and what is made of them."""

    shots: int
    between_s: float
    develop: Callable[[Sequence[Image]], Picture]


def _single(shots: Sequence[Image]) -> Picture:
    return _photograph(shots[0])


def _strip(shots: Sequence[Image]) -> Picture:
    """The shots below each other on white paper."""
    height, width = shots[0].shape[:2]
    size = _STRIP_WIDTH, round(height * _STRIP_WIDTH / width)
    pitch = size[1] + _STRIP_GAP
    shape = (len(shots) * pitch + _STRIP_GAP, size[0] + 2 * _STRIP_GAP, 3)
    paper = np.full(shape, _PAPER, np.uint8)
    for row, shot in enumerate(shots):
        top = _STRIP_GAP + row * pitch
        place = paper[top : top + size[1], _STRIP_GAP : _STRIP_GAP + size[0]]
        place[:] = cv2.resize(shot, size, interpolation=cv2.INTER_AREA)
    return _photograph(paper)


def _film(shots: Sequence[Image]) -> Picture:
    """An animated GIF that repeats; the shots must be of one size."""
    # OpenCV writes GIF only from 4.12 on; Pillow is optional, and slow to import.
    from PIL import Image as Pillow

    height, width = shots[0].shape[:2]
    box = fit(width, height, min(_FILM_SIDE, width), min(_FILM_SIDE, height))
    size = int(box.width), int(box.height)
    frames = tuple(cv2.resize(shot, size, interpolation=cv2.INTER_AREA) for shot in shots)
    first, *others = (Pillow.fromarray(frame[..., ::-1]) for frame in frames)
    file = io.BytesIO()
    step_ms = round(FILM_STEP_S * 1000)
    first.save(file, "GIF", save_all=True, append_images=others, duration=step_ms, loop=0)
    return Picture(file.getvalue(), ".gif", "image/gif", frames)


def _photograph(image: Image) -> Picture:
    return Picture(_jpeg(image), ".jpg", "image/jpeg", (image,))


def _jpeg(image: Image) -> bytes:
    ok, data = cv2.imencode(".jpg", image, _JPEG)
    if not ok:
        raise PictureError(f"cannot encode a picture of shape {image.shape}")
    return data.tobytes()


LAYOUTS: Mapping[str, Layout] = {
    "single": Layout(1, 0.0, _single),
    "strip": Layout(4, 2.0, _strip),
    "film": Layout(10, FILM_STEP_S, _film),
}
"""Name -> layout."""
