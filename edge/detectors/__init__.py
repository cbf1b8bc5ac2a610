"""Face detectors behind one protocol, by name."""

from __future__ import annotations

import importlib
from typing import Protocol

from edge.errors import ConfigError
from edge.types import Box, Face, Image

DETECTORS = {
    "tflite": "edge.detectors.tflite:TFLiteDetector",
    "caffe": "edge.detectors.caffe:CaffeDetector",
    "fake": "edge.detectors.fake:FakeDetector",
}
"""Name -> module:class; imported when asked for."""


DEFAULT_DETECTOR = "tflite"


class Detector(Protocol):
    """Finds faces in a picture; not to be shared between threads."""

    def detect(self, image: Image, region: Box | None = None) -> list[Face]:
        """Faces in descending order of score; boxes inside the picture and not empty.

        With a `region` (pixels of `image`) around a known face, two or three times as wide, only
        that part is looked at, which is cheaper; boxes are still in pixels of `image`.
        """


def create_detector(name: str, *, min_score: float) -> Detector:
    """The detector of this name; faces it scores below `min_score` are left out."""
    if name not in DETECTORS:
        raise ConfigError(f"detector: expected one of {', '.join(DETECTORS)}, got {name!r}")
    module, cls = DETECTORS[name].split(":")
    detector: Detector = getattr(importlib.import_module(module), cls)(min_score=min_score)
    return detector
