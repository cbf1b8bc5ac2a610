"""(a) Every node and detector: time for one face or frame, by runtime and threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import cv2
import numpy as np

from benchmarks.timing import measure, summary
from edge.cameras.demo import DemoCamera
from edge.cascade import Cascade
from edge.classifier import Classifier
from edge.detectors import Detector
from edge.detectors.caffe import CaffeDetector
from edge.detectors.tflite import TFLiteDetector
from edge.errors import DependencyError
from edge.paths import MODELS
from edge.tflite import RUNTIMES, find_runtime
from edge.tree import load_tree
from edge.types import Box, Image

CALIBRATION = "detector caffe"
"""The row that places another machine: the same work everywhere, through OpenCV alone."""


def installed_runtimes() -> list[str]:
    """The interpreters that can be measured here; TensorFlow's only brings LiteRT's again."""
    names = []
    for name in RUNTIMES:
        if name == "tensorflow":
            continue
        try:
            names.append(find_runtime(name)[0])
        except DependencyError:
            continue
    return names


def run(*, repeat: int, progress: Callable[[str], None]) -> list[dict[str, Any]]:
    """One row a model, runtime and number of threads."""
    camera = DemoCamera(width=640, height=480)
    image, ((box, _),) = camera.render(0), camera.truth(0)
    rows = []
    for threads in (1, 2):
        cv2.setNumThreads(threads)
        for name, runtime, detector in _detectors(threads):
            progress(f"detector {name}, {runtime}, {threads} threads")
            times = measure(partial(detector.detect, image), repeat=repeat)
            rows.append(_row(f"detector {name}", runtime, threads, times))
            region = box.moved(-box.width / 2, -box.height / 2)._replace(
                right=box.right + box.width / 2, bottom=box.bottom + box.height / 2
            )
            times = measure(partial(detector.detect, image, region), repeat=repeat)
            rows.append(_row(f"detector {name}, a known face", runtime, threads, times))
    cv2.setNumThreads(1)
    for runtime in installed_runtimes():
        for threads in (1, 2):
            for name, work in _nodes(image, box, runtime, threads):
                progress(f"node {name}, {runtime}, {threads} threads")
                rows.append(_row(f"node {name}", runtime, threads, measure(work, repeat=repeat)))
    return rows


def face_path_ms(image: Image, box: Box, *, repeat: int) -> float:
    """Median milliseconds of one face's whole path through the tree, one thread."""
    cascade = Cascade(load_tree(MODELS))
    return float(np.median(measure(lambda: cascade.recognize(image, box), repeat=repeat)))


def _detectors(threads: int) -> Iterator[tuple[str, str, Detector]]:
    for runtime in installed_runtimes():
        yield "tflite", runtime, TFLiteDetector(min_score=0.5, threads=threads, runtime=runtime)
    yield "caffe", "opencv", CaffeDetector(min_score=0.5)


def _nodes(
    image: Image, box: Box, runtime: str, threads: int
) -> Iterator[tuple[str, Callable[[], np.ndarray]]]:
    for name, card in load_tree(MODELS).cards.items():
        classifier = Classifier(card, threads=threads, runtime=runtime)
        yield name, partial(classifier.classify, image, box)


def _row(name: str, runtime: str, threads: int, times: list[float]) -> dict[str, Any]:
    return {"name": name, "runtime": runtime, "threads": threads, **summary(times)}
