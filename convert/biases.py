"""How far the last biases of a trained net are shifted, from its logits on val."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch.nn import functional

from convert.scores import balanced_accuracy

COST = 0.003  # of accuracy, for the sake of rare labels


def affordable(logits: np.ndarray, truth: np.ndarray, offset: np.ndarray) -> float:
    """The largest share in [0, 1] of `offset` (labels,) that can be taken off the logits.

    (N, labels) logits; it may cost no more than COST of the best accuracy that any share gives.
    """
    shares = np.linspace(0, 1, 21)
    right = np.array([((logits - s * offset).argmax(1) == truth).mean() for s in shares])
    return float(shares[np.flatnonzero(right >= right.max() - COST)[-1]])


def even_odds(scores: np.ndarray, truth: np.ndarray) -> float:
    """What to add to scores (N,) so that 0 is where labels 0 and 1, equally often, are as likely.

    `truth` (N,) holds both labels. By a logistic regression, both labels as weighty
    (Platt, Probabilistic Outputs for Support Vector Machines, 1999).
    """
    x, labels = torch.from_numpy(scores).double(), torch.from_numpy(truth).double()
    weight = torch.from_numpy(0.5 / np.bincount(truth)[truth])
    line = torch.zeros(2, dtype=torch.float64, requires_grad=True)  # log of the slope, shift

    def loss() -> torch.Tensor:
        return functional.binary_cross_entropy_with_logits(
            line[0].exp() * (x + line[1]), labels, weight, reduction="sum"
        )

    _minimize(loss, line)
    # Where the labels do not overlap, the solver may leave for anywhere.
    return float(np.clip(line[1].item(), -scores.max(), -scores.min()))


def centring(scores: np.ndarray, truth: np.ndarray) -> float:
    """`even_odds`, or 0 where that would cost balanced accuracy."""
    shift = even_odds(scores, truth)
    before, after = (balanced_accuracy(truth, (scores + s > 0).astype(int)) for s in (0.0, shift))
    return shift if after >= before else 0.0


def sparing(logits: np.ndarray, truth: np.ndarray) -> float:
    """As `centring`, but only as near to even odds as `affordable`, from the odds of `truth`.

    (N, 2) logits of a net that was trained at even odds.
    """
    odds = np.log(2 * np.bincount(truth) / len(truth))
    share = affordable(logits + odds, truth, odds)
    return float((1 - share) * (odds[1] - odds[0]))


def likeliest(logits: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """What to add to logits (N, labels) under which targets (N, labels) are likeliest; (labels,).

    Fitted together with a temperature (Alexandari et al., Maximum Likelihood with Bias-Corrected
    Calibration Is Hard-To-Beat at Label Shift Adaptation, ICML 2020).
    """
    x, wanted = torch.from_numpy(logits).double(), torch.from_numpy(targets).double()
    # The log of the temperature, then the biases.
    values = torch.zeros(1 + logits.shape[1], dtype=torch.float64, requires_grad=True)
    _minimize(lambda: functional.cross_entropy((x + values[1:]) / values[0].exp(), wanted), values)
    biases = values[1:].detach().numpy()
    return np.asarray(biases - biases.mean())


def _minimize(loss: Callable[[], torch.Tensor], values: torch.Tensor) -> None:
    solver = torch.optim.LBFGS([values], max_iter=200, line_search_fn="strong_wolfe")

    def step() -> torch.Tensor:
        solver.zero_grad()
        value = loss()
        value.backward()
        return value

    solver.step(step)  # type: ignore[no-untyped-call]
