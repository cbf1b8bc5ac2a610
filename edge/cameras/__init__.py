"""Cameras behind one protocol: devices, files, folders and the built-in ones, by name."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from typing import Protocol

from edge.errors import CameraError
from edge.types import Frame

CAMERAS = {
    "auto": "edge.cameras.auto:open_any",
    "demo": "edge.cameras.demo:DemoCamera",
    "fake": "edge.cameras.fake:FakeCamera",
    "picamera2": "edge.cameras.picamera2:Picamera2Camera",
}
"""Name -> module:class; imported when asked for."""

_DEVICE_OR_FILE = "edge.cameras.opencv:OpenCVCamera"
_FOLDER = "edge.cameras.images:ImagesCamera"


class Camera(Protocol):
    """A source of frames; iterated once, by one thread.

    `live`: a device that cannot wait, so that a frame not taken in time is lost. Its frames
    carry the monotonic time of their capture. The others can be had frame by frame; theirs
    carry the time in the film, index / fps, in seconds.
    """

    fps: float | None  # the nominal rate; None for a device that sets its own
    live: bool

    def __iter__(self) -> Iterator[Frame]:
        """Frames, indexed from 0; ends with the film, raises CameraError when a device stops."""

    def close(self) -> None:
        """Release the device or file; may be called twice, but not while a frame is being read."""


def create_camera(
    source: str,
    *,
    width: int | None = None,
    height: int | None = None,
    fps: float | None = None,
) -> Camera:
    """Open what `source` names: a key of CAMERAS, a device (index or path), a file, folder or URL.

    `width`, `height` and `fps` are asked of a device, which may choose otherwise, and are obeyed
    by the built-in cameras; a file or folder keeps its own.
    Raises CameraError when it is not there or delivers nothing.
    """
    module, cls = find_camera(source).split(":")
    create = getattr(importlib.import_module(module), cls)
    camera: Camera = create(
        **({} if source in CAMERAS else {"source": source}), width=width, height=height, fps=fps
    )
    return camera


def find_camera(source: str) -> str:
    """module:class of what opens this source, which is not opened.

    Raises CameraError for a file that is not there, and for a name that is not known.
    """
    if source in CAMERAS:
        return CAMERAS[source]
    if source.isdecimal() or "://" in source or os.path.exists(source):
        return _FOLDER if os.path.isdir(source) else _DEVICE_OR_FILE
    raise CameraError(
        f"camera {source!r}: no such file; expected {', '.join(CAMERAS)}, "
        "a device's index, a video, a folder of pictures or a URL"
    )
