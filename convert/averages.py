"""Means of a net's weights: the moving one over its steps, and that of several states of it."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn


def follow(mean: nn.Module, net: nn.Module, step: int, decay: float) -> None:
    """Move the moving average `mean` on by one step of `net`.

    It follows closely at first, when it would else remember the random start.
    """
    keep = min(decay, (1 + step) / (10 + step))
    with torch.no_grad():
        for old, new in zip(mean.state_dict().values(), net.state_dict().values(), strict=True):
            if old.is_floating_point():
                old.lerp_(new, 1 - keep)


def take_mean(net: nn.Module, states: Sequence[dict[str, torch.Tensor]]) -> None:
    """Give the net the mean weights of these states of it.

    Izmailov et al., Averaging Weights Leads to Wider Optima and Better Generalization, UAI 2018.
    """
    for name, value in net.state_dict().items():
        if value.is_floating_point():
            value.copy_(torch.stack([state[name] for state in states]).mean(0))
