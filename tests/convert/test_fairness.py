import numpy as np
import pytest

from convert import fairness, framing
from convert.dataset import PictureSet
from convert.framing import BoxCache
from convert.samples import Data


class Colours:
    """Answers by a picture's colour: blue is a beard, green dark skin, red a neutral face."""

    def __init__(self, card):
        self._labels = card.labels

    def classify_crop(self, crop):
        told = {"worn": 0, "dark": 1, "neutral": 2}
        (mine,) = set(told) & set(self._labels)
        seen = crop[..., told[mine]].mean() > 128
        others = [label for label in self._labels if label != mine]
        answer = mine if seen else others[0]
        return np.array([label == answer for label in self._labels], float)


def test_beards_and_neutral_faces_are_counted_by_tone(make_set, tmp_path, monkeypatch):
    monkeypatch.setattr(fairness, "Classifier", Colours)
    monkeypatch.setattr(framing, "ALWAYS_FIXED", (*framing.ALWAYS_FIXED, "faces"))
    faces = [  # tone, beard, taken for dark, taken for neutral
        ("light", 1, 1, 0),
        ("medium", 1, 0, 1),
        ("light", 0, 0, 0),
        ("medium", 0, 1, 1),
        ("medium", 0, 0, 0),
        ("light", 0, 0, 0),
        ("dark", 1, 1, 1),  # whom a beard cannot make dark
    ]
    rows = [
        {"path": f"{i}.png", "split": "val", "skin": tone} for i, (tone, *_) in enumerate(faces)
    ]
    images = [np.full((48, 48, 3), np.array(seen) * 255, np.uint8) for _, *seen in faces]
    data = Data((PictureSet(make_set(rows, images)),), None, BoxCache(tmp_path))
    found = fairness.measure(data)
    assert found[:3] == (2, 0.5, 0.25)
    assert found.neutral == pytest.approx({"light": 0, "medium": 2 / 3, "dark": 1})
