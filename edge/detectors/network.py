"""One detector network at one input shape: a picture in, scored boxes out."""

from __future__ import annotations

import cv2
import numpy as np

from edge.detectors.card import DetectorCard
from edge.detectors.ssd import blend, decode, outermost, suppress
from edge.errors import ModelError
from edge.tflite import Interpreter
from edge.types import Image

CANDIDATE_SCORE = 0.1
"""Boxes below it do not take part in anything."""


class Network:
    """A loaded network; not to be shared between threads."""

    def __init__(
        self,
        card: DetectorCard,
        shape: tuple[int, int],
        *,
        threads: int = 1,
        runtime: str | None = None,
    ) -> None:
        """Load it for pictures stretched to `shape` (height, width)."""
        self._height, self._width = shape
        self._interpreter = Interpreter(
            card.path, threads=threads, runtime=runtime, input_shape=(1, *shape, 3)
        )
        if self._interpreter.input_dtype != np.uint8:
            raise ModelError(
                f"{card.path}: expected uint8 input, got {self._interpreter.input_dtype}"
            )
        self._heads = card.heads
        shapes = self._interpreter.output_shapes
        self._priors = np.concatenate(
            [head.level.priors(*shapes[head.logits][1:3]) for head in card.heads]
        )

    def raw(self, image: Image) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(N, 4) offsets, (N,) logits and (N, 4) priors, all of them, level by level."""
        stored = cv2.resize(image, (self._width, self._height))[None]
        outputs = self._interpreter(stored)
        return (
            np.concatenate([outputs[head.offsets].reshape(-1, 4) for head in self._heads]),
            np.concatenate([outputs[head.logits].ravel() for head in self._heads]),
            self._priors,
        )

    def __call__(self, image: Image) -> tuple[np.ndarray, np.ndarray]:
        """(K,) scores and (K, 4) corners, 0 to 1 across the picture, best first."""
        offsets, logits, priors = self.raw(image)
        likely = logits >= np.log(CANDIDATE_SCORE / (1 - CANDIDATE_SCORE))
        scores = 1 / (1 + np.exp(-logits[likely]))
        corners = decode(offsets[likely], priors[likely])
        stays = suppress(scores, corners)
        scores, corners = scores[stays], blend(scores, corners, stays)
        stays = suppress(scores, corners)  # what has come together only now
        scores, corners = scores[stays], corners[stays]
        outer = outermost(corners)
        size = np.array([self._width, self._height] * 2, np.float32)
        return scores[outer], corners[outer] / size
