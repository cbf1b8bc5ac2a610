"""What a training leaves in its folder: its state, and what is made of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch

from convert.nets import TRUNKS, build_keras, copy_weights
from convert.nodes import Node
from edge.errors import ConfigError

CHECKPOINT = "checkpoint.pt"


def trained(folder: Path) -> dict[str, Any]:
    """The weights that a training has come to; raises ConfigError when there was none."""
    path = folder / CHECKPOINT
    if not path.exists():
        raise ConfigError(f"{path}: missing; train {folder.name} first")
    return dict(torch.load(path, weights_only=False)["mean_net"])


def keep(net: torch.nn.Sequential, node: Node, folder: Path, facts: dict[str, Any]) -> Path:
    """Write the node's net as model.keras, and training.json beside it; the model's path.

    There is no model.keras of a net that begins with a trunk: its checkpoint is used.
    """
    (folder / "training.json").write_text(json.dumps(facts, indent=2))
    if node.net.name in TRUNKS:
        return folder / CHECKPOINT
    model = build_keras(node.net, node.crop.size, node.channels, len(node.labels))
    copy_weights(net, model)
    path = folder / "model.keras"
    model.save(path)
    return path
