"""Tables, JSON, the plot, and the comparison with an earlier run."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

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


def compare(now: dict[str, Any], before: dict[str, Any]) -> str:
    """Both runs' medians and their ratio, each first divided by the calibration row's time."""
    old = {_key(row): row["median"] for row in before["models"]}
    new = {_key(row): row["median"] for row in now["models"]}
    scale = new[CALIBRATION_KEY] / old[CALIBRATION_KEY]
    rows = [
        [" ".join(map(str, key)), old[key], new[key], new[key] / old[key] / scale]
        for key in new
        if key in old
    ]
    note = f"this machine takes {scale:.2f} times as long; ratios are after that"
    return note + "\n" + table(["model (ms)", "before", "now", "ratio"], rows)


CALIBRATION_KEY = ("detector caffe", "opencv", 1)


def _key(row: dict[str, Any]) -> tuple[str, str, int]:
    return row["name"], row["runtime"], row["threads"]


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
