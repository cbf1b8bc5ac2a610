"""Scenarios, frame by frame, with the real detector and models in step with the frames."""

from contextlib import closing

import cv2
import numpy as np
import pytest

from edge.app import create_pipeline
from edge.cameras.demo import REFERENCE, DemoCamera, Placement
from edge.config import MirrorConfig
from edge.stats import Stats
from edge.types import Frame

FPS = 30.0


class Film:
    """Pictures in, scenes out, at 30 frames a second."""

    def __init__(self, pipeline):
        self.pipeline = pipeline
        self.index = -1

    @property
    def now(self):
        return self.index / FPS

    def show(self, *pictures):
        """Every scene that the pictures give."""
        scenes = []
        for picture in pictures:
            self.index += 1
            scenes.append(self.pipeline.step(Frame(picture, self.index, self.now)))
        return scenes

    def seconds_until(self, picture, condition, limit_s=3.0):
        """How long the same picture is shown until a scene meets the condition."""
        start = self.index
        while self.index - start < limit_s * FPS:
            (scene,) = self.show(picture)
            if condition(scene):
                return (self.index - start - 1) / FPS
        raise AssertionError(f"not within {limit_s} s")


@pytest.fixture
def film():
    with closing(create_pipeline(MirrorConfig(), Stats(), inline=True)) as pipeline:
        yield Film(pipeline)


@pytest.fixture(scope="module")
def camera():
    return DemoCamera(width=640, height=480, speed=1.0)


@pytest.fixture(scope="module")
def room(camera):
    """The demo camera's background with nobody there."""
    return camera.background


def covered(picture, box, share):
    """The picture with a hand's colour over the lower `share` of the box."""
    covered = picture.copy()
    top = round(box.bottom - share * box.height)
    covered[top : round(box.bottom) + 20, round(box.left) - 10 : round(box.right) + 10] = (
        120,
        150,
        205,
    )
    return covered


def ids(scene):
    return [track.id for track in scene.tracks]


def test_a_face_is_followed_along_its_path(film, camera):
    scenes = film.show(*(camera.render(index) for index in range(180)))
    errors, overlaps = [], []
    for scene in scenes[5:]:
        (track,) = scene.tracks
        ((box, _),) = camera.truth(scene.frame.index)
        x, y = track.box.center
        errors.append(np.hypot(x - box.center[0], y - box.center[1]) / box.width)
        overlaps.append(track.box.iou(box))
    assert np.mean(errors) < 0.02
    assert np.percentile(errors, 95) < 0.05
    assert np.mean(overlaps) > 0.9


def test_somebody_who_enters_is_there_within_an_eighth_of_a_second(film, camera, room):
    film.show(*[room] * 30)
    face = camera.render(0)
    assert film.seconds_until(face, lambda scene: len(scene.tracks) == 1) <= 0.125


def test_somebody_who_leaves_is_gone_within_half_a_second(film, camera, room):
    film.show(*(camera.render(index) for index in range(20)))
    assert film.seconds_until(room, lambda scene: not scene.tracks) <= 0.5


def test_a_cut_to_another_shot_moves_nobody_along(film, camera, room):
    mirrored = np.ascontiguousarray(255 - room)
    film.show(*(camera.render(index) for index in range(20)))
    (scene,) = film.show(mirrored)
    assert scene.tracks == ()


def test_a_hand_across_the_mouth_keeps_the_face(film, camera):
    film.show(*[camera.render(0)] * 10)
    ((box, _),) = camera.truth(0)
    hand = covered(camera.render(0), box, 0.3)
    assert all(ids(scene) == [1] for scene in film.show(*[hand] * 30))


def test_who_was_hidden_for_a_second_is_the_same_person(film, camera):
    film.show(*[camera.render(0)] * 10)
    ((box, _),) = camera.truth(0)
    hidden = covered(camera.render(0), box, 1.2)
    film.show(*[hidden] * 30)
    (scene,) = film.show(*[camera.render(0)] * 10)[-1:]
    assert ids(scene) == [1]


@pytest.mark.parametrize("height", [32, 40, 60, 150])
def test_nothing_is_looked_for_while_nothing_moves(film, camera, room, height):
    picture = room.copy()
    camera.paint(picture, Placement(x=300, y=200, scale=height / REFERENCE.height, roll=0.0))
    film.show(*[picture] * 20)
    looked = film.pipeline.stats.detections
    (scene, *_) = film.show(*[picture] * 60)
    assert len(scene.tracks) == 1
    assert film.pipeline.stats.detections == looked


def test_an_unchanged_face_is_not_read_again(film, camera):
    picture = camera.render(0)
    film.show(*[picture] * 20)
    read = film.pipeline.stats.inferences
    film.show(*[picture] * 60)
    assert film.pipeline.stats.inferences == read


def test_a_head_that_turns_away_and_back_is_the_same_person(film, camera):
    picture = camera.render(0)
    ((box, _),) = camera.truth(0)
    left, right = round(box.left) - 30, round(box.right) + 30
    turns = [*np.linspace(0, 50, 15), *[50] * 10, *np.linspace(50, 0, 15), *[0] * 10]
    film.show(*[picture] * 10)
    for turn in turns:
        turned = picture.copy()
        # Seen from afar a head that turns becomes narrower by the cosine.
        width = round((right - left) * np.cos(np.radians(turn)))
        at = (left + right - width) // 2
        turned[:, left:right] = camera.background[:, left:right]
        turned[:, at : at + width] = cv2.resize(picture[:, left:right], (width, len(picture)))
        (scene,) = film.show(turned)
        assert ids(scene) == [1]
    (track,) = scene.tracks
    assert track.box.iou(box) > 0.8


def test_of_two_people_who_cross_the_one_in_front_keeps_the_id(film, camera):
    def picture(step):
        scene = camera.background.copy()
        for x in (500 - 6 * step, 140 + 6 * step):  # the one painted last is in front
            camera.paint(scene, Placement(x=x, y=200, scale=1.1, roll=0.0))
        return scene

    film.show(*[picture(0)] * 5)
    (scene,) = film.show(picture(0))
    assert len(scene.tracks) == 2
    front = min(scene.tracks, key=lambda track: track.box.left).id
    scene = film.show(*map(picture, range(60)))[-1]
    at_right = max(scene.tracks, key=lambda track: track.box.left)
    assert at_right.id == front
    assert len(scene.tracks) == 2


def test_a_face_printed_on_a_shirt_gets_no_emoticon(film, camera):
    picture = np.vstack([camera.render(0), camera.background[:200]])
    ((box, _),) = camera.truth(0)
    left, top, right, bottom = (round(side) for side in box)
    face = cv2.resize(picture[top - 15 : bottom + 10, left - 10 : right + 10], None, fx=1.7, fy=1.7)
    grey = cv2.cvtColor(cv2.cvtColor(face, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    x, y = round((left + right - grey.shape[1]) / 2), bottom + 30
    picture[y : y + grey.shape[0], x : x + grey.shape[1]] = grey
    assert all(len(scene.tracks) == 1 for scene in film.show(*[picture] * 15)[1:])


@pytest.mark.parametrize("size", [(480, 360), (1280, 960)])
def test_a_camera_that_changes_its_size_leaves_nobody_where_he_was(film, camera, size):
    film.show(*[camera.render(0)] * 10)
    ((box, _),) = camera.truth(0)
    there = box.scaled(size[0] / 640, size[1] / 480)
    resized = cv2.resize(camera.render(0), size)

    def found(scene):
        return [track.box.iou(there) > 0.7 for track in scene.tracks] == [True]

    assert film.seconds_until(resized, found) <= 0.2


def test_three_people_have_three_ids_that_stay(film):
    three = DemoCamera(width=1280, height=720, faces=3, speed=1.0)
    scenes = film.show(*(three.render(index) for index in range(45)))
    assert {tuple(sorted(ids(scene))) for scene in scenes[5:]} == {(1, 2, 3)}


def test_two_people_who_sway_side_by_side_keep_their_places(film):
    wide = DemoCamera(width=960, height=540)
    apart = 1.4 * REFERENCE.width
    for step in range(60):
        picture = wide.background.copy()
        left = 350 + 12 * np.sin(step / 10)
        for x in (left, left + apart):
            wide.paint(picture, Placement(x=x, y=260, scale=1.0, roll=0.0))
        (scene,) = film.show(picture)
        if step >= 10:
            tracks = sorted(scene.tracks, key=lambda track: track.box.left)
            centers = [track.box.center[0] for track in tracks]
            assert centers == pytest.approx([left, left + apart], abs=0.03 * REFERENCE.width)


def test_what_is_recognised_of_a_films_frame_is_in_its_scene(film, camera):
    (scene,) = film.show(camera.render(0))
    assert scene.attributes[1]["mask"].label == "none"


def test_what_is_recognised_reaches_the_scene(film, camera):
    scene = film.show(*(camera.render(index) for index in range(15)))[-1]
    attributes = scene.attributes[scene.tracks[0].id]
    assert attributes["mask"].label == "none"
    assert attributes["emotion"].label == "happy"
