"""What a torch net answers for run-time crops."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from convert.augment import grey
from convert.nets import Net, views

BATCH = 256


def to_tensor(images: np.ndarray, channels: int) -> torch.Tensor:
    """Run-time crops (N, H, W, 3) uint8 BGR -> network input (N, channels, H, W) in [-1, 1]."""
    if channels == 1:
        # OpenCV's grey, as at run time.
        images = np.stack([grey(image) for image in images])[..., None]
    return torch.from_numpy(images).permute(0, 3, 1, 2).float() / 127.5 - 1


def logits(module: nn.Module, images: np.ndarray, channels: int, net: Net) -> np.ndarray:
    """(N, labels) float32 of run-time crops (N, H, H, 3) uint8 BGR.

    `module` is the torch form of `net`; the mean of what it answers for each of its views.
    """
    parts = []
    side = images.shape[1] - 2 * net.margin
    with torch.inference_mode():
        for start in range(0, len(images), BATCH):
            x = to_tensor(images[start : start + BATCH], channels)
            answers = []
            for left, top, mirrored in views(net):
                seen = x[..., top : top + side, left : left + side]
                seen = seen.flip(3) if mirrored else seen
                answers.append(module(seen.contiguous(memory_format=torch.channels_last)))
            parts.append(torch.stack(answers).mean(0).numpy())
    return np.concatenate(parts)
