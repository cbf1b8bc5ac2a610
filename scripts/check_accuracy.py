#!/usr/bin/env python3
"""The ratchet: the shipped models must be as right and fair as models_tflite/expected.toml says.

    scripts/check_accuracy.py [DATA]

DATA is the folder with the sets (default: ../shared/data beside the checkout). Where it is not
there, nothing is checked, and that is said. An expectation may only be raised.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from convert import commands, fairness  # noqa: E402
from convert.samples import Data  # noqa: E402
from edge.card import read_toml  # noqa: E402
from edge.paths import MODELS  # noqa: E402

FIGURES = ("balanced_accuracy", "accuracy")
INT8_LOSS = 0.01  # how far int8 may lie below float: one picture of the smallest set


def main() -> int:
    """0 when every expectation holds (or there is no data), 1 when one does not."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        print(f"{folder}: no data here, so the accuracy is not checked")
        return 0
    data = commands.open_data(sorted(folder.glob("*.zip")))
    expectations = read_toml(MODELS / "expected.toml")
    failed = not _is_fair(data, expectations["fairness"])
    names = dict.fromkeys(name for figure in FIGURES for name in expectations[figure])
    for name in names:
        report = commands.evaluate(name, data, "val")
        for figure in FIGURES:
            expected = expectations[figure].get(name)
            if expected is None:
                continue
            found, real = report[figure], report["float"][figure]
            good = found >= expected and found >= real - INT8_LOSS
            failed |= not good
            print(
                f"{'ok  ' if good else 'FAIL'} {name}: {figure.replace('_', ' ')} {found:.4f}, "
                f"expected {expected:.4f}, float {real:.4f}"
            )
    return int(failed)


def _is_fair(data: Data, limits: Mapping[str, float]) -> bool:
    """Whether two failures of the report stay away; says so."""
    found = fairness.measure(data)
    beards = found.bearded_dark - found.beardless_dark
    good = beards <= limits["beard_taken_for_dark"]
    print(
        f"{'ok  ' if good else 'FAIL'} beards: {found.bearded_dark:.4f} of {found.bearded} bearded "
        f"faces taken for dark, without {found.beardless_dark:.4f}"
    )
    others = max(found.neutral["light"], found.neutral["dark"])
    alike = found.neutral["medium"] <= others + limits["more_neutral"]
    print(f"{'ok  ' if alike else 'FAIL'} neutral: {found.neutral}")
    return good and alike


if __name__ == "__main__":
    sys.exit(main())
