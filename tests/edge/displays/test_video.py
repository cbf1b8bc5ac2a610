from __future__ import annotations

import resource
import shutil
from collections import namedtuple
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.cameras.fake import FakeCamera
from edge.displays import create_display
from edge.displays.video import VideoDisplay
from edge.errors import DisplayError
from edge.types import Image


def read_back(path: Path) -> list[Image]:
    capture = cv2.VideoCapture(str(path))
    images = []
    while (answer := capture.read())[0]:
        images.append(answer[1])
    capture.release()
    return images


def grey(level: int, width: int = 64, height: int = 48) -> Image:
    return np.full((height, width, 3), level, np.uint8)


def test_each_picture_is_one_frame_at_the_rate(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    camera = FakeCamera()
    display = VideoDisplay(path=path, fps=12.5)
    for index in range(25):
        assert display.show(camera.render(index)) is None
    assert not path.exists(), "incomplete files do not bear the name"
    display.close()
    images = read_back(path)
    assert len(images) == 25
    assert cv2.VideoCapture(str(path)).get(cv2.CAP_PROP_FPS) == pytest.approx(12.5)
    assert np.abs(images[20].astype(int) - camera.render(20)).mean() < 4, "lossy, but the picture"
    last = cv2.imread(str(tmp_path / "out.png"))
    assert (last == camera.render(24)).all()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["out.mp4", "out.png"]


def test_without_a_rate_pictures_stay_as_long_as_they_were_shown(tmp_path: Path) -> None:
    times = iter([5.0, 5.101, 5.111, 5.201])
    display = VideoDisplay(path=tmp_path / "live.mp4", clock=lambda: next(times))
    for level in (40, 80, 120, 160):
        display.show(grey(level))
    display.close()
    levels = [round(image.mean() / 40) for image in read_back(tmp_path / "live.mp4")]
    assert levels == [1, 1, 1, 2, 3, 3, 4]


def test_a_picture_of_another_size_is_fitted(tmp_path: Path) -> None:
    display = VideoDisplay(path=tmp_path / "out.mp4", fps=10)
    for width in (65, 128, 32):
        display.show(grey(200, width=width))
    display.close()
    assert [image.shape for image in read_back(tmp_path / "out.mp4")] == [(48, 64, 3)] * 3


def test_nothing_shown_writes_nothing(tmp_path: Path) -> None:
    display = VideoDisplay(path=tmp_path / "out.mp4", fps=10)
    display.close()
    display.close()
    assert list(tmp_path.iterdir()) == []


def test_the_picture_may_be_overwritten_after_it_was_shown(tmp_path: Path) -> None:
    display = VideoDisplay(path=tmp_path / "out.mp4", fps=10)
    image = grey(100)
    display.show(image)
    image[:] = 0
    display.close()
    assert (cv2.imread(str(tmp_path / "out.png")) == 100).all()


@pytest.mark.parametrize("name", ["missing/out.mp4", "folder.mp4"])
def test_a_place_where_no_file_can_be_is_refused_at_once(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.mp4").mkdir()
    with pytest.raises(DisplayError, match="folder"):
        VideoDisplay(path=tmp_path / name, fps=10)


def test_a_picture_too_small_for_a_film_is_named(tmp_path: Path) -> None:
    display = VideoDisplay(path=tmp_path / "out.mp4", fps=10)
    with pytest.raises(DisplayError, match="got 1x1"):
        display.show(np.zeros((1, 1, 3), np.uint8))
    display.close()
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_no_broken_file(tmp_path: Path) -> None:
    (tmp_path / "out.partial.mp4").symlink_to("/dev/full")
    display = VideoDisplay(path=tmp_path / "out.mp4", fps=10)
    with pytest.raises(DisplayError, match="disk full"):
        display.show(grey(100))
    display.close()
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fills_up_leaves_no_broken_file(tmp_path: Path) -> None:
    display = VideoDisplay(path=tmp_path / "out.mp4", fps=10)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        random = np.random.default_rng(1)
        for _ in range(20):
            display.show(random.integers(0, 256, (480, 640, 3), np.uint8))
        with pytest.raises(DisplayError, match="disk full"):
            display.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_is_full_from_the_start_leaves_an_earlier_film_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "free")
    (tmp_path / "out.mp4").write_bytes(b"earlier")
    display = VideoDisplay(path=tmp_path / "out.mp4", fps=10)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(free=1_000_000))
    with pytest.raises(DisplayError, match="16 MB have to be free"):
        display.show(grey(100))
    display.close()
    assert [path.name for path in tmp_path.iterdir()] == ["out.mp4"]
    assert (tmp_path / "out.mp4").read_bytes() == b"earlier"


def test_stops_before_the_disk_is_full_and_keeps_what_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "free")
    display = VideoDisplay(path=tmp_path / "out.mp4", fps=10)
    for _ in range(30):
        display.show(grey(100))
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(free=1_000_000))
    with pytest.raises(DisplayError, match="disk is full"):
        display.show(grey(100))
    display.close()
    assert len(read_back(tmp_path / "out.mp4")) == 30


@pytest.mark.parametrize("source", ["out.mp4", "out.png", "out.partial.mp4", "link.mp4"])
def test_what_the_camera_reads_is_never_written_over(tmp_path: Path, source: str) -> None:
    (tmp_path / "link.mp4").symlink_to("out.mp4")
    for name in ("out.mp4", "out.png", "out.partial.mp4"):
        (tmp_path / name).write_bytes(b"mine")
    with pytest.raises(DisplayError, match="camera reads it"):
        create_display(str(tmp_path / "out.mp4"), fps=10, source=str(tmp_path / source))
    assert (tmp_path / source).read_bytes() == b"mine"


def test_a_picture_of_the_films_name_that_is_no_films_is_kept(tmp_path: Path) -> None:
    (tmp_path / "out.png").write_bytes(b"mine")
    display = VideoDisplay(path=tmp_path / "out.mp4", fps=10)
    display.show(grey(100))
    display.close()
    assert len(read_back(tmp_path / "out.mp4")) == 1
    assert (tmp_path / "out.png").read_bytes() == b"mine"


def test_a_picture_that_the_camera_reads_from_its_folder_is_kept(tmp_path: Path) -> None:
    (tmp_path / "out.png").write_bytes(b"mine")
    for _ in range(2):
        display = create_display(str(tmp_path / "out.mp4"), fps=10, source=str(tmp_path))
        display.show(grey(100))
        display.close()
    assert len(read_back(tmp_path / "out.mp4")) == 1
    assert (tmp_path / "out.png").read_bytes() == b"mine"


def test_an_earlier_film_and_its_picture_are_written_over(tmp_path: Path) -> None:
    for level in (100, 200):
        display = VideoDisplay(path=tmp_path / "out.mp4", fps=10)
        display.show(grey(level))
        display.close()
    assert cv2.imread(str(tmp_path / "out.png")).mean() == 200


def test_a_name_with_a_colon_is_no_protocol(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    display = VideoDisplay(path=Path("at-12:30.mp4"), fps=10)
    display.show(grey(100))
    display.close()
    assert len(read_back(tmp_path / "at-12:30.mp4")) == 1


def test_a_name_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DisplayError, match="UTF-8"):
        VideoDisplay(path=tmp_path / "caf\udce9.mp4", fps=10)
