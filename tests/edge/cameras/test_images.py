from __future__ import annotations

import logging
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.cameras.images import SHOWN, ImagesCamera
from edge.errors import CameraError


def save(path: Path, level: int) -> None:
    cv2.imwrite(str(path), np.full((8, 8, 3), level, np.uint8))


def test_pictures_come_in_natural_order(tmp_path: Path) -> None:
    names = ["10.png", "2.png", "B1.png", "a10.png", "a9.PNG", "1.png"]
    for level, name in enumerate(["1.png", "2.png", "10.png", "a9.PNG", "a10.png", "B1.png"]):
        assert name in names
        save(tmp_path / name, 10 * level)
    levels = [int(frame.image[0, 0, 0]) for frame in ImagesCamera(source=str(tmp_path))]
    assert levels[::SHOWN] == [0, 10, 20, 30, 40, 50]


def test_each_picture_stays_for_a_while(tmp_path: Path) -> None:
    save(tmp_path / "1.png", 7)
    save(tmp_path / "2.png", 9)
    camera = ImagesCamera(source=str(tmp_path))
    frames = list(camera)
    assert [int(frame.image[0, 0, 0]) for frame in frames] == [7] * SHOWN + [9] * SHOWN
    assert [frame.index for frame in frames] == list(range(2 * SHOWN))
    assert frames[SHOWN].time_s == SHOWN / camera.fps
    assert [len({frame.shot for frame in frames[i : i + SHOWN]}) for i in (0, SHOWN)] == [1, 1]
    assert frames[0].shot != frames[SHOWN].shot


def test_broken_pictures_are_named_and_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    save(tmp_path / "1.png", 7)
    (tmp_path / "2.png").write_bytes(b"not a picture")
    (tmp_path / "3.jpg").touch()
    (tmp_path / "4.png").mkdir()
    (tmp_path / "notes.txt").write_text("not looked at")
    save(tmp_path / "5.png", 9)
    with caplog.at_level(logging.WARNING):
        frames = list(ImagesCamera(source=str(tmp_path)))
    assert [int(frame.image[0, 0, 0]) for frame in frames[::SHOWN]] == [7, 9]
    assert [name for name in ("2.png", "3.jpg", "4.png") if name not in caplog.text] == []
    assert "notes" not in caplog.text


def test_a_folder_without_pictures_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(CameraError, match="no pictures in it"):
        ImagesCamera(source=str(tmp_path))


def test_a_folder_of_broken_pictures_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "1.png").touch()
    with pytest.raises(CameraError, match="none of its 1 pictures is readable"):
        list(ImagesCamera(source=str(tmp_path)))
