"""What holds for every camera."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import cv2
import numpy as np
import pytest

from edge.cameras import CAMERAS, Camera, create_camera
from edge.cameras.fake import FakeCamera
from edge.cameras.turned import TurnedCamera
from edge.displays.video import VideoDisplay
from edge.errors import CameraError


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A video of 8 frames, 64x48, 12.5 fps."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    display = VideoDisplay(path=path, fps=12.5)
    camera = FakeCamera(width=64, height=48)
    for index in range(8):
        display.show(camera.render(index))
    display.close()
    return str(path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Five pictures of different sizes."""
    path = tmp_path_factory.mktemp("folder")
    for index in range(5):
        cv2.imwrite(str(path / f"{index}.png"), np.full((48 + index, 64, 3), index, np.uint8))
    return str(path)


@pytest.fixture(params=["demo", "fake", "film", "folder"])
def source(request: pytest.FixtureRequest) -> str:
    if request.param in CAMERAS:
        return str(request.param)
    return str(request.getfixturevalue(request.param))


@pytest.fixture(params=[0, 180], ids=["upright", "turned"])
def opened(request: pytest.FixtureRequest, source: str) -> Iterator[Callable[[], Camera]]:
    """Opens the camera, as often as asked."""
    cameras: list[Camera] = []

    def open_it() -> Camera:
        camera = create_camera(source, width=64, height=48)
        cameras.append(TurnedCamera(camera, request.param) if request.param else camera)
        return cameras[-1]

    yield open_it
    for camera in cameras:
        camera.close()


def test_frames_are_bgr_and_counted_from_0(opened: Callable[[], Camera]) -> None:
    frames = list(itertools.islice(opened(), 5))
    assert [frame.index for frame in frames] == [0, 1, 2, 3, 4]
    for frame in frames:
        assert frame.image.dtype == np.uint8
        assert frame.image.ndim == 3
        assert frame.image.shape[2] == 3
        assert frame.image.shape[1] == 64


def test_a_film_has_a_rate_and_its_own_time(opened: Callable[[], Camera]) -> None:
    camera = opened()
    assert not camera.live
    assert camera.fps
    times = [frame.time_s for frame in itertools.islice(camera, 3)]
    assert times == pytest.approx([0, 1 / camera.fps, 2 / camera.fps])


def test_the_same_frames_come_again(opened: Callable[[], Camera]) -> None:
    for one, other in itertools.islice(zip(opened(), opened(), strict=True), 5):
        assert (one.image == other.image).all()


def test_a_frame_stays_as_it_is_when_the_next_ones_come(opened: Callable[[], Camera]) -> None:
    camera = iter(opened())
    first = next(camera)
    kept = first.image.copy()
    for _ in range(3):
        next(camera).image[:] = 255
    assert (first.image == kept).all()


def test_closes_twice(opened: Callable[[], Camera]) -> None:
    camera = opened()
    camera.close()
    camera.close()


@pytest.mark.parametrize("name", ["demo", "fake"])
def test_the_built_in_ones_obey_size_and_rate(name: str) -> None:
    camera = create_camera(name, width=200, height=100, fps=60)
    assert camera.fps == 60
    assert next(iter(camera)).image.shape == (100, 200, 3)


@pytest.mark.parametrize("source", ["film", "nowhere.mp4", "", "-1", "demo2"])
def test_an_unknown_source_names_what_is_known(source: str) -> None:
    with pytest.raises(CameraError, match="expected auto, demo, fake, picamera2, a device's"):
        create_camera(source)
