from __future__ import annotations

import pytest

from edge.displays import create_display
from edge.displays.screen import why_no_screen
from edge.errors import DisplayError


@pytest.mark.parametrize(
    ("environ", "reason"),
    [
        ({}, "DISPLAY is not set"),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "xwayland"),
        ({"DISPLAY": ":4711"}, "DISPLAY=:4711 does not answer"),
        ({"DISPLAY": "nonsense"}, "DISPLAY=nonsense does not answer"),
    ],
)
def test_says_why_there_is_no_screen(environ: dict[str, str], reason: str) -> None:
    assert reason in (why_no_screen(environ) or "")


def test_a_window_without_a_screen_is_an_error_and_not_an_abort(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DISPLAY", ":4711")
    with pytest.raises(DisplayError, match=r"--display FILE\.mp4"):
        create_display("window")
