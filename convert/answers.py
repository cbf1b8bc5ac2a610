"""What a torch net answers for run-time crops."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from convert.augment import grey

BATCH = 256


def to_tensor(images: np.ndarray, channels: int) -> torch.Tensor:
    """Run-time crops (N, H, W, 3) uint8 BGR -> network input (N, channels, H, W) in [-1, 1]."""
    if channels == 1:
        # OpenCV's grey, as at run time.
        images = np.stack([grey(image) for image in images])[..., None]
    return torch.from_numpy(images).permute(0, 3, 1, 2).float() / 127.5 - 1


def logits(net: nn.Module, images: np.ndarray, channels: int, *, mirror: bool) -> np.ndarray:
    """(N, labels) float32 of run-time crops (N, H, W, 3) uint8 BGR.

    With `mirror` it is the mean of what the net answers for a crop and for its mirror image.
    """
    parts = []
    with torch.inference_mode():
        for start in range(0, len(images), BATCH):
            x = to_tensor(images[start : start + BATCH], channels)
            x = x.contiguous(memory_format=torch.channels_last)
            answers = net(x)
            if mirror:
                answers = (answers + net(x.flip(3))) / 2
            parts.append(answers.numpy())
    return np.concatenate(parts)
