"""card.toml: all there is to know about a model that its tensors do not say."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.crop import CropSpec
from edge.errors import ModelError, told

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

COLORS = ("bgr", "rgb", "grey")


@dataclass(frozen=True)
class Card:
    """How a classifier is fed and read.

    real input = pixel * `scale` + `offset`, channels in the order of `color`.
    probabilities = softmax(logits / `temperature`).
    """

    path: Path  # of the .tflite file
    sha256: str
    color: str  # one of COLORS
    scale: float
    offset: float
    crop: CropSpec
    labels: tuple[str, ...]  # in the order of the logits
    temperature: float  # calibrated on val
    threshold: float  # below this probability the mirror shows the default, not the guess
    default: str  # the label shown instead


def read_toml(path: Path) -> dict[str, Any]:
    """Parse a TOML file of the program's own; raises ModelError when missing or broken."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(f"{path}: missing; install the program again") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ModelError(f"{path}: not readable as TOML ({error})") from error


def verify(path: Path, sha256: str) -> None:
    """Raise ModelError unless the file exists and has this SHA-256 (lower-case hex)."""
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelError(
            f"{path}: cannot be read ({error.strerror}); restore it from the release"
        ) from error
    if found != sha256:
        raise ModelError(
            f"{path}: corrupt: expected sha256 {sha256[:12]}..., got {found[:12]}...; "
            "restore it from the release"
        )


def load_card(folder: Path) -> Card:
    """Read and verify a classifier's folder (card.toml, model.tflite)."""
    path = folder / "card.toml"
    data = read_toml(path)
    try:
        card = _parse(folder, data)
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{path}: {told(error)}") from error
    verify(card.path, card.sha256)
    return card


def _parse(folder: Path, data: Mapping[str, Any]) -> Card:
    source, crop, output = data["input"], data["crop"], data["output"]
    labels = tuple(output["labels"])
    if source["color"] not in COLORS:
        raise ValueError(f"input.color: expected one of {COLORS}, got {source['color']!r}")
    if output["default"] not in labels:
        raise ValueError(f"output.default: expected one of {labels}, got {output['default']!r}")
    return Card(
        path=folder / data["model"]["file"],
        sha256=data["model"]["sha256"],
        color=source["color"],
        scale=float(source["scale"]),
        offset=float(source["offset"]),
        crop=CropSpec(int(source["size"]), float(crop["side"]), float(crop["down"])),
        labels=labels,
        temperature=float(output["temperature"]),
        threshold=float(output["threshold"]),
        default=output["default"],
    )
