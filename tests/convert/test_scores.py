import numpy as np
import pytest

from convert.scores import balanced_accuracy, calibration_error, confusion, recalls

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
