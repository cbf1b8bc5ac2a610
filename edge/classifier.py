"""One node's model: a face crop in, a probability for each label out."""

from __future__ import annotations

import cv2
import numpy as np

from edge.card import Card
from edge.crop import crop_face
from edge.errors import ModelError
from edge.tflite import Interpreter
from edge.types import Box, Image


def softmax(logits: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """Probabilities of (..., N) logits; a temperature above 1 makes them less sure.

    Guo et al., On Calibration of Modern Neural Networks, ICML 2017.
    """
    scaled = logits / temperature
    weights = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def to_input(crop: Image, card: Card) -> np.ndarray:
    """What the network was trained on, from a BGR crop: (1, H, W, 3 or 1) float32."""
    if card.color == "grey":
        crop = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)[..., None]
    elif card.color == "rgb":
        crop = cv2.cvtColor(crop, cv2.COLOR_BGR2RGB)
    return crop[None].astype(np.float32) * np.float32(card.scale) + np.float32(card.offset)


class Classifier:
    """A loaded node; not to be shared between threads."""

    def __init__(self, card: Card, *, threads: int = 1, runtime: str | None = None) -> None:
        """Load the model of a card (see `load_card`); raises ModelError."""
        self.card = card
        self._interpreter = Interpreter(card.path, threads=threads, runtime=runtime)
        channels = 1 if card.color == "grey" else 3
        expected = (1, card.crop.size, card.crop.size, channels)
        if self._interpreter.input_shape != expected:
            raise ModelError(
                f"{card.path}: expected input {expected}, got {self._interpreter.input_shape}"
            )
        answers = self._interpreter.output_shapes[0][-1]
        if answers != len(card.labels):
            raise ModelError(
                f"{card.path}: expected {len(card.labels)} outputs, one for each label of its "
                f"card, got {answers}"
            )

    def classify(self, image: Image, box: Box) -> np.ndarray:
        """Probabilities of the face in `box`: (labels,) float32, in the order of the card."""
        return self.classify_crop(crop_face(image, box, self.card.crop))

    def classify_crop(self, crop: Image) -> np.ndarray:
        """Probabilities of a crop that is already cut: (size, size, 3) uint8 BGR."""
        interpreter = self._interpreter
        stored = interpreter.input_quantization.quantize(
            to_input(crop, self.card), interpreter.input_dtype
        )
        return softmax(interpreter(stored)[0][0], self.card.temperature)
