#!/usr/bin/env python3
"""The ratchet: the shipped models must be as right and fair as models_tflite/expected.toml says.

An expectation is made less strict only with a reason beside it.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from convert import commands, fairness  # noqa: E402
from convert.samples import Data  # noqa: E402
from edge.card import read_toml  # noqa: E402
from edge.errors import ConfigError, MirrorError  # noqa: E402
from edge.paths import MODELS  # noqa: E402

DATA = ROOT.parent / "shared" / "data"
FIGURES = ("balanced_accuracy", "accuracy")
INT8_LOSS = 0.01  # how far int8 may lie below float: one picture of the smallest set


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every expectation holds or there is nothing to check by, else 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    where = "the folder with the sets (../shared/data beside the checkout)"
    parser.add_argument("data", nargs="?", type=Path, metavar="DATA", help=where)
    folder = parser.parse_args(arguments).data
    if folder is None and not DATA.is_dir():
        print(f"{DATA}: no data here, so the accuracy is not checked")
        return 0
    try:
        return 0 if _hold(folder or DATA) else 1
    except MirrorError as error:
        print(f"check_accuracy: {error}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        print(f"check_accuracy: {error}; install the train extra", file=sys.stderr)
        return 1


def _hold(folder: Path) -> bool:
    """Whether every expectation holds on the sets in this folder; says so of each."""
    sets = sorted(folder.glob("*.zip"))
    if not sets:
        raise ConfigError(f"{folder}: expected a folder with the sets as zips; found none")
    data = commands.open_data(sets)
    expectations = read_toml(MODELS / "expected.toml")
    good = True
    names = dict.fromkeys(name for figure in FIGURES for name in expectations[figure])
    for name in names:
        report = commands.evaluate(name, data, "val")
        for figure in FIGURES:
            expected = expectations[figure].get(name)
            if expected is None:
                continue
            found, real = report[figure], report["float"][figure]
            enough = found >= expected and found >= real - INT8_LOSS
            good &= enough
            print(
                f"{'ok  ' if enough else 'FAIL'} {name}: {figure.replace('_', ' ')} {found:.4f}, "
                f"expected {expected:.4f}, float {real:.4f}"
            )
    return _is_fair(data, expectations["fairness"]) and good


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
