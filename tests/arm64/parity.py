"""Do the models answer here as they do there? `parity.py write|check PICTURE FILE.json`.

`write` puts what every model of models_tflite/ and every detector says about a picture into the
file; `check`, on another machine or with another runtime, compares and ends with 1 if they differ.
"""

from __future__ import annotations

import json
import platform
import sys
from pathlib import Path

import cv2

from edge.cascade import Cascade
from edge.detectors import DETECTORS, create_detector
from edge.paths import MODELS
from edge.pictures import read_picture
from edge.tflite import find_runtime
from edge.tree import load_tree

PROBABILITY = 0.03
"""Two int8 kernels round differently now and then, by one step of a logit."""

BOX = 2.0
"""Pixels, of a face some 120 high."""

Answers = dict[str, list[float]]


def answers(picture: Path) -> Answers:
    """Probabilities of each node, and (score, box) of each detector's best face."""
    cv2.setNumThreads(1)
    image = read_picture(picture)
    found: Answers = {}
    for name in DETECTORS:
        if name != "fake":
            face = create_detector(name, min_score=0.5).detect(image)[0]
            found[f"detector {name}"] = [face.score, *face.box]
    box = face.box
    for name, classifier in Cascade(load_tree(MODELS)).classifiers.items():
        for view, seen, where in (
            ("", image, box),
            (", mirrored", cv2.flip(image, 1), box.mirrored(image.shape[1])),
            (", lower", image, box.moved(0, box.height / 2)),
        ):
            found[f"{name}{view}"] = [float(p) for p in classifier.classify(seen, where)]
    return found


def differences(ours: Answers, theirs: Answers) -> list[str]:
    """A line for each answer that is not the same."""
    wrong = [f"{name}: not on both sides" for name in ours.keys() ^ theirs.keys()]
    for name in ours.keys() & theirs.keys():
        for index, (a, b) in enumerate(zip(ours[name], theirs[name], strict=True)):
            is_box = name.startswith("detector") and index > 0
            if abs(a - b) > (BOX if is_box else PROBABILITY):
                wrong.append(f"{name}: {a:.4f}, expected {b:.4f}")
    return wrong


def main() -> int:
    """Write or check; the exit code."""
    task, picture, file = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    ours = answers(picture)
    runtime = " ".join(find_runtime())
    print(f"{platform.machine()}, Python {platform.python_version()}, {runtime}: ", end="")
    if task == "write":
        file.write_text(json.dumps(ours))
        print(f"{len(ours)} answers of {len(list(MODELS.glob('*/model.tflite')))} models")
        return 0
    theirs = json.loads(file.read_text())
    wrong = differences(ours, theirs)
    same = [
        abs(a - b)
        for name in ours.keys() & theirs.keys()
        if not name.startswith("detector")
        for a, b in zip(ours[name], theirs[name], strict=True)
    ]
    print(f"{len(ours)} answers, largest difference {max(same):.2g}")
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
