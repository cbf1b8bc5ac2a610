"""What a face costs: parameters, multiplications, and time through its path of the tree."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np

from convert.nets import REPORT, REPORT_SIZE, build_keras
from edge.cascade import Cascade
from edge.types import Box, Image

REPORT_PATH = ("mask", "skin", "glasses", "frame", "emotion")
"""The networks that the report asks about a bare face with glasses."""
REPORT_OUTPUTS = 6
WARM_UP, ROUNDS = 5, 50


@dataclass(frozen=True)
class Path:
    """Median milliseconds of one face, measured in the same run."""

    nodes: dict[str, float]  # ours, one thread, each with its crop
    whole_ms: float  # `Cascade.recognize`: every node that the tree asks
    report_ms: float  # the report's networks on REPORT_PATH, Keras predict, one after the other


def multiplications(model: Any) -> int:
    """Multiply-accumulate operations of a Keras model's convolutions and dense layers.

    The model's batch size has to be fixed: to 1, for those of one answer.
    """
    total = 0
    for layer in model.layers:
        kernel = getattr(layer, "kernel", None)
        if kernel is not None:
            places = int(np.prod(layer.output.shape[:-1]))
            total += int(np.prod(kernel.shape)) * places
    return total


def time_path(image: Image, box: Box, cascade: Cascade) -> Path:
    """Measure one face; nothing else should run meanwhile."""
    nodes = {
        name: _median_ms(lambda c=classifier: c.classify(image, box))  # type: ignore[misc]
        for name, classifier in cascade.classifiers.items()
    }
    whole = _median_ms(lambda: cascade.recognize(image, box))
    model = build_keras(REPORT, REPORT_SIZE, 3, REPORT_OUTPUTS)
    picture = np.zeros((1, REPORT_SIZE, REPORT_SIZE, 3), np.float32)
    predict = _median_ms(lambda: model.predict(picture, verbose=0))
    return Path(nodes, whole, predict * len(REPORT_PATH))


def _median_ms(call: Callable[[], object]) -> float:
    times = []
    for i in range(WARM_UP + ROUNDS):
        started = time.perf_counter()
        call()
        if i >= WARM_UP:
            times.append((time.perf_counter() - started) * 1000)
    return median(times)
