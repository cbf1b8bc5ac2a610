import pytest

from convert.cycles import RESTART, WARM_UP, learning_rate


def test_the_learning_rate_warms_up_falls_to_nothing_and_starts_again_lower():
    cycles = (10, 20)
    assert learning_rate(0, cycles) == 0
    assert learning_rate(10 * WARM_UP, cycles) == pytest.approx(1)
    assert learning_rate(10 - 1e-6, cycles) == pytest.approx(0, abs=1e-6)
    assert learning_rate(10, cycles) == 0
    assert learning_rate(10 + 20 * WARM_UP, cycles) == pytest.approx(RESTART)
    assert learning_rate(30 - 1e-6, cycles) == pytest.approx(0, abs=1e-6)
