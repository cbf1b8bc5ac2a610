"""Fixtures for the whole suite."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import pytest

from edge.cameras.demo import portrait_file
from edge.pictures import read_picture
from edge.types import Box, Image
from tests.screen import start_screen

cv2.setNumThreads(1)
# FFmpeg reads it when it is first used, which in some tests is before the program uses it.
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")


@pytest.fixture(scope="session")
def astronaut_file() -> Path:
    """scikit-image's portrait of one frontal face, 512x512."""
    return portrait_file()


@pytest.fixture(scope="session")
def astronaut(astronaut_file: Path) -> Image:
    image = read_picture(astronaut_file)
    image.flags.writeable = False
    return image


@pytest.fixture(scope="session")
def _display() -> str:
    return start_screen()


@pytest.fixture
def screen(_display: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The DISPLAY of a virtual screen with a window manager, set in the environment."""
    monkeypatch.setenv("DISPLAY", _display)
    monkeypatch.delenv("XAUTHORITY", raising=False)
    return _display


@pytest.fixture(scope="session")
def astronaut_face() -> Box:
    """Where her face is, by eye: hairline to chin, ear to ear."""
    return Box(180, 72, 270, 178)
