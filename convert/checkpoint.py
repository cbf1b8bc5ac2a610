"""What a training leaves in its folder: its state, and what is made of it."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np
import torch

from convert.nets import TRUNK, build_keras, copy_weights
from convert.nodes import Node
from edge.errors import ConfigError, ModelError
from edge.files import write_whole

CHECKPOINT = "checkpoint.pt"


def load(folder: Path) -> dict[str, Any] | None:
    """What `save` has left in the folder; None when there is nothing.

    Raises ModelError when it is damaged.
    """
    path = folder / CHECKPOINT
    if not path.exists():
        return None
    try:
        state = torch.load(path, weights_only=True)
    except (OSError, RuntimeError, EOFError, UnpicklingError) as error:
        raise ModelError(f"{path}: damaged; delete it and train {folder.name} again") from error
    if not isinstance(state, dict) or not {"plan", "mean_net"} <= state.keys():
        raise ModelError(f"{path}: not the state of a training; delete it")
    return state


def save(folder: Path, state: Mapping[str, Any]) -> None:
    """Keep a training's state, whole or not at all; raises DisplayError."""
    content = io.BytesIO()
    torch.save(state, content)
    write_whole(folder / CHECKPOINT, content.getvalue())


def give(net: torch.nn.Sequential, folder: Path, *, last: bool = True) -> str:
    """Give a net the weights that a training has come to; their fingerprint.

    Without `last`, only the features that both nets have, and never the net's last layer. Raises
    ConfigError when there was no such training, ModelError when its net is another.
    """
    state = load(folder)
    if state is None:
        raise ConfigError(f"{folder / CHECKPOINT}: missing; train {folder.name} first")
    weights = state["mean_net"]
    own = f"{len(net) - 1}."
    features = {name: value for name, value in weights.items() if not name.startswith(own)}
    try:
        net.load_state_dict(weights if last else features, strict=last)
    except RuntimeError as error:
        raise ModelError(
            f"{folder / CHECKPOINT}: of another network; train {folder.name} again"
        ) from error
    return fingerprint(*(value.numpy() for value in weights.values()))


def fingerprint(*arrays: np.ndarray) -> str:
    """Tells these values from others."""
    found = hashlib.sha1()
    for array in arrays:
        found.update(np.ascontiguousarray(array).data)
    return found.hexdigest()


def keep(net: torch.nn.Sequential, node: Node, folder: Path, facts: dict[str, Any]) -> Path:
    """Write the node's net as model.keras, and training.json beside it; the model's path.

    There is no model.keras of a net that begins with a trunk: its checkpoint is used.
    """
    write_whole(folder / "training.json", json.dumps(facts, indent=2).encode())
    if node.net.name == TRUNK:
        return folder / CHECKPOINT
    model = build_keras(node.net, node.crop.size, node.channels, len(node.labels))
    copy_weights(net, model)
    path = folder / "model.keras"
    model.save(path)
    return path
