"""Labels of our own, set by looking: for training pictures that lack one or have a wrong one."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("own_labels.csv")
"""As a labels.csv: the picture's path in its set, the CRC-32 of its file, then a column each;
empty: not looked at, or not to be told by looking."""


def completed(row: Mapping[str, str], checksum: Callable[[str], int]) -> Mapping[str, str]:
    """A row of a labels.csv with our own labels, if it names a picture that we have looked at.

    Only training pictures have any. `checksum` tells the CRC-32 of a file of the set, so that
    another picture of the same name keeps its labels.
    """
    if row.get("split") != "train" or row["path"] not in _read(FILE):
        return row
    own = _read(FILE)[row["path"]]
    return {**row, **own.labels} if checksum(row["path"]) == own.crc32 else row


class _Own(NamedTuple):
    crc32: int
    labels: Mapping[str, str]  # the columns that we have set


@cache
def _read(path: Path) -> dict[str, _Own]:
    """By the picture's path."""
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row.pop("path"): _Own(
                int(row.pop("crc32"), 16), {column: value for column, value in row.items() if value}
            )
            for row in csv.DictReader(file)
        }
