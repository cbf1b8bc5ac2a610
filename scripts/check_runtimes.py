#!/usr/bin/env python3
"""The same answers on other runtimes: tflite-runtime 2.14 with numpy 1, and OpenCV 5.

Makes an environment for each outside the checkout, runs every model there on the demo portrait,
and compares with this environment's answers. Needs a Python 3.11 for tflite-runtime.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import cv2  # noqa: E402
import numpy as np  # noqa: E402

from edge.cameras.demo import portrait_file  # noqa: E402
from edge.card import load_card  # noqa: E402
from edge.classifier import Classifier  # noqa: E402
from edge.detectors import create_detector  # noqa: E402
from edge.paths import MODELS  # noqa: E402
from edge.pictures import read_picture  # noqa: E402
from edge.tflite import find_runtime  # noqa: E402
from edge.types import Box  # noqa: E402

SAME_BOX = 0.9  # IoU; int8 rounds a little differently in every runtime
SAME_SCORE = 0.1  # of a label
AROUND = 2.0  # a known face's region, in sides of its box


class Environment(NamedTuple):
    """Packages that must work together, and the Python they need."""

    python: str
    packages: tuple[str, ...]


ENVIRONMENTS = {
    "tflite-runtime": Environment(
        "python3.11", ("tflite-runtime==2.14.0", "numpy==1.26.4", "opencv-python==4.11.0.86")
    ),
    "opencv5": Environment(
        "python3", ("ai-edge-litert>=2.1", "numpy", "opencv-python>=5", "tomli>=2")
    ),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every environment gives the answers of this one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(ENVIRONMENTS)} (all)")
    # What `run` asks of this script in another environment.
    parser.add_argument("--answers", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args(arguments)
    if args.answers is not None:
        print(json.dumps(answers(args.answers)))
        return 0
    if unknown := set(args.names).difference(ENVIRONMENTS):
        parser.error(
            f"expected names of {', '.join(ENVIRONMENTS)}, got {', '.join(sorted(unknown))}"
        )
    portrait = portrait_file()
    expected = answers(portrait)
    print(f"here: {expected['versions']}, {len(expected['scores'])} classifiers")
    problems = []
    for name in args.names or ENVIRONMENTS:
        with tempfile.TemporaryDirectory(prefix="runtimes-") as folder:
            found = run(ENVIRONMENTS[name], Path(folder), portrait)
        differences = compare(expected, found)
        problems += differences
        print(f"{name}: {found['versions']}: {'; '.join(differences) or 'the same answers'}")
    return 1 if problems else 0


def answers(portrait: Path) -> dict[str, Any]:
    """Faces found and kept in the portrait, and each classifier's scores for the face."""
    image = read_picture(portrait)
    detector = create_detector("tflite", min_score=0.65)
    faces = detector.detect(image)
    box = faces[0].box
    half = max(box.width, box.height) * AROUND / 2
    x, y = box.center
    kept = detector.detect(image, Box(x - half, y - half, x + half, y + half))
    # On a grid, so that the classifiers are compared on the same crop.
    left, top = box.left // 8 * 8, box.top // 8 * 8
    crop = Box(left, top, left + 96, top + 120)
    scores = {}
    for path in sorted(MODELS.glob("*/card.toml")):
        if not path.parent.name.startswith("face_detector"):
            card = load_card(path.parent)
            scores[path.parent.name] = Classifier(card).classify(image, crop).tolist()
    return {
        "versions": f"{' '.join(find_runtime())}, OpenCV {cv2.__version__}, "
        f"numpy {np.__version__}, Python {sys.version.split()[0]}",
        "faces": [[*face.box, face.score] for face in faces],
        "kept": [[*face.box, face.score] for face in kept],
        "scores": scores,
    }


def run(environment: Environment, folder: Path, portrait: Path) -> dict[str, Any]:
    """The answers of an environment made in `folder`."""
    base = shutil.which(environment.python) or sys.executable
    subprocess.run([base, "-m", "venv", str(folder)], check=True)
    python = str(folder / "bin" / "python")
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, *environment.packages], check=True)
    command = [python, __file__, "--answers", str(portrait)]
    clean = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=clean)
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def compare(expected: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """What differs by more than rounding, in words."""
    problems = []
    for kind in ("faces", "kept"):
        pairs = list(zip(expected[kind], found[kind], strict=False))
        if len(expected[kind]) != len(found[kind]):
            problems.append(f"{kind}: {len(found[kind])} instead of {len(expected[kind])}")
        for want, got in pairs:
            if Box(*want[:4]).iou(Box(*got[:4])) < SAME_BOX or abs(want[4] - got[4]) > SAME_SCORE:
                problems.append(f"{kind}: {got} instead of {want}")
    for name, want in expected["scores"].items():
        difference = float(np.abs(np.subtract(want, found["scores"][name])).max())
        if difference > SAME_SCORE:
            problems.append(f"{name}: a score differs by {difference:.3f}")
    return problems


if __name__ == "__main__":
    sys.exit(main())
