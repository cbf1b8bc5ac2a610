"""What a net is trained towards: labels, two of them mixed, teachers' answers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

TEACHERS_SHARE = 0.7  # of a target, where a picture has a label as well


def mixed(
    x: torch.Tensor, targets: torch.Tensor, spread: float, rng: np.random.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """Each picture (N, C, H, W) and its targets (N, labels) blended with another of the batch.

    How much of the other is drawn from Beta(spread, spread)
    (Zhang et al., mixup: Beyond Empirical Risk Minimization, ICLR 2018).
    """
    share = torch.from_numpy(rng.beta(spread, spread, len(x))).float()
    # The batch is in random order.
    return x.lerp(x.flip(0), share.view(-1, 1, 1, 1)), targets.lerp(targets.flip(0), share[:, None])


def taught(targets: torch.Tensor, teachers: Sequence[nn.Module], x: torch.Tensor) -> torch.Tensor:
    """Targets (N, labels) with the teachers' share, which is all of it where there is no label.

    A row's sum is the share of it that is labelled: 1, 0, or between them where two were mixed.
    """
    with torch.no_grad():
        logs = [teacher(x).float().log_softmax(1) for teacher in teachers]
        answers = torch.stack(logs).mean(0).softmax(1)
    own = (1 - TEACHERS_SHARE) * targets
    return own + (1 - own.sum(1, keepdim=True)) * answers
