"""Two failures of the report, measured: a beard taken for dark skin, East-Asian faces all neutral.

UTKFace's groups, which stand in for skin tones, are white (light), Asian (medium), black (dark).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from convert.nodes import NODES
from convert.samples import Data, Sample, find_samples, load_crops
from edge.card import load_card
from edge.classifier import Classifier
from edge.paths import MODELS

SURE = 0.8  # probability from which the beard node's answer counts


class Fairness(NamedTuple):
    """Shares in [0, 1] of the val split's faces, each as its node answers."""

    bearded: int  # light and medium faces with a beard
    bearded_dark: float  # ... that are taken for dark
    beardless_dark: float  # of those without
    neutral: dict[str, float]  # tone -> share of faces taken for neutral


def measure(data: Data) -> Fairness:
    """On the faces whose skin tone is known; whether they have beards, the beard node says."""
    samples = find_samples(NODES["skin"], data, "val")
    tones = np.array([sample.label for sample in samples])
    skin, emotion, beard = (_answers(name, samples, data) for name in ("skin", "emotion", "beard"))
    dark = _labels("skin", skin) == "dark"
    not_dark = tones != "dark"
    worn = beard[:, NODES["beard"].labels.index("worn")]
    bearded, beardless = not_dark & (worn >= SURE), not_dark & (worn <= 1 - SURE)
    neutral = _labels("emotion", emotion) == "neutral"
    return Fairness(
        int(bearded.sum()),
        float(dark[bearded].mean()),
        float(dark[beardless].mean()),
        {tone: float(neutral[tones == tone].mean()) for tone in NODES["skin"].labels},
    )


def _answers(name: str, samples: list[Sample], data: Data) -> np.ndarray:
    """Probabilities (N, labels) of a node's .tflite, whatever the samples are labelled for."""
    classifier = Classifier(load_card(MODELS / name))
    crops = load_crops(NODES[name], samples, data)
    return np.stack([classifier.classify_crop(crop) for crop in crops.images])


def _labels(name: str, probabilities: np.ndarray) -> np.ndarray:
    return np.array(NODES[name].labels)[probabilities.argmax(axis=1)]
