import dataclasses

import numpy as np
import pytest

from edge.card import load_card
from edge.classifier import Classifier, softmax, to_input
from edge.crop import CropSpec
from edge.errors import ModelError
from edge.paths import MODELS

PURE = np.full((4, 4, 3), (10, 20, 30), np.uint8)  # B, G, R


@pytest.fixture(scope="module")
def card():
    return load_card(MODELS / "mask")


def test_softmax_of_large_logits():
    np.testing.assert_allclose(softmax(np.float32([1000, 1000])), [0.5, 0.5])


def test_a_higher_temperature_is_less_sure():
    logits = np.float32([2.0, 0.0])
    assert softmax(logits, 2.0)[0] < softmax(logits, 1.0)[0]
    assert softmax(logits, 2.0).sum() == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("color", "expected"), [("bgr", [10, 20, 30]), ("rgb", [30, 20, 10]), ("grey", [22])]
)
def test_pixels_are_given_in_the_order_the_model_knows(card, color, expected):
    fed = to_input(PURE, dataclasses.replace(card, color=color, scale=0.5, offset=1.0))
    assert fed.shape == (1, 4, 4, len(expected))
    assert fed.dtype == np.float32
    np.testing.assert_allclose(fed[0, 0, 0], np.float32(expected) * 0.5 + 1.0)


def test_a_real_face_has_no_mask(card, astronaut, astronaut_face):
    probabilities = Classifier(card).classify(astronaut, astronaut_face)
    assert probabilities.shape == (2,)
    assert probabilities.sum() == pytest.approx(1.0, abs=1e-5)
    assert card.labels[int(probabilities.argmax())] == "none"


def test_a_card_with_another_number_of_labels_than_its_model_is_refused(card):
    with pytest.raises(ModelError, match="expected 1 outputs"):
        Classifier(dataclasses.replace(card, labels=("none",)))


def test_a_model_of_another_size_than_its_card_says_is_refused(card):
    with pytest.raises(ModelError, match=r"expected input \(1, 20, 20, [13]\)"):
        Classifier(dataclasses.replace(card, crop=CropSpec(20, 1.0)))
