"""From the columns and values of a labels.csv to the labels of the nodes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from convert.dataset import Row
from edge.errors import PictureError

EMOTIONS = ("angry", "contempt", "disgust", "fear", "happy", "neutral", "sad", "surprise")
VOTES = {
    "angry": "votes_anger",
    "contempt": "votes_contempt",
    "disgust": "votes_disgust",
    "fear": "votes_fear",
    "happy": "votes_happiness",
    "neutral": "votes_neutral",
    "sad": "votes_sadness",
    "surprise": "votes_surprise",
}
"""Emotion -> its column in FERPlus."""
NOT_EMOTIONS = ("votes_unknown", "votes_NF")  # NF: not a face

WORN = {"0": "none", "1": "worn"}

COLUMNS = {
    "mask": "mask",
    "skin": "skin",
    "glasses": "glasses",
    "frame": "frame_shape",
    "hat": "hat",
    "beard": "beard",
    "earrings": "earrings",
    "fer": "fer_label",
}
"""Attribute -> its column, where it has one of its own."""


def label_of(row: Row, attribute: str) -> str | None:
    """The label of a picture for an attribute ("mask", "skin", ...); None when not known.

    Raises PictureError where votes are no numbers.
    """
    if attribute == "emotion":
        return _emotion(row)
    value = row.get(COLUMNS[attribute], "")
    return WORN.get(value, value) or None


def _emotion(row: Row) -> str | None:
    if VOTES["neutral"] not in row:
        return row.get("emotion") or None
    votes = {emotion: _count(row, column) for emotion, column in VOTES.items()}
    label = max(votes, key=votes.__getitem__)
    most = votes.pop(label)
    rivals = [*votes.values(), *(_count(row, column) for column in NOT_EMOTIONS)]
    return label if most > max(rivals) else None


def soft_emotion(row: Row) -> np.ndarray | None:
    """The share of each of EMOTIONS in the votes, (8,) float32; None when no emotion is seen.

    A single vote counts as noise, and pictures that most call no face or unknown are left out
    (Barsoum et al., Training Deep Networks for Facial Expression Recognition with
    Crowd-Sourced Label Distribution, ICMI 2016).
    """
    if VOTES["neutral"] not in row:
        label = _emotion(row)
        return None if label is None else one_hot(label, EMOTIONS)
    votes = np.array([_count(row, VOTES[emotion]) for emotion in EMOTIONS], np.float32)
    votes[votes <= 1] = 0
    if votes.sum() == 0 or votes.max() <= max(_count(row, column) for column in NOT_EMOTIONS):
        return None
    return votes / votes.sum()


def one_hot(label: str, labels: Sequence[str]) -> np.ndarray:
    """(labels,) float32, 1 for this label and 0 for the others."""
    return np.array([label == other for other in labels], np.float32)


def _count(row: Row, column: str) -> int:
    value = row.get(column) or "0"
    if not value.isdecimal():
        raise PictureError(f"{row['path']}: {column}: expected a number of votes, got {value!r}")
    return int(value)
