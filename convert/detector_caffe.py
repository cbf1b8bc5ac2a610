"""Reading a Caffe network: its layers from the prototxt, its weights through OpenCV."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from edge.detectors.caffe import MEAN_BGR, network_text
from edge.types import Image

Message = dict[str, list[Any]]
"""A message of the protobuf text format: every field is a list, of texts or of messages."""

_TOKEN = re.compile(r'"[^"]*"|[{}:]|[^\s{}:]+')


def parse_prototxt(text: str) -> Message:
    """Parse the text format of protobuf as far as Caffe uses it; raises ValueError."""
    tokens = iter(_TOKEN.findall(re.sub(r"#.*", "", text)))
    return _message(tokens, nested=False)


def _message(tokens: Iterator[str], *, nested: bool) -> Message:
    message: Message = {}
    for name in tokens:
        if name == "}" and nested:
            return message
        mark = next(tokens, "")
        if mark not in (":", "{") or name == "}":
            raise ValueError(f"prototxt: expected ':' or '{{' after {name!r}, got {mark!r}")
        value = next(tokens, "").strip('"') if mark == ":" else _message(tokens, nested=True)
        message.setdefault(name, []).append(value)
    if nested:
        raise ValueError("prototxt: a closing brace is missing")
    return message


@dataclass(frozen=True)
class Layer:
    """One layer of the prototxt."""

    name: str
    type: str
    bottoms: tuple[str, ...]
    top: str
    options: Message  # of its `<type>_param`

    def number(self, key: str, default: float | None = None) -> float:
        """A numeric option; without a default it must be there (KeyError)."""
        values = self.options[key] if default is None else self.options.get(key, [default])
        return float(values[0])

    def whole(self, key: str, default: int | None = None) -> int:
        """A numeric option that counts something."""
        return int(self.number(key, default))

    def flag(self, key: str, default: bool) -> bool:
        """An option that is true or false."""
        return bool(self.options.get(key, ["true" if default else "false"])[0] == "true")


def read_layers(prototxt: str) -> list[Layer]:
    """The layers of a prototxt's text, in the order in which they run."""
    layers = []
    for message in parse_prototxt(prototxt)["layer"]:
        kind = message["type"][0]
        param = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind).lower() + "_param"
        layers.append(
            Layer(
                name=message["name"][0],
                type=kind,
                bottoms=tuple(message.get("bottom", ())),
                top=message["top"][0],
                options=message.get(param, [{}])[0],
            )
        )
    return layers


class CaffeNetwork:
    """The network in cv2.dnn, unfused, so that every layer can be read."""

    def __init__(self, prototxt: Path, weights: Path) -> None:
        """Load it; needs an OpenCV that still reads Caffe (below 5)."""
        text = network_text(prototxt)
        self.layers = read_layers(text)
        self._net = cv2.dnn.readNetFromCaffe(
            np.frombuffer(text.encode(), np.uint8), np.frombuffer(weights.read_bytes(), np.uint8)
        )
        self._net.enableFusion(False)

    def weights(self, layer: Layer, count: int) -> list[np.ndarray]:
        """The first `count` blobs of a layer, float32 in Caffe's own order."""
        return [np.array(self._net.getParam(layer.name, i)) for i in range(count)]

    def run(self, image: Image, names: list[str]) -> dict[str, np.ndarray]:
        """Outputs of the layers named, for a picture of any size, taken as it is (no resizing)."""
        self._net.setInput(cv2.dnn.blobFromImage(image, mean=MEAN_BGR))
        return dict(zip(names, self._net.forward(names), strict=True))
