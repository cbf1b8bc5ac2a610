import itertools

import numpy as np
import pytest

from edge.animation import BLINK_S, CHANGE_S, KNOWN_S, LEAVE_S, POP_S, SWAP_S, Act, blinks, noise
from edge.artwork import Look

STEP = 1 / 60
NEUTRAL = Look()
HAPPY = Look(emotion="happy")
SAD = Look(emotion="sad")
EMOTIONS = ("angry", "contempt", "disgust", "fear", "happy", "neutral", "sad", "surprise")


def steady(look=NEUTRAL, person=1):
    return Act(person, look, born_s=0.0)


def test_noise_is_a_fair_number_of_the_key_alone():
    values = [noise(person, 7) for person in range(2000)]
    assert values == [noise(person, 7) for person in range(2000)]
    assert 0 <= min(values) < 0.01
    assert 0.99 < max(values) < 1
    assert np.histogram(values, bins=10, range=(0, 1))[0].min() > 120


def test_a_face_pops_in():
    heights = [steady().face(now).tall for now in np.arange(0, POP_S, STEP)]
    assert heights[0] == 0
    assert 1.05 < max(heights) < 1.15
    assert steady().face(POP_S).tall == pytest.approx(1, abs=0.02)


def test_a_face_that_is_gone_shrinks_away():
    gone = Act(1, NEUTRAL, born_s=0.0, left_s=5.0)
    assert gone.face(5.0).tall == pytest.approx(1, abs=0.02)
    assert gone.face(5.0 + LEAVE_S).tall == 0
    assert not gone.over(5.1)
    assert gone.over(5.0 + LEAVE_S)


def test_a_change_swaps_at_the_lowest_point():
    act = steady().turned(HAPPY, 2.0)
    times = np.arange(2.0, 2.0 + CHANGE_S + STEP, 1 / 240)
    lowest = times[np.argmin([act.face(now).tall for now in times])]
    assert lowest == pytest.approx(2.0 + SWAP_S, abs=0.02)
    looks = [act.shown(now) for now in times]
    assert looks[0] == NEUTRAL
    assert looks[-1] == HAPPY
    assert act.shown(2.0 + SWAP_S - 0.001) == NEUTRAL
    assert act.shown(2.0 + SWAP_S + 0.001) == HAPPY
    assert act.closed(2.0 + SWAP_S)


def test_a_change_ends_where_it_began():
    before, after = steady(), steady().turned(SAD, 2.0)
    assert after.face(2.0).tall == pytest.approx(before.face(2.0).tall)
    late = 2.001 + CHANGE_S
    assert after.face(late) == steady(SAD).face(late)


@pytest.mark.parametrize("now", [0.1, POP_S, 0.95 * KNOWN_S])
def test_what_is_read_of_a_newcomer_is_put_on_at_once(now):
    act = steady().turned(HAPPY, now)
    assert act.shown(now) == HAPPY
    assert act.before is None
    assert act.face(now).tall == pytest.approx(steady(HAPPY).face(now).tall)


def test_a_change_under_way_is_finished_first():
    act = steady().turned(HAPPY, 2.0)
    assert act.turned(SAD, 2.1) == act
    assert act.turned(SAD, 2.001 + CHANGE_S).look == SAD


def test_the_same_look_starts_nothing():
    assert steady(HAPPY).turned(HAPPY, 3.0) == steady(HAPPY)


def test_people_blink_every_three_to_six_seconds():
    times = np.arange(0, 300, 0.01)
    closed = np.array([blinks(4, now) for now in times])
    starts = times[1:][closed[1:] & ~closed[:-1]]
    gaps = np.diff(starts)
    assert gaps.min() > 2.95
    assert gaps.max() < 6.05
    assert closed.mean() == pytest.approx(BLINK_S / 4.5, rel=0.15)


def test_no_two_people_blink_together():
    times = np.arange(0, 60, 0.02)
    closed = [[blinks(person, now) for now in times] for person in range(4)]
    for one, other in itertools.combinations(closed, 2):
        assert one != other


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_idle_motion_is_small_smooth_and_never_still(emotion):
    act = steady(Look(emotion=emotion))
    poses = np.array([act.face(now) for now in np.arange(1, 9, STEP)])
    assert np.abs(poses[:, :2] - 1).max() <= 0.02
    assert np.abs(poses[:, 2:4]).max() <= 6
    assert np.abs(poses[:, 4]).max() <= 0.06
    assert np.ptp(poses, axis=0).max() > 0


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_effects_start_from_nothing_and_stay_near(emotion):
    act = steady().turned(Look(emotion=emotion), 2.0)
    if emotion != "neutral":
        assert act.effect(2.0 + SWAP_S).tall == pytest.approx(0, abs=1e-9)
    poses = np.array([act.effect(now) for now in np.arange(4, 9, STEP)])
    assert np.abs(poses[:, 2:4]).max() <= 40


def test_two_people_do_not_move_in_step():
    now = 5.0
    assert steady(HAPPY, person=1).face(now) != steady(HAPPY, person=2).face(now)
