"""What holds for every display."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest

from edge.displays import Display, create_display
from edge.errors import ConfigError, DisplayError

NAMES = [pytest.param("window", marks=pytest.mark.screen), "none", "film.mp4"]


@pytest.fixture(params=NAMES)
def display(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Display:
    monkeypatch.chdir(tmp_path)
    if request.param == "window":
        request.getfixturevalue("screen")
    return create_display(request.param, fps=30)


def test_shows_pictures_of_any_size_and_leaves_them_alone(display: Display) -> None:
    for height, width in ((48, 64), (48, 64), (480, 640), (3, 5), (720, 1280)):
        image = np.full((height, width, 3), 77, np.uint8)
        image.flags.writeable = False
        assert display.show(image) is None
    display.close()


def test_closes_twice_and_without_a_picture(display: Display) -> None:
    display.close()
    display.close()


def test_another_name_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"expected auto, window, none or FILE\.mp4, got 'tv'"):
        create_display("tv")


def test_without_a_screen_a_file_is_written_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DISPLAY", raising=False)
    with caplog.at_level(logging.WARNING):
        display = create_display("auto", fps=30, may_film=True)
    assert "no screen (DISPLAY is not set): writing mirror.mp4" in caplog.text
    display.show(np.zeros((48, 64, 3), np.uint8))
    display.close()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["mirror.mp4", "mirror.png"]


@pytest.mark.parametrize("x11", [None, ":4711"], ids=["none", "dead"])
@pytest.mark.parametrize("options", [{}, {"kiosk": True, "may_film": True}], ids=["booth", "kiosk"])
def test_without_a_screen_nobody_is_filmed_unasked(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    x11: str | None,
    options: dict[str, bool],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    if x11 is None:
        monkeypatch.delenv("DISPLAY", raising=False)
    else:
        monkeypatch.setenv("DISPLAY", x11)
    with pytest.raises(DisplayError, match="no screen: DISPLAY"):
        create_display("auto", fps=30, **options)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.screen
@pytest.mark.usefixtures("screen")
def test_with_a_screen_a_window_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    display = create_display("auto", fps=30)
    display.show(np.zeros((48, 64, 3), np.uint8))
    display.close()
    assert list(tmp_path.iterdir()) == []
