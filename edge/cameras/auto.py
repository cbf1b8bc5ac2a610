"""The first camera of this machine that works."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from edge.cameras import Camera
from edge.cameras.images import natural_key
from edge.cameras.opencv import OpenCVCamera
from edge.cameras.picamera2 import Picamera2Camera, is_installed
from edge.errors import CameraError, DependencyError

_log = logging.getLogger(__name__)


def devices() -> list[str]:
    """What may be a camera, lowest number first: device paths, or indices where there are none."""
    if sys.platform == "linux":
        return [str(path) for path in sorted(Path("/dev").glob("video*"), key=natural_key)]
    return ["0", "1", "2", "3"]


def open_any(
    *, width: int | None = None, height: int | None = None, fps: float | None = None
) -> Camera:
    """Open a Raspberry Pi's own camera, else the first device that delivers a frame.

    Raises CameraError when there is none.
    """
    ways: list[Callable[..., Camera]] = [Picamera2Camera] if is_installed() else []
    ways += [partial(OpenCVCamera, source=device) for device in devices()]
    reasons = []
    for way in ways:
        try:
            return way(width=width, height=height, fps=fps)
        except (CameraError, DependencyError) as error:
            _log.info("%s", error)
            reasons.append(str(error))
    found = f"no camera works ({'; '.join(reasons[:2])})" if reasons else "no camera found"
    raise CameraError(f"{found}; plug one in, or try --camera demo")
