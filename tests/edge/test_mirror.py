import threading
from contextlib import closing

import cv2
import numpy as np
import pytest

from edge.app import create_pipeline
from edge.artwork import load_artwork
from edge.cameras.demo import DemoCamera
from edge.cameras.fake import FakeCamera
from edge.capture import Capture
from edge.compositor import Compositor
from edge.config import MirrorConfig
from edge.displays.none import NoDisplay
from edge.errors import DisplayError
from edge.language import load_language
from edge.mirror import STALL_S, Mirror
from edge.overlay import Overlay
from edge.stats import Stats
from edge.watchdog import Watchdog
from edge.worker import ThreadWorker


class PressedKeys(NoDisplay):
    """No screen; keys come from a list, and what was shown is kept small."""

    def __init__(self, *keys):
        self.keys = list(keys)
        self.pictures = []

    def show(self, image):
        self.pictures.append(image[::4, ::4].copy())
        return self.keys.pop(0) if self.keys else None


def play(capture, pipeline, display, stats, **options):
    """Run a mirror of these parts to its end."""
    Mirror(
        capture,
        pipeline,
        Compositor(load_artwork("cartoon")),
        display,
        Overlay(load_language("en"), hints=False),
        stats=stats,
        watchdog=Watchdog(),
        **options,
    ).run()


@pytest.fixture
def run():
    """Run a mirror on a camera until it ends; returns its stats and its capture."""

    def run(camera, display, *, frames=20, flip=True, **options):
        stats = Stats()
        with (
            closing(create_pipeline(MirrorConfig(), stats, inline=True)) as pipeline,
            Capture(camera, mode="every", frames=frames) as capture,
        ):
            play(capture, pipeline, display, stats, flip=flip, **options)
        return stats, capture

    return run


def test_every_frame_is_shown_with_an_emoticon(run):
    stats, capture = run(DemoCamera(width=320, height=240), PressedKeys())
    report = stats.report(captured=capture.captured, dropped=capture.dropped)
    assert (report["captured"], report["shown"], report["dropped"]) == (20, 20, 0)
    assert report["painted"] == 20
    assert report["detections"] > 0
    assert report["inferences"] > 0
    assert report["stage_ms"].keys() == {
        "motion",
        "detection",
        "recognition",
        "compose",
        "overlay",
        "display",
    }


def test_a_mirror_shows_left_on_the_left(run):
    shown = {}
    for flip in (True, False):
        display = PressedKeys()
        run(FakeCamera(width=320, height=240), display, frames=1, flip=flip)
        shown[flip] = display.pictures[0]
    camera = next(iter(FakeCamera(width=320, height=240))).image
    np.testing.assert_array_equal(shown[False], camera[::4, ::4])
    np.testing.assert_array_equal(shown[True], cv2.flip(camera, 1)[::4, ::4])


@pytest.mark.parametrize("key", ["q", "escape", "quit"])
def test_a_key_ends_it_and_every_frame_is_accounted_for(run, key):
    stats, capture = run(FakeCamera(), PressedKeys(None, None, key))
    assert stats.shown == 3
    assert stats.shown + capture.dropped == capture.captured


def test_space_saves_the_picture_that_is_shown(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    display = PressedKeys("space", "q")
    run(DemoCamera(width=320, height=240), display)
    (path,) = tmp_path.iterdir()
    saved = cv2.imread(str(path))
    assert saved.shape == (240, 320, 3)
    np.testing.assert_array_equal(saved[::4, ::4], display.pictures[0])


def test_two_pictures_of_one_second_are_two_files(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("edge.album.time.strftime", lambda form: "mirror-now")
    stats, _ = run(FakeCamera(), PressedKeys("space", "space", "space", "q"))
    assert stats.pictures == 3
    assert {path.name for path in tmp_path.iterdir()} == {
        "mirror-now.png",
        "mirror-now-2.png",
        "mirror-now-3.png",
    }


def test_a_picture_that_cannot_be_saved_is_told_and_the_mirror_goes_on(
    run, tmp_path, monkeypatch, caplog
):
    def fail(path, image):
        raise DisplayError(f"{path}: cannot be written (No space left on device)")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("edge.album.write_picture", fail)
    stats, _ = run(FakeCamera(), PressedKeys("space"), frames=5)
    assert stats.shown == 5
    assert "No space left on device" in caplog.text


def test_s_writes_figures_onto_the_picture(run):
    plain, figures = PressedKeys(), PressedKeys("s")
    for display in (plain, figures):
        run(FakeCamera(width=320, height=240), display, frames=2)
    np.testing.assert_array_equal(plain.pictures[0], figures.pictures[0])
    assert (plain.pictures[1] != figures.pictures[1]).any()


def test_a_worker_that_fails_is_told_on_the_screen_and_the_mirror_goes_on(caplog):
    def make():
        def work(look):
            raise RuntimeError("out of luck")

        return work

    shown = {}
    for broken in (False, True):
        stats, display = Stats(), PressedKeys()
        pipeline = create_pipeline(MirrorConfig(), stats, inline=False)
        if broken:
            pipeline.detection.close()
            pipeline.detection = ThreadWorker(make, "detection")
        camera = FakeCamera(width=320, height=240, fps=100)
        with closing(pipeline), Capture(camera, frames=60) as capture:
            play(capture, pipeline, display, stats, flip=False)
            assert stats.shown + capture.dropped == capture.captured == 60
        shown[broken] = display.pictures[-1]
    assert pipeline.faults == ["detection"]
    assert "out of luck" in caplog.text
    corner = shown[True][:10, :40].astype(int) - shown[False][:10, :40]
    assert np.abs(corner).max() > 50, "the fault is written into the corner"


class Pausing(FakeCamera):
    """One frame, then nothing until the test says so."""

    live = True
    fps = None

    def __init__(self, resume):
        super().__init__(width=320, height=240)
        self.resume = resume

    def __iter__(self):
        frames = super().__iter__()
        yield next(frames)
        self.resume.wait(10)


def test_a_camera_that_delivers_nothing_is_told_and_keys_still_work():
    resume = threading.Event()
    now = [0.0]

    def clock():
        now[0] += STALL_S / 2
        return now[0]

    display = PressedKeys(None, None, None, None, "q")
    stats = Stats()
    with (
        closing(create_pipeline(MirrorConfig(), stats, inline=True)) as pipeline,
        Capture(Pausing(resume)) as capture,
    ):
        play(capture, pipeline, display, stats, flip=True, clock=clock)
        resume.set()
    assert stats.shown == 1
    first, soon, *_, before, last = display.pictures
    assert (soon == first).all(), "it says nothing yet"
    assert (last != first).any(), "it says that it has stopped"
    assert (last == before).all(), "and says it once"
