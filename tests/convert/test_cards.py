"""Every committed model is whole and as its card and the cascade's interface say."""

import numpy as np
import pytest

from convert.nodes import NODES
from edge.card import load_card, read_toml
from edge.classifier import Classifier
from edge.paths import MODELS

LARGEST, LARGEST_EMOTION, ALL = 500_000, 900_000, 3_000_000  # bytes


@pytest.mark.parametrize("name", NODES)
def test_a_committed_model_answers_with_its_labels(name):
    node, card = NODES[name], load_card(MODELS / name)
    assert card.labels == node.labels
    assert card.default == node.default
    assert card.crop == node.crop
    assert 1 / len(card.labels) <= card.threshold < 1
    crop = np.full((card.crop.size, card.crop.size, 3), 128, np.uint8)
    assert Classifier(card).classify_crop(crop).sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("name", NODES)
def test_the_card_states_an_accuracy_above_the_majoritys(name):
    accuracy = read_toml(MODELS / name / "card.toml")["accuracy"]
    chance = 1 / len(NODES[name].labels)
    assert accuracy["int8"]["balanced_accuracy"] > chance + 0.08
    # Quantization may change the answer to one picture of a small set.
    allowed = max(0.005, 1.01 / accuracy["int8"]["n"])
    assert accuracy["int8"]["accuracy"] >= accuracy["float"]["accuracy"] - allowed


def test_the_files_are_small():
    sizes = {name: (MODELS / name / "model.tflite").stat().st_size for name in NODES}
    emotion = sizes["emotion"]
    assert emotion <= LARGEST_EMOTION
    assert max(size for name, size in sizes.items() if name != "emotion") <= LARGEST
    assert sum(sizes.values()) <= ALL
