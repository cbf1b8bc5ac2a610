"""A detector without a model: every picture holds one face, in its middle."""

from __future__ import annotations

from edge.detectors.ssd import cut
from edge.types import Box, Face, Image


class FakeDetector:
    """Says that the middle third of the picture is a face, with score 1."""

    def __init__(self, *, min_score: float = 0.8) -> None:
        """Nothing to load."""
        self._min_score = min_score

    def detect(self, image: Image, region: Box | None = None) -> list[Face]:
        """See `Detector.detect`; a region sees as much of the face as it covers."""
        part, left, top = cut(image, region)
        height, width = image.shape[:2]
        face = Box(width / 3, height / 3, width * 2 / 3, height * 2 / 3).moved(-left, -top)
        seen = face.clipped(part.shape[1], part.shape[0])
        if seen.area == 0 or self._min_score > 1:
            return []
        return [Face(seen.moved(left, top), 1.0)]
