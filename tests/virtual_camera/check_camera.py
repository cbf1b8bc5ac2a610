"""Picamera2Camera on the real Picamera2 and libcamera; .ci/virtual_camera runs this in its system.

The virtual camera shows the demo camera's frames, which lie in FRAMES.
"""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.cameras import Camera, create_camera
from edge.cli import main
from edge.doctor import diagnose
from edge.types import Image
from tests.virtual_camera import virtual_picamera2  # noqa: F401  (fits Picamera2 to this camera)

FRAMES = Path("/opt/frames")


@pytest.fixture(scope="module")
def fed() -> list[Image]:
    return [np.asarray(cv2.imread(str(path))) for path in sorted(FRAMES.iterdir())]


@pytest.fixture
def camera() -> Iterator[Camera]:
    camera = create_camera("picamera2", width=640, height=480, fps=30)
    yield camera
    camera.close()


def difference(a: Image, b: Image) -> float:
    """Mean of the absolute differences, in levels."""
    return float(cv2.absdiff(a, b).mean())


def test_delivers_what_the_camera_sees_in_the_right_colours(
    camera: Camera, fed: list[Image]
) -> None:
    for frame in itertools.islice(camera, 20):
        # The virtual camera hands JPEG's range of brightness on as video's, which OpenCV
        # stretches by 255/219: 5 levels of difference. Red and blue exchanged give 22.
        assert min(difference(frame.image, picture) for picture in fed) < 7
        swapped = np.ascontiguousarray(frame.image[..., ::-1])
        assert min(difference(swapped, picture) for picture in fed) > 15


def test_the_small_picture_is_of_the_same_frame(camera: Camera) -> None:
    for frame in itertools.islice(camera, 20):
        assert frame.lores is not None
        assert frame.lores.grey.shape == (300, 400)
        small = cv2.resize(frame.image, (400, 300), interpolation=cv2.INTER_AREA)
        assert difference(frame.lores.bgr, small) < 8
        assert difference(frame.lores.grey, cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)) < 8


def test_a_camera_that_cannot_mirror_says_so(camera: Camera) -> None:
    assert not next(iter(camera)).mirrored


def test_frames_are_counted_and_carry_the_time_of_their_capture(camera: Camera) -> None:
    frames = list(itertools.islice(camera, 10))
    now = time.monotonic()
    assert [frame.index for frame in frames] == list(range(10))
    times = [frame.time_s for frame in frames]
    assert times == sorted(times)
    assert all(now - 10 < time_s <= now for time_s in times)


def test_a_frame_that_nobody_took_is_not_delivered_late(camera: Camera) -> None:
    frames = iter(camera)
    next(frames)
    time.sleep(1)  # thirty frames, of which the camera holds six
    now = time.monotonic()
    assert next(frames).time_s > now - 0.2


def test_a_frame_stays_as_it_is_when_the_next_ones_come(camera: Camera) -> None:
    frames = iter(camera)
    first = next(frames)
    kept = first.image.copy()
    for _ in range(20):
        next(frames)
    assert (first.image == kept).all()


def test_opens_again_after_it_was_closed() -> None:
    for _ in range(3):
        camera = create_camera("picamera2", width=640, height=480)
        next(iter(camera))
        camera.close()
        camera.close()


def test_auto_prefers_it() -> None:
    camera = create_camera("auto", width=640, height=480)
    assert next(iter(camera)).lores is not None
    camera.close()


def test_the_doctor_sees_it() -> None:
    checks = {check.name: check for check in diagnose()}
    assert checks["camera picamera2"].ok
    assert checks["camera picamera2"].detail == "delivers 640x480"


def test_the_mirror_paints_on_its_frames(tmp_path: Path, fed: list[Image]) -> None:
    film, stats = tmp_path / "out.mp4", tmp_path / "stats.json"
    source = ["--camera", "picamera2", "--frames", "900"]
    assert main(["mirror", *source, "--display", str(film), "--stats", str(stats)]) == 0
    report = json.loads(stats.read_text())
    assert report["captured"] == 900
    assert report["painted"] > 10
    capture = cv2.VideoCapture(str(film))
    shown = [picture for ok, picture in iter(lambda: capture.read(), (False, None)) if ok]
    mirrored = [cv2.flip(picture, 1) for picture in fed]
    unpainted = min(difference(shown[-1], picture) for picture in mirrored)
    assert unpainted > 8, "an emoticon covers the face"
