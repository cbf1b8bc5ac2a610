from dataclasses import replace

import numpy as np
import pytest

from edge.animation import LEAVE_S
from edge.artwork import Look
from edge.cast import Actor, Cast
from edge.particles import BURST_S, MAX_PARTICLES, burst
from edge.types import Attribute, Box, Frame, Scene, Track

FRAME = Frame(np.zeros((100, 100, 3), np.uint8), 0, 0.0)
BOX = Box(10, 10, 40, 50)


def scene(*people, **labels):
    labels = {"emotion": "neutral"} | labels
    attributes = {
        person: {name: Attribute(name, label, 1.0) for name, label in labels.items()}
        for person in people
    }
    return Scene(FRAME, tuple(Track(person, BOX) for person in people), attributes)


def test_the_furthest_is_painted_first():
    small, large = Track(1, BOX), Track(2, Box(0, 0, 90, 90))
    for tracks in ((small, large), (large, small)):
        actors = Cast(calm=True).update(Scene(FRAME, tracks), 0.0)
        assert [actor.track.id for actor in actors] == [1, 2]


def test_who_leaves_stays_for_a_moment():
    cast = Cast(calm=False)
    cast.update(scene(1), 0.0)
    assert len(cast.update(scene(), 1.0)) == 1
    assert len(cast.update(scene(), 1.0 + LEAVE_S / 2)) == 1
    assert cast.update(scene(), 1.001 + LEAVE_S) == []


def test_who_left_while_nothing_was_painted_is_not_seen_to_leave():
    cast = Cast(calm=False)
    cast.update(scene(1, 2), 0.0)
    assert [actor.track.id for actor in cast.update(scene(2), 60.0)] == [2]


def test_who_was_in_another_shot_is_not_seen_to_leave_this_one():
    cast = Cast(calm=False)
    cast.update(scene(1), 0.0)
    assert [actor.track.id for actor in cast.update(replace(scene(2), shot=7), 0.1)] == [2]
    assert len(cast.update(replace(scene(), shot=7), 0.2)) == 1


def test_who_comes_back_at_once_does_not_pop_in_again():
    cast = Cast(calm=False)
    cast.update(scene(1), 0.0)
    cast.update(scene(), 1.0)
    (actor,) = cast.update(scene(1), 1.1)
    assert actor.face.tall == pytest.approx(1, abs=0.02)


def test_calm_lets_nobody_linger():
    cast = Cast(calm=True)
    cast.update(scene(1), 0.0)
    assert cast.update(scene(), 0.1) == []


def test_calm_changes_the_look_at_once_and_bursts_never():
    cast = Cast(calm=True)
    cast.update(scene(1), 0.0)
    for step in range(60):
        (actor,) = cast.update(scene(1, emotion="happy"), 2.0 + step / 60)
        assert actor == Actor(Track(1, BOX), Look(emotion="happy"))
        assert actor.particles == ()


def test_a_change_bursts_and_ends():
    cast = Cast(calm=False)
    cast.update(scene(1), 0.0)
    cast.update(scene(1), 2.0)
    counts = [
        len(cast.update(scene(1, emotion="happy"), 2.0 + step / 60)[0].particles)
        for step in range(120)
    ]
    assert counts[0] == 0
    assert 0 < max(counts) <= MAX_PARTICLES
    assert counts[-1] == 0


def test_only_a_change_of_emotion_bursts():
    cast = Cast(calm=False)
    cast.update(scene(1, emotion="angry"), 0.0)
    cast.update(scene(1, emotion="angry"), 9.0)
    for step in range(120):
        (actor,) = cast.update(scene(1, emotion="angry", hat="worn"), 9.0 + step / 60)
        assert actor.particles == ()
        assert actor.effect.wide > 0.7, "its sign stays"
    assert actor.look == Look(emotion="angry", hat="worn")


def test_a_crowd_shares_the_particles():
    people = range(8)
    cast = Cast(calm=False)
    cast.update(scene(*people), 0.0)
    for step in range(60):
        actors = cast.update(scene(*people, emotion="surprise"), 2.0 + step / 60)
        assert sum(len(actor.particles) for actor in actors) <= MAX_PARTICLES


def test_particles_fly_outwards_and_vanish():
    early, late = burst("happy", 1, 0.1), burst("happy", 1, 0.7)
    assert len(early) == len(late)
    for start, end in zip(early, late, strict=True):
        assert end.x**2 + end.y**2 > start.x**2 + start.y**2
        assert end.size < start.size
    assert burst("happy", 1, BURST_S) == []
    assert burst("happy", 1, -0.1) == []
    assert burst("neutral", 1, 0.1) == []


def test_a_track_that_moves_moves_its_actor():
    cast = Cast(calm=False)
    cast.update(scene(1), 0.0)
    moved = replace(scene(1), tracks=(Track(1, BOX.moved(5, 0)),))
    assert cast.update(moved, 0.1)[0].track.box == BOX.moved(5, 0)
