"""How right a node is on labelled pictures: the .tflite as shipped, beside the Keras file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from convert import scores
from convert.samples import Crops, Sample
from edge.card import Card, load_card
from edge.classifier import Classifier, softmax, to_input
from edge.errors import ModelError


def evaluate(folder: Path, crops: Crops) -> dict[str, Any]:
    """The report on the model in `folder` (see `summary`), with the Keras file's under "float"."""
    classifier = Classifier(load_card(folder))
    shipped = np.stack([classifier.classify_crop(crop) for crop in crops.images])
    card = classifier.card
    return {
        "node": folder.name,
        **summary(crops.samples, card.labels, shipped),
        "float": summary(
            crops.samples, card.labels, softmax(keras_logits(folder, crops, card), card.temperature)
        ),
    }


def keras_logits(folder: Path, crops: Crops, card: Card) -> np.ndarray:
    """What the Keras file beside a .tflite answers: (N, labels) float32; raises ModelError."""
    import keras

    path = folder / "model.keras"
    if not path.exists():
        raise ModelError(f"{path}: missing, as in an installed package; give a checkout's --models")
    model = keras.models.load_model(path)
    inputs = np.concatenate([to_input(crop, card) for crop in crops.images])
    return np.asarray(model.predict(inputs, batch_size=128, verbose=0))


def summary(
    samples: Sequence[Sample], labels: Sequence[str], probabilities: np.ndarray
) -> dict[str, Any]:
    """All figures of some answers (N, labels): over everything, each source and each skin tone."""
    truth = np.array([labels.index(sample.label) for sample in samples])
    answers = probabilities.argmax(axis=1)
    counts = scores.confusion(truth, answers, len(labels))
    return {
        **_figures(truth, answers),
        "calibration_error": round(scores.calibration_error(probabilities, truth), 4),
        "by_chance": round(scores.calibration_error_by_chance(probabilities), 4),
        "per_class": {
            label: round(float(recall), 4)
            for label, recall in zip(labels, scores.recalls(counts), strict=True)
            if not np.isnan(recall)
        },
        "labels": list(labels),
        "confusion": counts.tolist(),
        "sources": _apart(samples, truth, answers, lambda sample: sample.source),
        "tones": _apart(samples, truth, answers, lambda sample: sample.row.get("skin", "")),
    }


def _figures(truth: np.ndarray, answers: np.ndarray) -> dict[str, Any]:
    return {
        "n": len(truth),
        "accuracy": round(float((truth == answers).mean()), 4),
        "balanced_accuracy": round(scores.balanced_accuracy(truth, answers), 4),
    }


def _apart(
    samples: Sequence[Sample],
    truth: np.ndarray,
    answers: np.ndarray,
    group_of: Callable[[Sample], str],
) -> dict[str, dict[str, Any]]:
    groups = np.array([group_of(sample) for sample in samples])
    return {
        group: _figures(truth[groups == group], answers[groups == group])
        for group in sorted(set(groups.tolist()) - {""})
    }
