"""What a kiosk asks of X11: a way out that nobody finds by chance, no cursor, a chosen monitor.

Through Xlib by ctypes: OpenCV's window offers none of it.
"""

from __future__ import annotations

import ctypes
import logging
from typing import Any

from edge.errors import DisplayError
from edge.types import Box

HOLD_S = 3.0
"""Seconds for which Shift and Q have to be held."""

_SHIFT, _Q = 0xFFE1, 0x71  # X11's key symbols

log = logging.getLogger(__name__)


class HeldKeys:
    """Whether Shift and Q are down, asked of the X server: a window is told of presses only."""

    def __init__(self) -> None:
        """Raises DisplayError when the server cannot be asked."""
        self._xlib = _xlib()
        self._display: ctypes.c_void_p | None = _connect(self._xlib)
        self._codes = [self._xlib.XKeysymToKeycode(self._display, key) for key in (_SHIFT, _Q)]
        self._state = ctypes.create_string_buffer(32)  # a bit for each key
        self._since_s: float | None = None

    def long_enough(self, now: float) -> bool:
        """Call at every frame, with monotonic seconds."""
        if self._display is None:
            return False
        self._xlib.XQueryKeymap(self._display, self._state)
        state = self._state.raw
        if not all(state[code // 8] >> (code % 8) & 1 for code in self._codes):
            self._since_s = None
            return False
        if self._since_s is None:
            self._since_s = now
        return now - self._since_s >= HOLD_S

    def close(self) -> None:
        """Ask no more; may be called twice."""
        if self._display is not None:
            self._xlib.XCloseDisplay(self._display)
            self._display = None


class HiddenCursor:
    """Hides the mouse cursor on the whole screen until it is closed."""

    def __init__(self) -> None:
        """Without the library the cursor stays, which is said in the log."""
        self._display: ctypes.c_void_p | None = None
        try:
            fixes = ctypes.CDLL("libXfixes.so.3")
        except OSError:
            log.warning("the cursor cannot be hidden: sudo apt install libxfixes3")
            return
        self._xlib = _xlib()
        # The server shows it again when this connection ends, however the program ends.
        self._display = _connect(self._xlib)
        major, minor = ctypes.c_int(4), ctypes.c_int(0)
        fixes.XFixesQueryVersion(self._display, ctypes.byref(major), ctypes.byref(minor))
        root = ctypes.c_ulong(self._xlib.XDefaultRootWindow(self._display))
        fixes.XFixesHideCursor(self._display, root)
        self._xlib.XSync(self._display, 0)

    def close(self) -> None:
        """Show it again; may be called twice."""
        if self._display is not None:
            self._xlib.XCloseDisplay(self._display)
            self._display = None


class _Monitor(ctypes.Structure):
    """XineramaScreenInfo."""

    _fields_ = (
        ("number", ctypes.c_int),
        ("left", ctypes.c_short),
        ("top", ctypes.c_short),
        ("width", ctypes.c_short),
        ("height", ctypes.c_short),
    )


def monitor(number: int) -> Box:
    """Where a monitor, counted from 0, lies on the whole desktop, in pixels.

    Raises DisplayError when there is no such monitor.
    """
    try:
        xinerama = ctypes.CDLL("libXinerama.so.1")
    except OSError as error:
        raise DisplayError("screen: cannot be chosen: sudo apt install libxinerama1") from error
    xlib = _xlib()
    xinerama.XineramaQueryScreens.restype = ctypes.POINTER(_Monitor)
    display, count = _connect(xlib), ctypes.c_int()
    found = xinerama.XineramaQueryScreens(display, ctypes.byref(count))
    monitors = []
    if found:
        for each in found[: count.value]:
            left, top = each.left, each.top
            monitors.append(Box(left, top, left + each.width, top + each.height))
        xlib.XFree(found)
    xlib.XCloseDisplay(display)
    if not 0 <= number < len(monitors):
        raise DisplayError(f"screen: expected 0 to {len(monitors) - 1}, got {number}")
    return monitors[number]


def _xlib() -> Any:
    try:
        library = ctypes.CDLL("libX11.so.6")
    except OSError as error:
        raise DisplayError(
            "kiosk: the screen cannot be asked: sudo apt install libx11-6"
        ) from error
    library.XOpenDisplay.restype = ctypes.c_void_p
    library.XDefaultRootWindow.restype = ctypes.c_ulong
    library.XDefaultRootWindow.argtypes = [ctypes.c_void_p]
    library.XKeysymToKeycode.restype = ctypes.c_ubyte
    library.XKeysymToKeycode.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
    return library


def _connect(xlib: Any) -> ctypes.c_void_p:
    display = xlib.XOpenDisplay(None)
    if not display:
        raise DisplayError("kiosk: the screen does not answer")
    return ctypes.c_void_p(display)
