"""The pipeline between workers of the test's own: what they are asked, what becomes of answers."""

import numpy as np
import pytest

from edge.cameras.demo import DemoCamera
from edge.finder import Seen
from edge.paths import MODELS
from edge.pipeline import Pipeline
from edge.stats import Stats
from edge.tree import load_tree
from edge.types import Face, Frame
from edge.worker import Done

FPS = 30.0
TREE = load_tree(MODELS)
CAMERA = DemoCamera(width=640, height=480)
ROOM = CAMERA.background
SOMEBODY = CAMERA.render(0)
FACE = Face(CAMERA.truth(0)[0][0], 0.95)
DARK, LIGHT = ROOM // 4, 255 - ROOM // 4
for picture in (ROOM, SOMEBODY, DARK, LIGHT):
    picture.flags.writeable = False


class Hand:
    """A worker whose answers the test gives."""

    restarts = 0

    def __init__(self):
        self.jobs = []
        self.fault = None
        self.busy = False
        self.done = None

    def ready(self, now):
        return not self.busy

    def submit(self, job, now):
        self.jobs.append(job)
        self.busy = True

    def answer(self, answer, cost_s=0.0):
        self.done, self.busy, self.fault = Done(answer, cost_s), False, None

    def fail(self):
        self.busy, self.fault = False, "out of luck"

    def collect(self, now):
        done, self.done = self.done, None
        return done

    def close(self):
        pass


class Film:
    """Pictures in, scenes out, at 30 frames a second."""

    def __init__(self):
        self.detection, self.recognition = Hand(), Hand()
        self.pipeline = Pipeline(self.detection, self.recognition, TREE, Stats(), cpu_budget=0.5)
        self.index = -1

    @property
    def looks(self):
        """Every look that was asked for."""
        return self.detection.jobs

    def show(self, *pictures):
        """The last of the scenes that the pictures give."""
        for picture in pictures:
            self.index += 1
            scene = self.pipeline.step(Frame(picture, self.index, self.index / FPS))
        return scene

    def find(self, *faces, cost_s=0.0):
        """The look under way, if any, finds these faces; the next picture takes them in."""
        if self.detection.busy:
            self.detection.answer(Seen(self.looks[-1], list(faces)), cost_s)


@pytest.fixture
def film():
    return Film()


def test_a_look_that_failed_is_taken_again_in_a_scene_at_rest(film):
    film.show(SOMEBODY)
    film.find(FACE)
    film.show(*[ROOM] * 4)
    assert len(film.looks) == 2
    film.detection.fail()
    film.show(*[ROOM] * 4)
    assert len(film.looks) == 3


def test_a_cut_is_told_again_when_its_look_failed(film):
    film.show(SOMEBODY)
    film.find(FACE)
    film.show(DARK)
    film.detection.fail()
    film.show(*[DARK] * 4)
    assert [look.cut for look in film.looks] == [False, True, True]


def test_a_cut_during_the_look_at_another_cut_is_told_too(film):
    film.show(SOMEBODY)
    film.find(FACE)
    film.show(DARK, LIGHT)
    film.find()
    film.show(LIGHT)
    assert [look.cut for look in film.looks] == [False, True, True]


def test_a_cut_while_the_detector_is_busy_is_told_once_it_is_free_and_only_once(film):
    film.show(ROOM, *[DARK] * 3)
    film.find()
    film.show(DARK)
    assert [look.cut for look in film.looks] == [False, True]
    for step in range(6):
        film.find()
        film.show(DARK + np.uint8(step % 2 * 20))
    assert len(film.looks) > 3
    assert not any(look.cut for look in film.looks[2:])
