"""A detector's card.toml: the input shapes it was measured at, and how its outputs are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.card import read_toml, verify
from edge.detectors.ssd import Level
from edge.errors import ModelError, told


@dataclass(frozen=True)
class Head:
    """Where in the file the outputs for one level's priors are."""

    level: Level
    offsets: int  # position among the outputs: (1, rows, columns, priors * 4)
    logits: int  # the same for face against background: (1, rows, columns, priors)


@dataclass(frozen=True)
class DetectorCard:
    """A network that takes plain pixels (uint8, BGR) of any of several shapes."""

    path: Path  # of the .tflite file
    sha256: str
    shapes: tuple[tuple[int, int], ...]  # (height, width)
    heads: tuple[Head, ...]


def load_detector_card(folder: Path) -> DetectorCard:
    """Read and verify a detector's folder (card.toml, model.tflite); raises ModelError."""
    path = folder / "card.toml"
    data = read_toml(path)
    try:
        card = _parse(folder, data)
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{path}: {told(error)}") from error
    verify(card.path, card.sha256)
    return card


def _parse(folder: Path, data: Mapping[str, Any]) -> DetectorCard:
    heads = []
    for entry in data["heads"]:
        level = Level(
            step=float(entry["step"]),
            first=float(entry["first"]),
            border=float(entry["border"]),
            min_size=float(entry["min_size"]),
            max_size=float(entry["max_size"]),
            ratios=tuple(float(ratio) for ratio in entry["ratios"]),
        )
        heads.append(Head(level, int(entry["offsets"]), int(entry["logits"])))
    shapes = tuple((int(height), int(width)) for height, width in data["input"]["shapes"])
    if not heads or not shapes:
        raise ValueError("heads, input.shapes: expected one at least")
    return DetectorCard(
        path=folder / data["model"]["file"],
        sha256=data["model"]["sha256"],
        shapes=shapes,
        heads=tuple(heads),
    )
