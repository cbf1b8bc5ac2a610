"""A real window on a virtual screen under a real window manager."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.displays import Click
from edge.displays.window import TITLE, WindowDisplay
from edge.types import Image
from tests.screen import SCREEN_SIZE, press, screenshot

pytestmark = [pytest.mark.screen, pytest.mark.usefixtures("screen")]

DEADLINE_S = 10.0


def picture() -> Image:
    """640x480: red, with a blue square in the middle."""
    image = np.zeros((480, 640, 3), np.uint8)
    image[:] = (0, 0, 255)
    image[200:280, 280:360] = (255, 0, 0)
    return image


def show_until(display: WindowDisplay, done: Callable[[], bool]) -> list[str]:
    """Show the picture until something has happened on the screen; the keys meanwhile."""
    keys = []
    deadline = time.monotonic() + DEADLINE_S
    while not done():
        assert time.monotonic() < deadline, f"the screen did not do it: {rect()}, {keys}"
        key = display.show(picture())
        if key is not None:
            keys.append(key)
    return keys


def rect() -> tuple[int, ...]:
    return tuple(cv2.getWindowImageRect(TITLE))


@pytest.fixture
def display() -> Iterator[WindowDisplay]:
    display = WindowDisplay()
    display.show(picture())
    show_until(display, lambda: rect()[2:] == (640, 480))
    yield display
    display.close()


def test_shows_the_picture_in_its_own_size(display: WindowDisplay, tmp_path: Path) -> None:
    def is_there() -> bool:
        left, top, width, height = rect()
        seen = screenshot(tmp_path)[top : top + height, left : left + width]
        return seen.shape == (480, 640, 3) and bool((seen == picture()).all())

    show_until(display, is_there)


def test_a_picture_larger_than_the_screen_is_shown_whole(tmp_path: Path) -> None:
    display = WindowDisplay()
    wide = cv2.copyMakeBorder(picture(), 120, 120, 680, 680, cv2.BORDER_CONSTANT, value=(0, 255, 0))
    width = round(0.9 * SCREEN_SIZE[0])

    def is_there() -> bool:
        display.show(wide)
        left, top, *size = rect()
        seen = screenshot(tmp_path)[top : top + size[1], left : left + size[0]]
        corners = seen[5 : -5 : max(1, size[1] - 11), 5 : -5 : max(1, size[0] - 11)]
        return size == [width, round(width * 0.36)] and bool((corners == (0, 255, 0)).all())

    show_until(display, is_there)
    display.close()


def test_f_fills_the_screen_and_f_again_leaves_it(display: WindowDisplay, tmp_path: Path) -> None:
    press("f")
    keys = show_until(display, lambda: rect() == (0, 0, *SCREEN_SIZE))
    assert keys == [], "the window's own key is not reported"

    def filled() -> bool:
        screen = screenshot(tmp_path)
        bars = (screen[:, :155] == 0).all() and (screen[:, 1125:] == 0).all()
        red = (screen[10:280, 170:1110] == (0, 0, 255)).all()
        return bool(bars and red and (screen[310:410, 590:690] == (255, 0, 0)).all())

    show_until(display, filled)
    press("f")
    show_until(display, lambda: rect()[2:] == (640, 480))


def test_opens_in_fullscreen_when_asked() -> None:
    display = WindowDisplay(fullscreen=True)
    display.show(picture())
    show_until(display, lambda: rect() == (0, 0, *SCREEN_SIZE))
    display.close()


@pytest.mark.parametrize(
    ("key", "name"),
    [("q", "q"), ("Q", "q"), ("Escape", "escape"), ("space", "space"), ("s", "s"), ("5", "5")],
)
def test_keys_have_names(display: WindowDisplay, key: str, name: str) -> None:
    press(key)
    seen: list[str | None] = []

    def pressed() -> bool:
        seen.append(display.show(picture()))
        return any(seen)

    show_until(display, pressed)
    assert [key for key in seen if key] == [name]


def test_keys_without_a_name_are_ignored(display: WindowDisplay) -> None:
    press("F5")
    press("Left")
    press("q")
    seen: list[str | None] = []

    def pressed() -> bool:
        seen.append(display.show(picture()))
        return any(seen)

    show_until(display, pressed)
    assert [key for key in seen if key] == ["q"]


def test_a_click_knows_where_on_the_picture_it_was(display: WindowDisplay) -> None:
    press("f")
    show_until(display, lambda: rect() == (0, 0, *SCREEN_SIZE))
    # The picture is 960 pixels wide in the middle of 1280.
    subprocess.run("xdotool mousemove 400 180 click 1", shell=True, check=True, timeout=10)
    seen: list[str | None] = []

    def clicked() -> bool:
        seen.append(display.show(picture()))
        return isinstance(seen[-1], Click)

    show_until(display, clicked)
    click = seen[-1]
    assert isinstance(click, Click)
    assert (click, click.x, click.y) == ("click", 0.25, 0.25)


def test_closing_the_window_quits(display: WindowDisplay) -> None:
    press("alt+F4")
    seen: list[str | None] = []

    def closed() -> bool:
        seen.append(display.show(picture()))
        return seen[-1] == "quit"

    show_until(display, closed)
    assert display.show(picture()) == "quit", "and it does not come back"
    search = ["xdotool", "search", "--onlyvisible", "--name", TITLE]
    assert subprocess.run(search, capture_output=True, check=False).stdout == b""
