import numpy as np
import pytest

from edge.one_euro import OneEuro


def run(values, **options):
    smoother = OneEuro(**options)
    return np.array([smoother.update(np.array([v]), i / 30)[0] for i, v in enumerate(values)])


def test_the_first_value_passes():
    assert run([3.5], min_cutoff_hz=1.0, beta=0.0)[0] == 3.5


def test_noise_at_rest_shrinks():
    noise = np.random.default_rng(0).normal(0, 1, 600)
    assert run(noise, min_cutoff_hz=0.5, beta=0.0)[100:].std() < 0.3


def test_motion_opens_the_filter():
    ramp = np.arange(90) / 3.0
    slow = run(ramp, min_cutoff_hz=0.5, beta=0.0)
    quick = run(ramp, min_cutoff_hz=0.5, beta=1.0)
    assert abs(quick[-1] - ramp[-1]) < abs(slow[-1] - ramp[-1]) / 5


def test_one_wild_value_does_not_open_the_filter():
    assert run([0.0] * 30 + [1.0], min_cutoff_hz=0.5, beta=1.0)[-1] < 0.6


@pytest.mark.parametrize("time_s", [1.0, 0.5])
def test_a_time_that_does_not_advance_changes_nothing(time_s):
    smoother = OneEuro(min_cutoff_hz=1.0, beta=0.0)
    smoother.update(np.array([1.0]), 1.0)
    assert smoother.update(np.array([9.0]), time_s)[0] == 1.0
