"""Labels of our own, set by looking: for training pictures that lack one or have a wrong one."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("own_labels.csv")
"""As a labels.csv: the picture's path in its set, the kind of set (see kinds.py), then a column
each; empty: not looked at, or not to be told by looking."""


def completed(row: Mapping[str, str], kind: str) -> Mapping[str, str]:
    """A row of such a set's labels.csv with our own labels; only training pictures have any."""
    own = _read().get((kind, row["path"])) if row.get("split") == "train" else None
    return {**row, **own} if own else row


@cache
def _read() -> dict[tuple[str, str], dict[str, str]]:
    """Kind of set and path -> the columns that we have set."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        (row.pop("set"), row.pop("path")): {column: value for column, value in row.items() if value}
        for row in rows
    }
