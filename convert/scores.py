"""Figures of merit, from true and answered label indices; pure arithmetic."""

from __future__ import annotations

import numpy as np


def confusion(truth: np.ndarray, answers: np.ndarray, labels: int) -> np.ndarray:
    """Counts (labels, labels): rows are the true labels, columns the answers."""
    counts = np.zeros((labels, labels), int)
    np.add.at(counts, (truth, answers), 1)
    return counts


def recalls(counts: np.ndarray) -> np.ndarray:
    """The share of each true label that was answered rightly; nan where there is none of it."""
    totals = counts.sum(axis=1).astype(float)
    totals[totals == 0] = np.nan
    return np.asarray(counts.diagonal() / totals)


def balanced_accuracy(truth: np.ndarray, answers: np.ndarray) -> float:
    """The mean recall over the labels that occur."""
    return float(
        np.nanmean(recalls(confusion(truth, answers, 1 + max(truth.max(), answers.max()))))
    )


def calibration_error(probabilities: np.ndarray, truth: np.ndarray, bins: int = 15) -> float:
    """Expected calibration error of (N, labels) probabilities: the gap of confidence and accuracy.

    Guo et al., On Calibration of Modern Neural Networks, ICML 2017; bins of equal width.
    """
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == truth
    index = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(right[index == i].mean() - confidence[index == i].mean()) * (index == i).mean()
        for i in range(bins)
        if (index == i).any()
    ]
    return float(sum(gaps))
