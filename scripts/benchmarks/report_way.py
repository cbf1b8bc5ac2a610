"""(c) The report's way: everything on every frame, in Keras float, blended by channel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

from benchmarks.timing import measure
from edge.artwork import Artwork, Look, load_artwork
from edge.crop import CropSpec, crop_face
from edge.detectors.caffe import CaffeDetector
from edge.errors import DependencyError
from edge.types import Box, Image

_PATH = (2, 6, 2, 8)
"""Outputs of the networks that a bare face with glasses goes through: mask, skin with glasses,
frame, emotion."""

_COLOUR, _GREY = 128, 48  # pixels a side of their inputs


def paste_by_channel(image: Image, emoticon: np.ndarray, left: int, top: int) -> None:
    """Blend straight-alpha BGRA into the picture as the report did, a channel at a time."""
    height, width = emoticon.shape[:2]
    alpha = emoticon[..., 3] / 255.0
    for channel in range(3):
        place = image[top : top + height, left : left + width, channel]
        place[:] = alpha * emoticon[..., channel] + (1.0 - alpha) * place


class ReportsMirror:
    """A frame in, a painted frame out, without any cache."""

    def __init__(self) -> None:
        """Build the report's networks, untrained: weights do not change the time.

        Raises DependencyError without the `train` extra.
        """
        try:
            from convert.nets import REPORT, build_keras
        except ImportError as error:
            raise DependencyError(f"needs the train extra ({error})") from error
        self._detector = CaffeDetector(min_score=0.8)
        sizes = [_GREY if outputs == 8 else _COLOUR for outputs in _PATH]
        self.models: list[Any] = [
            build_keras(REPORT, size, 1 if size == _GREY else 3, outputs)
            for size, outputs in zip(sizes, _PATH, strict=True)
        ]
        self._artwork: Artwork = load_artwork("cartoon")

    def classify(self, image: Image, box: Box) -> None:
        """One face through its networks, each by Keras `predict`."""
        colour = crop_face(image, box, CropSpec(_COLOUR, 1.0)).astype(np.float32)[None] / 255
        grey = cv2.cvtColor(crop_face(image, box, CropSpec(_GREY, 1.0)), cv2.COLOR_BGR2GRAY)
        for model in self.models:
            small = model.input_shape[1] == _GREY
            picture = grey[None, ..., None].astype(np.float32) / 255 if small else colour
            model.predict(picture, verbose=0)

    def step(self, frame: Image) -> Image:
        """Detect, classify and paint one frame."""
        painted = cv2.flip(frame, 1)
        height, width = frame.shape[:2]
        for face in self._detector.detect(frame):
            self.classify(frame, face.box)
            box = face.box.mirrored(width)
            side = round(max(box.width, box.height) * 1.3)
            emoticon = cv2.resize(self._artwork.picture(Look()), (side, side))
            left, top = round(box.center[0] - side / 2), round(box.center[1] - side / 2)
            if left >= 0 and top >= 0 and left + side <= width and top + side <= height:
                paste_by_channel(painted, emoticon, left, top)
        return painted


def run(
    frames: list[Image], box: Box, *, repeat: int, progress: Callable[[str], None]
) -> dict[str, list[float]]:
    """Milliseconds a frame and a face's classification, the report's way."""
    progress("the report's way (loading Keras)")
    mirror = ReportsMirror()
    at = iter(range(10**9))
    progress("the report's way, frames")
    whole = measure(lambda: mirror.step(frames[next(at) % len(frames)]), repeat=repeat)
    progress("the report's way, one face")
    face = measure(lambda: mirror.classify(frames[0], box), repeat=repeat)
    return {"frame_ms": whole, "face_ms": face}
