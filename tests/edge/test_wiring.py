"""The pipeline between workers of the test's own: what they are asked, what becomes of answers."""

import numpy as np
import pytest

from edge.cache import Reading
from edge.cameras.demo import DemoCamera
from edge.finder import Seen
from edge.paths import MODELS
from edge.pipeline import Pipeline
from edge.recognizer import Recognition
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
DARK, LIGHT = (255 - ROOM) // 4, 191 + ROOM // 4
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
        assert not self.busy
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

    def read(self, cost_s=0.0):
        """The job under way, if any, reads everybody's first labels; the nodes it was about."""
        if not self.recognition.busy:
            return set()
        frame, requests, _ = self.recognition.jobs[-1]
        readings = [Reading(who, node, sure(node), 1.0, frame.time_s) for who, node, _ in requests]
        self.recognition.answer(Recognition(readings, len(readings)), cost_s)
        return {reading.node for reading in readings}


def sure(node):
    """What a node says that has no doubt about its first label."""
    return np.eye(len(TREE.cards[node].labels), dtype=np.float32)[0]


@pytest.fixture
def film():
    return Film()


def test_a_look_that_failed_is_taken_again_in_a_scene_at_rest(film):
    for _ in range(20):
        film.show(SOMEBODY)
        film.find(FACE)
    looked = len(film.looks)
    film.show(ROOM)
    assert len(film.looks) == looked + 1
    film.detection.fail()
    film.show(*[ROOM] * 4)
    assert len(film.looks) == looked + 2


def test_a_cut_moves_nobody_along(film):
    film.show(SOMEBODY)
    film.find(FACE)
    (before,) = film.show(SOMEBODY).tracks
    elsewhere = DARK.copy()
    CAMERA.paint(elsewhere, CAMERA.placements(10)[0])
    (after,) = film.show(elsewhere).tracks
    assert after.box == before.box
    assert film.looks[-1].cut


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


def test_what_was_seen_before_a_cut_is_not_painted_after_it(film):
    film.show(SOMEBODY, DARK)
    film.find(FACE)
    scene = film.show(DARK)
    assert scene.tracks == ()
    assert film.looks[-1].cut
    film.find()
    assert film.show(DARK).tracks == ()


def test_under_a_strobe_faces_are_found_by_a_detector_slower_than_it(film):
    found = []
    for step in range(40):
        lit = 255 - SOMEBODY if step % 2 else SOMEBODY
        film.show(lit, lit)
        if step % 2:
            film.find(FACE)
        found.append(len(film.show(lit).tracks))
    assert 1 in found


def test_a_scene_tells_that_its_people_are_of_another_shot(film):
    film.show(SOMEBODY)
    film.find(FACE)
    before = film.show(SOMEBODY)
    until_known = film.show(DARK)
    film.find(FACE)
    after = film.show(DARK)
    assert before.shot == until_known.shot != after.shot
    assert [track.id for track in (*before.tracks, *after.tracks)] == [1, 2]
    film.find(FACE)
    assert film.show(DARK).shot == after.shot


def test_looking_keeps_to_its_share_of_a_core(film):
    for step in range(60):
        film.show(np.roll(ROOM, 40 * step, axis=1))
        film.find(cost_s=0.3)
    assert 5 <= len(film.looks) <= 7


def test_reading_keeps_to_its_share_of_a_core_and_no_job_is_long(film):
    film.show(SOMEBODY)
    film.find(FACE)
    for _ in range(90):
        film.show(SOMEBODY)
        film.read(cost_s=0.3)
    assert 8 <= len(film.recognition.jobs) <= 10
    assert max(len(job.requests) for job in film.recognition.jobs) == 4


def test_a_new_face_of_a_late_answer_is_carried_into_the_newest_frame(film):
    film.show(*(CAMERA.render(3 * step) for step in range(11)))
    film.find(FACE)
    (track,) = film.show(CAMERA.render(33)).tracks
    ((box, _),) = CAMERA.truth(33)
    assert FACE.box.iou(box) < 0.7
    assert track.box.iou(box) > 0.9


def test_somebody_lost_is_looked_for_everywhere_at_once(film):
    film.show(SOMEBODY)
    film.find(FACE)
    film.show(SOMEBODY)
    assert len(film.looks) == 1
    film.show(ROOM)
    assert len(film.looks) == 2
    assert film.looks[1].everywhere


def test_what_is_known_of_who_is_gone_is_forgotten_but_not_at_once(film):
    film.show(SOMEBODY)
    film.find(FACE)
    film.show(SOMEBODY)
    film.read()
    scenes = []
    for _ in range(100):
        scenes.append(film.show(ROOM))
        film.find()
    known = [(len(scene.tracks), len(scene.attributes)) for scene in scenes]
    assert (0, 1) in known
    assert known[-1] == (0, 0)


def test_of_whoever_comes_back_everything_is_read_anew(film):
    asked = []
    for there in [True] * 90 + [False] * 15 + [True] * 15:
        scene = film.show(SOMEBODY if there else ROOM)
        film.find(*[FACE] * there)
        asked.append(film.read())
    assert [track.id for track in scene.tracks] == [1]
    settled, back = (set().union(*nodes) for nodes in (asked[78:90], asked[105:]))
    assert "skin" not in settled
    assert "skin" in back
