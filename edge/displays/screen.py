"""Is there a screen? Asked first, because Qt ends the whole process where there is none."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Mapping


def why_no_screen(environ: Mapping[str, str] = os.environ) -> str | None:
    """None when a window can be opened here, else the reason it cannot.

    OpenCV's Qt speaks X11 only; under Wayland it needs Xwayland, which sets DISPLAY too.
    """
    if sys.platform != "linux":
        return None
    display = environ.get("DISPLAY")
    if not display:
        if environ.get("WAYLAND_DISPLAY"):
            return "Wayland without X11: sudo apt install xwayland"
        return "DISPLAY is not set"
    return None if _connects(display) else f"DISPLAY={display} does not answer"


def _connects(display: str) -> bool:
    """Open and close a connection as Qt would, authorization included."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return False
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(display.encode(), None))
    failed = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not failed
