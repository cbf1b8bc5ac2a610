from dataclasses import replace

import numpy as np
import pytest

from convert.nets import Net, build_keras
from convert.nodes import NODES
from convert.samples import Crops, Sample
from convert.scores import calibration_error
from edge.card import load_card, read_toml
from edge.classifier import softmax
from edge.crop import CropSpec
from edge.types import Box

pytestmark = [
    pytest.mark.train,
    # Keras 3.15 reads a variable of TensorFlow 2.21 in the way of numpy 1.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]


def answers(sureness, right, n=4000):
    """Logits of a two-label task that are right as often as asked, all equally sure."""
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 2, n)
    told = np.where(rng.random(n) < right, truth, 1 - truth)
    return np.eye(2)[told] * sureness, truth


@pytest.mark.parametrize(("sureness", "right"), [(6.0, 0.8), (0.5, 0.9)])
def test_the_fitted_temperature_makes_scores_mean_something(sureness, right):
    from convert.quantize import fit_temperature

    logits, truth = answers(sureness, right)
    temperature = fit_temperature(logits, truth)
    assert calibration_error(softmax(logits, temperature), truth) < 0.02
    assert calibration_error(softmax(logits), truth) > 0.1


def test_the_threshold_costs_few_right_answers():
    from convert.quantize import choose_threshold

    confidence = np.linspace(0.4, 1.0, 601)
    probabilities = np.stack([confidence, (1 - confidence) / 2, (1 - confidence) / 2], axis=1)
    threshold = choose_threshold(probabilities, np.zeros(601, int))
    assert threshold == pytest.approx(0.43, abs=0.002)


def test_the_threshold_never_hides_sure_answers():
    from convert.quantize import HIGHEST_THRESHOLD, choose_threshold

    probabilities = np.array([[0.99, 0.01], [0.98, 0.02]])
    assert choose_threshold(probabilities, np.array([0, 0])) == HIGHEST_THRESHOLD


NODE = replace(
    NODES["beard"], crop=CropSpec(8, 1.0), net=Net("tiny", ((4,), (6,)), dropout=0.0), teachers=()
)


@pytest.fixture
def quantized(tmp_path, monkeypatch):
    """quantized(loss) -> the card of a net that is always right, where int8 costs so much."""
    import keras

    from convert import quantize
    from convert.evaluate import evaluate

    keras.utils.set_random_seed(3)
    model = build_keras(NODE.net, 8, 3, 2)
    images = np.random.default_rng(0).integers(0, 256, (40, 8, 8, 3), np.uint8)
    answers = model.predict(images / np.float32(127.5) - 1, verbose=0)
    # Its biases are set so that both labels are answered equally often; the surest are kept.
    score = answers[:, 1] - answers[:, 0]
    weights = model.get_weights()
    weights[-1] += np.array([1, -1], np.float32) * np.median(score) / 2
    model.set_weights(weights)
    model.save(tmp_path / "model.keras")
    score -= np.median(score)
    sure = np.argsort(np.abs(score))[20:]
    labels = [NODE.labels[int(score[i] > 0)] for i in sure]
    samples = [Sample(_Nowhere(), {}, label, Box(0, 0, 1, 1), False) for label in labels]
    crops = Crops(samples, images[sure], np.eye(2)[[NODE.labels.index(x) for x in labels]])

    def card(loss):
        def measured(folder, val):
            report = evaluate(folder, val)
            lost = 0 if "float_layers" in _card(folder)["training"] else loss
            return {**report, "accuracy": report["accuracy"] - lost}

        monkeypatch.setattr(quantize, "evaluate", measured)
        folder = tmp_path / "tiny"
        quantize.quantize(NODE, tmp_path / "model.keras", folder, crops, crops, {"seed": 1})
        load_card(folder)  # whole
        return _card(folder)

    return card


class _Nowhere:
    columns = ()


def _card(folder):
    return read_toml(folder / "card.toml")


def test_the_last_layer_stays_float_only_where_int8_costs_too_much(quantized):
    cheap = quantized(loss=0.04)  # one of twenty is no reason
    assert cheap["training"] == {"seed": 1}
    dear = quantized(loss=0.2)
    assert dear["training"] == {"seed": 1, "float_layers": ["the last"]}
    assert dear["model"]["sha256"] != cheap["model"]["sha256"]
    assert dear["accuracy"]["int8"]["accuracy"] == 1.0


def test_the_card_has_the_temperature_under_which_val_is_likeliest(quantized):
    # Answers that are always right may be as sure as `fit_temperature` lets them.
    card = quantized(loss=0.0)
    assert card["output"]["temperature"] == pytest.approx(0.2, abs=0.01)
    assert card["output"]["threshold"] >= 0.5
