import numpy as np
import pytest

from convert.scores import (
    balanced_accuracy,
    calibration_error,
    calibration_error_by_chance,
    confusion,
    recalls,
)

TRUTH = np.array([0, 0, 0, 1, 1, 2])
ANSWERS = np.array([0, 0, 1, 1, 0, 2])


def test_confusion_has_a_row_for_each_true_label():
    assert confusion(TRUTH, ANSWERS, 3).tolist() == [[2, 1, 0], [1, 1, 0], [0, 0, 1]]


def test_balanced_accuracy_is_the_mean_recall_of_the_labels_that_occur():
    assert balanced_accuracy(TRUTH, ANSWERS) == pytest.approx((2 / 3 + 1 / 2 + 1) / 3)
    assert np.isnan(recalls(confusion(TRUTH, ANSWERS, 4))[3])


def test_calibration_error_is_the_gap_between_confidence_and_accuracy():
    sure = np.tile([[0.9, 0.1]], (10, 1))
    assert calibration_error(sure, np.array([0] * 9 + [1])) == pytest.approx(0.0)
    assert calibration_error(sure, np.array([0] * 5 + [1] * 5)) == pytest.approx(0.4)


def test_chance_alone_makes_a_calibration_error_where_pictures_are_few():
    def by_chance(n: int) -> float:
        sure = np.linspace(0.5, 1, n)
        return calibration_error_by_chance(np.stack([sure, 1 - sure], 1))

    assert by_chance(100) > 0.05
    assert by_chance(10_000) < 0.01
