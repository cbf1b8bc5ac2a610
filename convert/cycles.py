"""The learning rate over a training: in each cycle a linear warm-up, then half a cosine to zero.

Loshchilov and Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts, ICLR 2017.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

WARM_UP = 0.05  # share of a cycle


def learning_rate(epoch: float, cycles: Sequence[int], restart: float) -> float:
    """Relative to its first peak, in [0, 1].

    `cycles` are their lengths in epochs, `restart` is the peak of those after the first.
    """
    cycle = 0
    while cycle + 1 < len(cycles) and epoch >= cycles[cycle]:
        epoch -= cycles[cycle]
        cycle += 1
    progress = epoch / cycles[cycle]
    peak = restart if cycle else 1.0
    if progress < WARM_UP:
        return peak * progress / WARM_UP
    return peak * (1 + math.cos(math.pi * (progress - WARM_UP) / (1 - WARM_UP))) / 2
