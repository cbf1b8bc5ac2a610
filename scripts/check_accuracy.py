#!/usr/bin/env python3
"""The ratchet: a shipped model must be as accurate on val as models_tflite/expected.toml says.

    scripts/check_accuracy.py [DATA]

DATA is the folder with the sets (default: ../shared/data beside the checkout). Where it is not
there, nothing is checked, and that is said. An expectation may only be raised.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from convert import commands  # noqa: E402
from edge.card import read_toml  # noqa: E402
from edge.paths import MODELS  # noqa: E402

INT8_LOSS = 0.01  # how far int8 may lie below float: one picture of the smallest set


def main() -> int:
    """0 when every expectation holds (or there is no data), 1 when one does not."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        print(f"{folder}: no data here, so the accuracy is not checked")
        return 0
    data = commands.open_data(sorted(folder.glob("*.zip")))
    failed = False
    for name, expected in read_toml(MODELS / "expected.toml")["balanced_accuracy"].items():
        report = commands.evaluate(name, data, "val")
        found, real = report["balanced_accuracy"], report["float"]["balanced_accuracy"]
        good = found >= expected and found >= real - INT8_LOSS
        failed |= not good
        print(
            f"{'ok  ' if good else 'FAIL'} {name}: balanced {found:.4f}, "
            f"expected {expected:.4f}, float {real:.4f}"
        )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
