import numpy as np
import pytest

from convert.scores import calibration_error
from edge.classifier import softmax

pytestmark = pytest.mark.train


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
