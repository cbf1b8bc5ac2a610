"""Figures of merit, from true and answered label indices; pure arithmetic."""

from __future__ import annotations

import numpy as np

BINS = 15


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


def calibration_error(probabilities: np.ndarray, truth: np.ndarray) -> float:
    """Expected calibration error of (N, labels) probabilities: the gap of confidence and accuracy.

    Guo et al., On Calibration of Modern Neural Networks, ICML 2017; bins of equal width.
    """
    return _gap(probabilities.max(axis=1), probabilities.argmax(axis=1) == truth)


def calibration_error_by_chance(probabilities: np.ndarray, rounds: int = 500) -> float:
    """The mean calibration error of answers this sure that are right exactly as often as they say.

    It is not 0 where pictures are few (Brocker and Smith, Increasing the Reliability of
    Reliability Diagrams, Weather and Forecasting 2007).
    """
    rng, confidence = np.random.default_rng(0), probabilities.max(axis=1)
    return float(
        np.mean([_gap(confidence, rng.random(len(confidence)) < confidence) for _ in range(rounds)])
    )


def _gap(confidence: np.ndarray, right: np.ndarray) -> float:
    index = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gap = np.bincount(index, right, BINS) - np.bincount(index, confidence, BINS)
    return float(np.abs(gap).sum() / len(right))
