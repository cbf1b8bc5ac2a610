from dataclasses import replace

import cv2
import numpy as np
import pytest

from edge.cameras.demo import DemoCamera
from edge.change import Change
from edge.types import Frame


@pytest.fixture(scope="module")
def scene():
    """A small grey picture of the demo camera."""
    image = DemoCamera(width=320, height=240).render(0)
    return cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)


def frame(width=640, height=480):
    return Frame(np.zeros((height, width, 3), np.uint8), 0, 0.0)


def after(*pictures):
    """A `Change` that has seen these small grey pictures, all of frames of one size."""
    change = Change()
    for picture in pictures:
        change.advance(frame(), picture)
    return change


def test_another_scene_is_a_cut(scene):
    assert after(scene, 255 - scene).cut


@pytest.mark.parametrize(("gain", "offset"), [(0.2, 0), (0.4, 0), (1.0, 80), (1.8, 40)])
def test_other_light_is_no_cut(scene, gain, offset):
    lit = np.clip(scene * gain + offset, 0, 255).astype(np.uint8)
    assert np.abs(lit.astype(int) - scene).mean() > 35
    assert not after(scene, lit).cut
    assert not after(lit, scene).cut


def test_bars_hide_no_cut(scene):
    one, other = scene.copy(), np.roll(scene[::-1], 160, axis=1)
    for picture in (one, other):
        picture[:60] = picture[-60:] = 0
    shown = slice(60, 180)
    other[shown] = np.clip(other[shown].astype(int) + 60, 0, 255)
    assert np.abs(one.astype(int) - other).mean() > 35
    assert after(one, other).cut


def test_a_cut_that_the_camera_knows_of_is_one(scene):
    change, cuts = Change(), []
    for shot in (3, 3, 4, 4):
        change.advance(replace(frame(), shot=shot), scene)
        cuts.append(change.cut)
    assert cuts == [False, False, True, False]


def test_the_dark_is_another_scene(scene):
    assert after(scene, np.zeros_like(scene)).cut


def test_a_person_who_moves_is_no_cut(scene):
    assert not after(scene, np.roll(scene, 30, axis=1)).cut


@pytest.mark.parametrize(("size", "lines"), [((640, 400), 200), ((1280, 960), 240)])
def test_a_frame_of_another_size_is_a_cut(scene, size, lines):
    change = after(scene)
    cuts = []
    for _ in range(2):
        change.advance(frame(*size), scene[:lines])
        cuts.append(change.cut)
    assert cuts == [True, False]


def test_a_scene_that_was_never_marked_counts_as_changed(scene):
    assert after(scene).changed


def test_nothing_changes_in_a_still_scene_with_noise(scene):
    noise = np.random.default_rng(0)
    change = after(scene)
    change.mark()
    for _ in range(4):
        noisy = scene + noise.normal(0, 4, scene.shape)
        change.advance(frame(), np.clip(noisy, 0, 255).astype(np.uint8))
        assert not change.changed


def test_a_faint_shadow_changes_the_scene(scene):
    change = after(scene)
    change.mark()
    shadow = scene.copy()
    shadow[100:120, 40:60] -= 9
    change.advance(frame(), shadow)
    assert change.changed


def test_somebody_who_walks_in_changes_the_scene(scene):
    change = after(scene)
    change.mark()
    walked_in = scene.copy()
    walked_in[100:130, :20] = 30
    change.advance(frame(), walked_in)
    assert change.changed
