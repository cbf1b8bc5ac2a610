"""A window on the screen, through OpenCV's Qt."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable

import cv2

from edge.displays import Click
from edge.displays.kiosk import HeldKeys, HiddenCursor, monitor
from edge.displays.letterbox import Letterbox, fit
from edge.displays.screen import why_no_screen
from edge.errors import DisplayError
from edge.types import Box, Image

TITLE = "Emoticon Mirror"
_WAYS_OUT = frozenset({"q", "escape", "f"})
_ROOM = 0.9  # of the monitor, for a window that does not fill it
_PATIENCE = 500  # polls of some 2 ms; without a window manager the window never moves
_INSIST = 30  # pictures: about a second
_INSIST_EVERY = 10
_WHEEL = (cv2.EVENT_MOUSEWHEEL, cv2.EVENT_MOUSEHWHEEL)
_WHEEL_RESTS_S = 0.5
_KEYS = {27: "escape", 32: "space", 10: "enter", 13: "enter"}


class WindowDisplay:
    """One window; `f` switches between fullscreen and not (the window's own key, not reported).

    A kiosk's window fills the screen without a cursor and cannot be left: `f`, `q` and Escape do
    nothing, and when it is closed, or zoomed by the wheel, it opens again. Shift+Q, held for three
    seconds, is "quit".
    """

    records = False

    def __init__(
        self,
        *,
        fullscreen: bool = False,
        kiosk: bool = False,
        screen: int | None = None,
        title: str = TITLE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Opens with the first picture, at its size; on monitor `screen`, counted from 0, if given.

        A picture that is too large for the first monitor, or that one, is shown smaller.

        Raises DisplayError without a screen, or without that monitor.
        """
        reason = why_no_screen()
        if reason:
            raise DisplayError(f"no screen: {reason}; try --display FILE.mp4")
        # A Wayland session may ask for a Qt platform that OpenCV's wheel does not bring.
        os.environ["QT_QPA_PLATFORM"] = "xcb"
        self._title = title
        self._fullscreen = fullscreen or kiosk
        self._monitor = None if screen is None else monitor(screen)
        self._way_out = HeldKeys() if kiosk else None
        self._cursor = HiddenCursor() if kiosk else None
        self._clock = clock
        self._letterbox = Letterbox()
        self._state = "new"  # then open, then closed
        self._size = (0, 0)  # of the window when it is not fullscreen
        self._left = (0, 0)  # the size it had when it was last told to fill the screen
        self._insisting = 0  # pictures yet to be shown during which its size is looked after
        self._inside = Box(0, 0, 1, 1)  # where the picture lies in the window
        self._click: Click | None = None
        self._zoomed_s: float | None = None  # when the mouse wheel last did that

    def show(self, image: Image) -> str | None:
        """See `Display`."""
        if self._state == "new":
            self._open(image)
        if not self._visible() or self._is_zoomed():
            if self._way_out is None:
                self._state = "closed"
                return "quit"
            self._destroy()
            self._open(image)
            if not self._visible():
                return None
        # Scaled here and not by Qt, which takes the nearest pixel and more time.
        _, _, width, height = cv2.getWindowImageRect(self._title)
        self._insist(width, height)
        if width > 0 and height > 0:
            self._inside = fit(image.shape[1], image.shape[0], width, height)
            image = self._letterbox(image, width, height)
        cv2.imshow(self._title, image)
        key = _key_name(cv2.pollKey())
        if self._way_out is not None:
            if self._way_out.long_enough(self._clock()):
                return "quit"
            if key in _WAYS_OUT:
                key = None
        elif key == "f":
            self._toggle_fullscreen(width, height)
            return None
        click, self._click = self._click, None
        return key or click

    def close(self) -> None:
        """See `Display`."""
        if self._state == "open":
            self._destroy()
        self._state = "closed"
        for part in (self._way_out, self._cursor):
            if part is not None:
                part.close()

    def _destroy(self) -> None:
        with contextlib.suppress(cv2.error):  # it is gone already
            cv2.destroyWindow(self._title)
            cv2.pollKey()  # only now is it gone from the screen

    def _open(self, image: Image) -> None:
        flags = cv2.WINDOW_NORMAL | cv2.WINDOW_FREERATIO | cv2.WINDOW_GUI_NORMAL
        try:
            cv2.namedWindow(self._title, flags)
        except cv2.error as error:
            raise DisplayError(
                "this OpenCV opens no windows: pip uninstall opencv-python-headless, "
                "then pip install --force-reinstall 'opencv-python<5'"
            ) from error
        self._state = "open"
        self._size = self._room_for(image.shape[1], image.shape[0])
        # It may be closed while it is being placed; `_visible` then tells. After a window that
        # was closed, OpenCV may find that one again, which stays hidden until it is destroyed.
        if self._visible():
            with contextlib.suppress(cv2.error):
                self._place()

    def _room_for(self, width: int, height: int) -> tuple[int, int]:
        """The largest size up to this one, in its shape, that leaves the desktop's bars room."""
        try:
            room = self._monitor or monitor(0)
        except DisplayError:
            return width, height
        share = min(1.0, _ROOM * room.width / width, _ROOM * room.height / height)
        return round(width * share), round(height * share)

    def _place(self) -> None:
        self._settle()
        cv2.setMouseCallback(self._title, self._on_mouse)
        if self._monitor is not None:
            cv2.moveWindow(self._title, int(self._monitor.left), int(self._monitor.top))
        self._ask_for_size()
        self._insisting = _INSIST

    def _settle(self) -> None:
        """Wait until the window manager has placed the window; what is asked before gets lost."""
        start = cv2.getWindowImageRect(self._title)
        for _ in range(_PATIENCE):
            cv2.pollKey()
            if cv2.getWindowImageRect(self._title) != start:
                return

    def _toggle_fullscreen(self, width: int, height: int) -> None:
        self._fullscreen = not self._fullscreen
        if self._fullscreen:
            self._size = width, height
            self._ask_for_size()
        else:
            cv2.setWindowProperty(self._title, cv2.WND_PROP_FULLSCREEN, cv2.WINDOW_NORMAL)
        self._insisting = _INSIST

    def _insist(self, width: int, height: int) -> None:
        """Ask again for the size the window should have now.

        Qt at times misses what the window manager answers, and then takes the old size for true.
        """
        if self._insisting == 0:
            return
        self._insisting -= 1
        size = width, height
        lost = size == self._left if self._fullscreen else size != self._size
        if lost and self._insisting % _INSIST_EVERY == 0:
            cv2.setWindowProperty(self._title, cv2.WND_PROP_FULLSCREEN, cv2.WINDOW_NORMAL)
            self._ask_for_size()

    def _ask_for_size(self) -> None:
        if self._fullscreen:
            _, _, *size = cv2.getWindowImageRect(self._title)
            self._left = size[0], size[1]
            cv2.setWindowProperty(self._title, cv2.WND_PROP_FULLSCREEN, cv2.WINDOW_FULLSCREEN)
        else:
            cv2.resizeWindow(self._title, *self._size)

    def _on_mouse(self, event: int, x: int, y: int, flags: int, data: object) -> None:
        if event == cv2.EVENT_LBUTTONDOWN:
            inside = self._inside
            self._click = Click((x - inside.left) / inside.width, (y - inside.top) / inside.height)

        elif event in _WHEEL and self._way_out is not None:
            self._zoomed_s = self._clock()

    def _is_zoomed(self) -> bool:
        """A guest has turned the wheel, and is done: Qt can only be told by opening it anew."""
        if self._zoomed_s is None or self._clock() - self._zoomed_s < _WHEEL_RESTS_S:
            return False
        self._zoomed_s = None
        return True

    def _visible(self) -> bool:
        if self._state != "open":
            return False
        try:
            return cv2.getWindowProperty(self._title, cv2.WND_PROP_VISIBLE) > 0
        except cv2.error:  # Qt's last window is gone
            return False


def _key_name(code: int) -> str | None:
    if code in _KEYS:
        return _KEYS[code]
    return chr(code).lower() if 32 < code < 127 else None
