import numpy as np
import pytest

from edge.schedule import CONFIRM_S, FIND_S, WELCOME_S, Schedule
from edge.types import Box, Frame

SOMEBODY = (Box(10, 10, 50, 60),)
PICTURE = np.zeros((120, 160, 3), np.uint8)


@pytest.fixture
def ask():
    schedule = Schedule(budget=1.0)

    def ask(now, known=(), *, changed=True, urgent=False, cut=False):
        frame = Frame(PICTURE, 0, now)
        return schedule.next(frame, known, changed=changed, urgent=urgent, cut=cut)

    return ask


def looks(ask, seconds, known=(), *, start=0.0, **scene):
    """Every look taken at 100 frames a second, with its time."""
    times = start + np.arange(0, seconds, 0.01)
    return [(t, look) for t in times if (look := ask(t, known, **scene)) is not None]


def test_nobody_and_movement_is_searched_in_turn_with_tiles(ask):
    found = looks(ask, 1.0)
    assert np.diff([t for t, _ in found]) == pytest.approx(FIND_S, abs=0.011)
    assert [look.everywhere for _, look in found[:4]] == [True, False] * 2
    assert all((look.tile is None) == look.everywhere for _, look in found)
    assert len({look.tile for _, look in found if look.tile}) == 4


def test_a_scene_that_has_come_to_rest_is_searched_once_more_and_then_left(ask):
    looks(ask, 0.2)
    found = looks(ask, 3.0, changed=False)
    assert len({look.tile for _, look in found if look.tile}) == 4
    assert found[-1][0] < 1.0


def test_somebody_at_rest_is_left_alone_once_newcomers_at_rest_have_been_looked_for(ask):
    for start in (0.0, 4.0):
        looks(ask, 0.2, SOMEBODY, start=start)
        ((_, look),) = looks(ask, 3.0, SOMEBODY, start=start + 0.2, changed=False)
        assert look.everywhere


def test_somebody_who_moves_is_confirmed_and_newcomers_are_looked_for_less_often(ask):
    found = looks(ask, 2.0, SOMEBODY)
    assert np.diff([t for t, _ in found]) == pytest.approx(CONFIRM_S, abs=0.011)
    searches = [t for t, look in found if look.everywhere]
    assert np.diff(searches) == pytest.approx(WELCOME_S, abs=CONFIRM_S)
    assert all(look.known == SOMEBODY and look.tile is None for _, look in found)


def test_beside_somebody_far_away_others_as_far_are_looked_for_in_tiles(ask):
    far = (Box(10, 10, 18, 20),)
    found = looks(ask, 3.0, far)
    searches = [(t, look) for t, look in found if look.everywhere or look.tile]
    assert np.diff([t for t, _ in searches]) == pytest.approx(WELCOME_S, abs=CONFIRM_S)
    assert [look.everywhere for _, look in searches[:4]] in ([True, False] * 2, [False, True] * 2)
    assert len({look.tile for _, look in searches if look.tile}) == 4
    assert all(look.known == far for _, look in found)
    rest = looks(ask, 9.0, far, start=3.0, changed=False)
    assert len({look.tile for _, look in rest if look.tile}) == 4
    assert rest[-1][0] < 6.0
    near = (*far, SOMEBODY[0])
    assert all(look.tile is None for _, look in looks(ask, 2.0, near, start=12.0))


def test_somebody_lost_is_looked_for_everywhere_at_once(ask):
    ask(0.0, SOMEBODY)
    assert ask(0.01, SOMEBODY, changed=False) is None
    assert ask(0.02, SOMEBODY, changed=False, urgent=True).everywhere


def test_looks_keep_to_the_budget_however_urgent():
    schedule = Schedule(budget=0.25)
    schedule.finished(0.0, 0.1)
    scene = {"changed": True, "urgent": True, "cut": False}
    assert schedule.next(Frame(PICTURE, 0, 0.29), (), **scene) is None
    assert schedule.next(Frame(PICTURE, 0, 0.31), (), **scene) is not None


def test_a_cut_is_looked_at_at_once(ask):
    ask(0.0)
    look = ask(0.01, cut=True)
    assert (look.everywhere, look.cut) == (True, True)
