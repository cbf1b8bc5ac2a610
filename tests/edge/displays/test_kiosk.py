"""The way out of a kiosk, and its window on a real screen."""

from __future__ import annotations

import contextlib
import itertools
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.displays.kiosk import HOLD_S, HeldKeys, HiddenCursor, monitor
from edge.displays.window import TITLE, WindowDisplay
from edge.errors import DisplayError
from tests.screen import SCREEN_SIZE, another_screen, press, screenshot

PICTURE = np.full((48, 64, 3), 90, np.uint8)


@pytest.fixture
def keyboard(screen: str) -> Iterator[Callable[[str], None]]:
    """xdotool's keys, all of them let go at the end."""

    def use(command: str) -> None:
        subprocess.run(["xdotool", *command.split()], check=True, timeout=10)

    yield use
    use("keyup q keyup x keyup shift")


@pytest.mark.screen
def test_the_way_out_is_both_keys_held_together(keyboard: Callable[[str], None]) -> None:
    with closing(HeldKeys()) as held:
        for wrong in ("keydown q", "keyup q keydown shift", "keydown x"):
            keyboard(wrong)
            assert not held.long_enough(0.0)
            assert not held.long_enough(100.0)
        keyboard("keydown q")
        assert not held.long_enough(101.0)
        assert not held.long_enough(101.0 + HOLD_S - 0.1)
        keyboard("keyup q")
        assert not held.long_enough(101.0 + HOLD_S)
        keyboard("keydown q")
        assert not held.long_enough(200.0), "let go in between: it begins anew"
        assert held.long_enough(200.0 + HOLD_S)


@pytest.fixture
def kiosk(screen: str) -> Iterator[WindowDisplay]:
    display = WindowDisplay(kiosk=True)
    yield display
    display.close()


def show_for(display: WindowDisplay, seconds: float) -> list[str]:
    """The keys that come out meanwhile."""
    end = time.monotonic() + seconds
    keys = []
    while time.monotonic() < end:
        key = display.show(PICTURE)
        keys += [key] if key else []
        time.sleep(0.005)
    return keys


def fills_the_screen(display: WindowDisplay) -> bool:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        display.show(PICTURE)
        with contextlib.suppress(cv2.error):  # there is none for a moment
            if tuple(cv2.getWindowImageRect(TITLE)) == (0, 0, *SCREEN_SIZE):
                return True
    return False


@pytest.mark.screen
def test_its_window_cannot_be_left_by_chance(kiosk: WindowDisplay) -> None:
    kiosk.show(PICTURE)
    assert fills_the_screen(kiosk)
    for key in ("q", "Escape", "f", "shift+q"):
        press(key)
    assert show_for(kiosk, 0.3) == []
    assert fills_the_screen(kiosk)
    press("space")
    assert show_for(kiosk, 0.3) == ["space"], "a guest's key"
    press("alt+F4")
    assert show_for(kiosk, 0.3) == []
    assert fills_the_screen(kiosk), "it is there again"


@pytest.mark.screen
def test_a_guest_who_turns_the_wheel_leaves_no_zoom(kiosk: WindowDisplay, tmp_path: Path) -> None:
    framed = np.full((480, 640, 3), 90, np.uint8)
    cv2.rectangle(framed, (0, 0), (639, 479), (0, 255, 0), 60)

    def green_at_the_edge() -> bool:
        return bool((screenshot(tmp_path)[20, SCREEN_SIZE[0] // 2] == (0, 255, 0)).all())

    def show_until(done: Callable[[], bool]) -> None:
        end = time.monotonic() + 10
        while not done():
            assert time.monotonic() < end
            kiosk.show(framed)

    show_until(green_at_the_edge)
    subprocess.run("xdotool mousemove 640 400 click 4 click 4", shell=True, check=True, timeout=10)
    show_until(lambda: not green_at_the_edge())
    show_until(green_at_the_edge)


@pytest.mark.screen
def test_held_keys_end_it(keyboard: Callable[[str], None]) -> None:
    now = itertools.count(0.0, 1.0)
    with closing(WindowDisplay(kiosk=True, clock=lambda: next(now))) as display:
        display.show(PICTURE)
        assert fills_the_screen(display)
        keyboard(f"search --onlyvisible --name {TITLE.split()[0]} windowactivate --sync")
        keyboard("keydown shift keydown q")
        assert display.show(PICTURE) is None
        assert [display.show(PICTURE) for _ in range(4)][-1] == "quit"


@pytest.mark.screen
def test_the_cursor_is_hidden_until_it_is_closed(
    screen: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def look() -> bytes:
        # What the server draws, the cursor with it, of which a screenshot is free.
        return (tmp_path / "Xvfb_screen0").read_bytes()

    def see(wanted: bool) -> None:
        end = time.monotonic() + 10
        while (look() == with_cursor) != wanted:
            assert time.monotonic() < end, "the cursor did not change"

    with another_screen("Xvfb", "-retro", "-fbdir", str(tmp_path)) as display:
        monkeypatch.setenv("DISPLAY", display)
        subprocess.run(["xdotool", "mousemove", "300", "300"], check=True, timeout=10)
        time.sleep(0.3)
        with_cursor = look()
        cursor = HiddenCursor()
        see(False)
        without = look()
        subprocess.run(["xdotool", "mousemove", "200", "200"], check=True, timeout=10)
        time.sleep(0.3)
        assert look() == without, "nor is it elsewhere"
        subprocess.run(["xdotool", "mousemove", "300", "300"], check=True, timeout=10)
        cursor.close()
        see(True)


@pytest.mark.screen
def test_it_fills_the_chosen_monitor(screen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # In a process of its own: Qt keeps to the first screen that it has opened.
    program = (
        "import cv2, numpy, time\n"
        "from edge.displays.window import TITLE, WindowDisplay\n"
        "display = WindowDisplay(kiosk=True, screen=1)\n"
        "end = time.monotonic() + 10\n"
        "while time.monotonic() < end:\n"
        "    display.show(numpy.zeros((48, 64, 3), numpy.uint8))\n"
        "    if tuple(cv2.getWindowImageRect(TITLE)) == (640, 0, 400, 300):\n"
        "        raise SystemExit(0)\n"
        "raise SystemExit(f'filled {cv2.getWindowImageRect(TITLE)}')\n"
    )
    monitors = ["-screen", "640x480+0+0", "-screen", "400x300+640+0"]
    with another_screen("Xephyr", "+xinerama", *monitors) as display:
        monkeypatch.setenv("DISPLAY", display)
        subprocess.run([sys.executable, "-c", program], check=True, timeout=30)
        with pytest.raises(DisplayError, match="screen: expected 0 to 1, got 2"):
            monitor(2)
