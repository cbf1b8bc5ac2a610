import pytest

from convert.cycles import WARM_UP, learning_rate


def test_the_learning_rate_warms_up_falls_to_nothing_and_starts_again_lower():
    cycles, restart = (10, 20), 0.6
    assert learning_rate(0, cycles, restart) == 0
    assert learning_rate(10 * WARM_UP, cycles, restart) == pytest.approx(1)
    assert learning_rate(10 - 1e-6, cycles, restart) == pytest.approx(0, abs=1e-6)
    assert learning_rate(10, cycles, restart) == 0
    assert learning_rate(10 + 20 * WARM_UP, cycles, restart) == pytest.approx(restart)
    assert learning_rate(30 - 1e-6, cycles, restart) == pytest.approx(0, abs=1e-6)
