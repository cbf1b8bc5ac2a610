import numpy as np
import pytest

pytestmark = pytest.mark.train


def test_scores_are_shifted_to_even_odds_whatever_their_scale_and_however_rare_a_label():
    from convert.biases import even_odds

    rng = np.random.default_rng(0)
    truth = (rng.random(20_000) < 0.2).astype(int)
    scores = np.where(truth, 1.0, -1.0) + rng.normal(0, 1, len(truth)) + 0.7
    for scale in (1, 5):
        assert even_odds(scores * scale, truth) == pytest.approx(-0.7 * scale, abs=0.05 * scale)


def test_no_more_of_an_offset_is_taken_off_than_accuracy_can_bear():
    from convert.biases import affordable

    truth = np.array([0] * 90 + [1] * 10)
    close = np.where(truth, -0.3, 0.95)  # label 1 is found only by a shift of more than 0.3
    logits = np.stack([close, np.zeros(100)], 1)
    share = affordable(logits, truth, np.array([2.0, 0.0]))
    assert share == pytest.approx(0.45)  # at a half, the 90 others would be lost


def test_answers_are_shifted_to_the_labels_true_shares_whatever_their_scale():
    from convert.biases import likeliest

    rng = np.random.default_rng(0)
    shift = np.array([0.8, -0.2, -0.6])
    scores = rng.normal(0, 1.5, (5_000, 3))
    votes = np.exp(scores + shift)
    votes /= votes.sum(1, keepdims=True)
    for scale in (1, 3):
        assert likeliest(scores * scale, votes) == pytest.approx(shift * scale, abs=1e-3)


def test_a_shift_that_would_cost_balanced_accuracy_is_not_made():
    from convert.biases import centring, even_odds

    # A few far outliers draw the even odds to where ten of the others are on the wrong side.
    scores = np.repeat([-1.0, -0.2, 0.5, -2.0], [300, 10, 60, 6])
    truth = np.repeat([0, 1], [310, 66])
    assert even_odds(scores, truth) > 0.2
    assert centring(scores, truth) == 0


def test_labels_far_apart_are_shifted_by_no_more_than_their_distance():
    from convert.biases import centring, even_odds

    scores = np.array([-4.0, -3.0, 2.0, 5.0], np.float32)
    truth = np.array([0, 0, 1, 1])
    assert -5 <= even_odds(scores, truth) <= 4
    assert ((scores + centring(scores, truth) > 0) == truth).all()


def test_a_shift_that_costs_nothing_is_made():
    from convert.biases import centring

    scores = np.r_[np.linspace(-3, -0.5, 300), np.linspace(-0.4, 2, 70)]
    assert centring(scores, np.repeat([0, 1], [300, 70])) == pytest.approx(0.45, abs=0.01)


def test_a_rare_label_is_spared_where_it_costs_too_much_accuracy():
    from convert.biases import sparing

    # Ten of the rarer label; at even odds, five more of them cost fifteen of the others.
    scores = np.repeat([-2.0, 0.3, -2.0, 0.1, 2.0], [75, 15, 0, 5, 5])
    truth = np.repeat([0, 1], [90, 10])
    logits = np.stack([np.zeros(100), scores], 1)
    shift = sparing(logits, truth)
    assert -2 < shift < -0.3
    even = np.stack([np.zeros(100), np.where(truth, 2.0, -2.0)], 1)
    assert sparing(even, truth) == 0, "where accuracy has nothing to gain"
