"""Tables, JSON, the plot, and the comparison with an earlier run."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from edge.errors import ConfigError

PREDICTED = {"Pi 5": 1.7, "Pi 4": 3.8}
"""How many times longer one of their cores takes than a quiet one of the reference machine
(measured there with the YuNet detector at 480x640); used only for figures labelled predicted."""


class Progress:
    """One line on stderr that says what is being measured."""

    def __init__(self, total: int) -> None:
        """`total`: how many steps there will be, about."""
        self._total = total
        self._done = 0

    def __call__(self, what: str) -> None:
        """The next step starts."""
        self._done = min(self._done + 1, self._total)
        filled = 24 * self._done // self._total
        if sys.stderr.isatty():
            bar = "#" * filled + "." * (24 - filled)
            print(f"\r[{bar}] {what:<60.60}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Clear the line."""
        if sys.stderr.isatty():
            print("\r" + " " * 90 + "\r", end="", file=sys.stderr)


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Columns aligned by spaces; numbers to the right."""
    cells = [list(header), *([_cell(value) for value in row] for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(header))]
    lines = [
        "  ".join(
            value.ljust(width) if i == 0 else value.rjust(width)
            for i, (value, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def model_table(rows: Sequence[dict[str, Any]]) -> str:
    """The models' times, and what is predicted of a Raspberry Pi."""
    header = ["model (ms)", "runtime", "threads", "median", "p95"]
    header += [f"{name}, predicted" for name in PREDICTED]
    return table(
        header,
        (
            [row["name"], row["runtime"], row["threads"], row["median"], row["p95"]]
            + [row["median"] * factor for factor in PREDICTED.values()]
            for row in rows
        ),
    )


LIVE = {
    "shown %": lambda r: 100 * r["shown_share"],
    "fps": lambda r: r["fps"],
    "age p95 ms": lambda r: r["frame_age_ms"]["p95"],
    "path ms": lambda r: r["path_ms"]["p50"],
    "cpu %": lambda r: 100 * r["cpu_share"],
    "err %": lambda r: _percent(r["overlay"]["centre_error_mean"]),
    "err p95 %": lambda r: _percent(r["overlay"]["centre_error_p95"]),
    "IoU": lambda r: r["overlay"]["iou_mean"],
    "missed": lambda r: r["overlay"]["missed"],
    "extra": lambda r: r["overlay"]["extra"],
    "ids": lambda r: r["overlay"]["ids_switched"],
    "emo/min": lambda r: r["overlay"]["label_changes_a_minute"].get("emotion", 0.0),
    "in s": lambda r: r["overlay"]["appears_after_s"],
    "out s": lambda r: r["overlay"]["gone_after_s"],
    "det/s": lambda r: r["detections_a_second"],
    "inf/s": lambda r: r["inferences_a_second"],
    "MB": lambda r: r["memory_mb"],
}
"""The live table's columns, from a run's report."""


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def live_table(runs: dict[str, dict[str, Any]]) -> str:
    """One line a run."""
    return table(
        ["mirror", *LIVE],
        ([name, *(get(run) for get in LIVE.values())] for name, run in runs.items()),
    )


Key = tuple[str, str, int]
"""A model's name, runtime and number of threads."""

CALIBRATION_KEY: Key = ("detector caffe", "opencv", 1)


def medians(result: dict[str, Any]) -> dict[Key, float]:
    """The models' medians in milliseconds."""
    return {
        (row["name"], row["runtime"], row["threads"]): float(row["median"])
        for row in result["models"]
    }


def read_medians(path: Path) -> dict[Key, float]:
    """Those of an earlier `write_json`; raises ConfigError when the file is none."""
    try:
        return medians(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise ConfigError(f"--compare {path}: expected what --out wrote ({error})") from error


def compare(now: dict[Key, float], before: dict[Key, float]) -> str:
    """Both runs' medians and their ratio, each first divided by the calibration row's time.

    What only one of them has is named; without a calibration row in both there is no ratio.
    """
    if not now.keys() & before.keys():
        return "nothing to compare: no model was measured in both runs"
    scale = None
    if CALIBRATION_KEY in now and CALIBRATION_KEY in before:
        scale = now[CALIBRATION_KEY] / before[CALIBRATION_KEY]
        notes = [f"this machine takes {scale:.2f} times as long; ratios are after that"]
    else:
        notes = [f"no ratios: they need the row {_words(CALIBRATION_KEY)} in both"]
    for name, keys in (("before", before.keys() - now), ("now", now.keys() - before)):
        if keys:
            notes.append(f"only {name}: {', '.join(map(_words, sorted(keys)))}")
    rows = [
        [_words(key), before[key], now[key], scale and now[key] / before[key] / scale]
        for key in now
        if key in before
    ]
    return "\n".join([*notes, table(["model (ms)", "before", "now", "ratio"], rows)])


def _words(key: Key) -> str:
    return " ".join(str(part) for part in key if part)


def write_json(path: Path, result: dict[str, Any]) -> None:
    """Everything, raw times included."""
    path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def plot(path: Path, result: dict[str, Any]) -> None:
    """Model times and scaling as a picture; needs matplotlib (the dev extra)."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 6), layout="constrained")
    rows = [row for row in result["models"] if row["threads"] == 1]
    left.barh([f"{row['name']} {row['runtime']}" for row in rows], [row["median"] for row in rows])
    left.set(xscale="log", xlabel="median ms, one thread", title=result["machine"]["cpu"])
    left.invert_yaxis()
    left.tick_params(axis="y", labelsize=7)
    for width, points in result["scale"].items():
        right.plot([p["faces"] for p in points], [p["path_ms"] for p in points], "o-", label=width)
    right.set(xlabel="faces", ylabel="display path, median ms a frame", title="scale")
    right.legend()
    figure.savefig(path, dpi=100)
