"""Displays behind one protocol: a window, a video file, nothing; by name."""

from __future__ import annotations

import importlib
import logging
from pathlib import Path
from typing import Protocol

from edge.displays.screen import why_no_screen
from edge.errors import ConfigError, DisplayError
from edge.types import Image

DISPLAYS = {
    "window": "edge.displays.window:WindowDisplay",
    "video": "edge.displays.video:VideoDisplay",
    "none": "edge.displays.none:NoDisplay",
}
"""Name -> module:class; imported when asked for. `video` is asked for by its file's name."""

FALLBACK_FILE = "mirror.mp4"
VIDEO_SUFFIX = ".mp4"

_log = logging.getLogger(__name__)


class Click(str):
    """The key "click": the pointer, or a finger, went down at (x, y) of the picture."""

    x: float  # from 0, the left edge, to 1
    y: float  # from 0, the upper edge, to 1

    def __new__(cls, x: float, y: float) -> Click:
        """A click at this place."""
        click = super().__new__(cls, "click")
        click.x, click.y = x, y
        return click


class Display(Protocol):
    """Shows pictures, one after the other; used by one thread."""

    records: bool  # every picture is kept, so a film is best given whole and not paced

    def show(self, image: Image) -> str | None:
        """Show a picture; the key pressed since the last one, if any.

        A key is a character in lower case, "escape", "space" or "enter"; "quit" when the user
        has closed the window; a Click. The picture may be overwritten afterwards.
        Raises DisplayError when it cannot be shown.
        """

    def close(self) -> None:
        """Take the window away, complete the file; may be called twice. Raises DisplayError."""


def create_display(
    name: str,
    *,
    fps: float | None = None,
    fullscreen: bool = False,
    kiosk: bool = False,
    screen: int | None = None,
    source: str | None = None,
    may_film: bool = False,
) -> Display:
    """Open `auto`, `window`, `none` or FILE.mp4.

    `auto` is a window. Where there is no screen, `may_film` allows mirror.mp4 in the current
    folder instead (said in the log), but never to a kiosk: nobody asked to film its guests.
    `fps` is the rate of a video's pictures; None when they come as they come, as from a live
    camera. `source` is what the camera reads, which a film never writes over. Raises ConfigError
    for another name, DisplayError when it cannot be opened.
    """
    if name == "auto":
        reason = why_no_screen()
        if reason and (kiosk or not may_film):
            raise DisplayError(
                f"no screen: {reason}; start it on a desktop, or with --display none"
            )
        if reason:
            _log.warning("no screen (%s): writing %s instead", reason, FALLBACK_FILE)
        name = FALLBACK_FILE if reason else "window"
    if name == "window":
        return _create("window", fullscreen=fullscreen, kiosk=kiosk, screen=screen)
    if name == "none":
        return _create("none")
    if Path(name).suffix.lower() == VIDEO_SUFFIX:
        return _create("video", path=Path(name), fps=fps, source=source)
    raise ConfigError(f"display: expected auto, window, none or FILE.mp4, got {name!r}")


def _create(name: str, **options: object) -> Display:
    module, cls = DISPLAYS[name].split(":")
    display: Display = getattr(importlib.import_module(module), cls)(**options)
    return display
