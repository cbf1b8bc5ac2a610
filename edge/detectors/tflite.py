"""The Caffe SSD as int8 TFLite, at an input that keeps the picture's shape."""

from __future__ import annotations

from math import log
from pathlib import Path

from edge.detectors.card import load_detector_card
from edge.detectors.network import Network
from edge.detectors.ssd import cut, to_faces
from edge.paths import MODELS
from edge.types import Box, Face, Image

FIND = "face_detector_300"
KEEP = "face_detector_160"
ZOOM = 4.0
"""A region may be shrunk so many times before the larger of the small inputs is taken: only for
faces that fill the frame does it lie stiller than the smaller one."""


class TFLiteDetector:
    """Finds faces with the full network, keeps known ones with a small input on their region.

    The network is convolutional, so one file runs at every shape. Regions should be two or three
    times as wide as the face: it then fills much of the input, whatever its size.
    """

    def __init__(
        self,
        *,
        min_score: float = 0.5,
        threads: int = 1,
        runtime: str | None = None,
        models: Path = MODELS,
    ) -> None:
        """Read the cards; raises ModelError when a file is not as its card says."""
        self._min_score = min_score
        self._threads, self._runtime = threads, runtime
        self._find = load_detector_card(models / FIND)
        self._keep = load_detector_card(models / KEEP)
        self._networks: dict[tuple[int, int], Network] = {}

    def detect(self, image: Image, region: Box | None = None) -> list[Face]:
        """See `Detector.detect`."""
        part, left, top = cut(image, region)
        height, width = part.shape[:2]
        shape = self.shape_for(height, width) if region is None else self._keep_shape(height, width)
        card = self._find if region is None else self._keep
        if shape not in self._networks:  # most pictures come in one shape, so few are ever loaded
            self._networks[shape] = Network(
                card, shape, threads=self._threads, runtime=self._runtime
            )
        scores, corners = self._networks[shape](part)
        faces = to_faces(scores, corners, width, height, self._min_score)
        return [Face(face.box.moved(left, top), face.score) for face in faces]

    def shape_for(self, height: int, width: int) -> tuple[int, int]:
        """The input (height, width) for a picture of this size: that which stretches it least."""
        return min(self._find.shapes, key=lambda s: abs(log(s[1] / s[0]) - log(width / height)))

    def _keep_shape(self, height: int, width: int) -> tuple[int, int]:
        """The smallest that does not shrink the region too much, else the largest."""
        need = max(height, width) / ZOOM
        shapes = sorted(self._keep.shapes)
        return next((shape for shape in shapes if min(shape) >= need), shapes[-1])
