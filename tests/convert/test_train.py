import pytest

pytestmark = pytest.mark.train


def test_the_learning_rate_warms_up_falls_to_nothing_and_starts_again_lower():
    from convert.train import RESTART, WARM_UP, _schedule

    cycles = (10, 20)
    assert _schedule(0, cycles) == 0
    assert _schedule(10 * WARM_UP, cycles) == pytest.approx(1)
    assert _schedule(10 - 1e-6, cycles) == pytest.approx(0, abs=1e-6)
    assert _schedule(10, cycles) == 0
    assert _schedule(10 + 20 * WARM_UP, cycles) == pytest.approx(RESTART)
    assert _schedule(30 - 1e-6, cycles) == pytest.approx(0, abs=1e-6)
