"""A Raspberry Pi's camera through Picamera2, with a small stream made by its hardware."""

from __future__ import annotations

import importlib
import importlib.util
import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from edge.errors import CameraError, DependencyError
from edge.types import Frame, Image

PACKAGE = "picamera2"
DEVICE_TIMEOUT_S = 2.0
LORES_HEIGHT = 300  # what the face detector looks at; motion needs less

# libcamera names a format by its 32-bit word, so that its RGB888 lies in memory as B, G, R.
_TO_BGR = {
    "RGB888": None,
    "BGR888": cv2.COLOR_RGB2BGR,
    "XRGB8888": cv2.COLOR_BGRA2BGR,
    "XBGR8888": cv2.COLOR_RGBA2BGR,
    "YUV420": cv2.COLOR_YUV2BGR_I420,
    "NV12": cv2.COLOR_YUV2BGR_NV12,
}
_BYTES = {"RGB888": 3, "BGR888": 3, "XRGB8888": 4, "XBGR8888": 4}  # a pixel, of the packed ones
_PLANAR = frozenset(_TO_BGR) - frozenset(_BYTES)

_log = logging.getLogger(__name__)


def is_installed() -> bool:
    """Whether this Python finds Picamera2; it is not imported."""
    return importlib.util.find_spec(PACKAGE) is not None


class Picamera2Camera:
    """Two streams of each frame: BGR for the display, a small one for detection and motion.

    The camera's buffers are copied out and given back at once: the Pi has few of them, and
    reading this memory twice is slow. Frames carry the time at which the sensor began to read
    them, and come mirrored where the camera can do that.
    """

    live = True
    fps: float | None = None

    def __init__(
        self,
        *,
        width: int | None = None,
        height: int | None = None,
        fps: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Open the first camera on a ribbon cable; 640x480 at 30 frames a second by default.

        Raises DependencyError without Picamera2, CameraError when there is no such camera.
        """
        library = import_library()
        self._clock = clock
        self._transform = importlib.import_module("libcamera").Transform
        self._device = _open(library)
        try:
            self._configure(width or 640, height or 480, fps or 30.0)
        except RuntimeError as error:
            self._device.close()
            raise CameraError(f"camera picamera2: {error}; try another size") from error

    def __iter__(self) -> Iterator[Frame]:
        """See `Camera`."""
        index = 0
        while True:
            try:
                # Picamera2 keeps the newest finished frame only; older ones it has given back.
                request = self._device.capture_request(wait=DEVICE_TIMEOUT_S)
            except (FutureTimeoutError, RuntimeError) as error:
                raise CameraError(
                    "camera picamera2: stopped delivering; check its ribbon cable"
                ) from error
            try:
                pixels = request.make_buffer("main")
                lores = LoresBuffer(request.make_buffer("lores"), self._lores)
                sensor_ns = request.get_metadata().get("SensorTimestamp")
            finally:
                request.release()
            now = self._clock()
            # Not in the future: a clock that counts suspended time too may run ahead of ours.
            captured_s = now if sensor_ns is None else min(now, sensor_ns / 1e9)
            image = to_bgr(pixels, self._main)
            yield Frame(image, index, captured_s, lores, self._mirrored)
            index += 1

    def close(self) -> None:
        """See `Camera`."""
        self._device.close()

    def _configure(self, width: int, height: int, fps: float) -> None:
        device = self._device
        frame_us = round(1e6 / fps)
        sensor_width, sensor_height = device.sensor_resolution
        device.configure(
            device.create_video_configuration(
                main={"size": (width, height), "format": "RGB888"},
                lores={"size": _lores_size(width, height), "format": "YUV420"},
                # The sensor's mode nearest to a small picture shows only its middle; every Pi
                # camera's mode of half the width shows all and keeps 30 frames a second.
                raw={"size": (sensor_width // 2, sensor_height // 2)},
                transform=self._transform(hflip=True),
                controls={"FrameDurationLimits": (frame_us, frame_us)},
            )
        )
        found = device.camera_configuration()  # what was asked may have been adjusted
        self._main, self._lores = found["main"], found["lores"]
        self._mirrored = bool(found["transform"].hflip)
        for stream, known in ((self._main, _TO_BGR), (self._lores, _PLANAR)):
            if stream["format"] not in known:
                raise RuntimeError(f"gives {stream['format']}, expected one of {', '.join(known)}")
        device.start()
        _log.info("camera picamera2: %s and %s", _describe(self._main), _describe(self._lores))


@dataclass(frozen=True, eq=False)
class LoresBuffer:
    """See `Lores`; `pixels` is the stream's buffer, converted by whoever needs it."""

    pixels: np.ndarray  # (N,) uint8
    stream: Mapping[str, Any]

    @property
    def grey(self) -> Image:
        """See `Lores`."""
        return to_grey(self.pixels, self.stream)

    @property
    def bgr(self) -> Image:
        """See `Lores`."""
        return to_bgr(self.pixels, self.stream)


def to_bgr(pixels: np.ndarray, stream: Mapping[str, Any]) -> Image:
    """A stream's buffer, (N,) uint8, as a picture.

    `stream` has `format`, `size` (width, height) and `stride` (bytes a row, padding included),
    as `camera_configuration()` reports them.
    """
    name, stride = stream["format"], stream["stride"]
    width, height = stream["size"]
    if name in _BYTES:
        used = width * _BYTES[name]
        rows = pixels[: height * stride].reshape(height, stride)[:, :used]
        image: Image = rows.reshape(height, width, _BYTES[name])
    else:
        # Converted with the padding, since a row of YUV420 holds two rows of half the stride.
        image = pixels[: height * 3 // 2 * stride].reshape(-1, stride)
    code = _TO_BGR[name]
    if code is not None:
        image = cv2.cvtColor(image, code)
    return np.ascontiguousarray(image[:, :width])


def to_grey(pixels: np.ndarray, stream: Mapping[str, Any]) -> Image:
    """The brightness plane of a planar stream, (height, width) uint8; arguments as `to_bgr`."""
    width, height = stream["size"]
    rows = pixels[: height * stream["stride"]].reshape(height, stream["stride"])
    return np.ascontiguousarray(rows[:, :width])


def _lores_size(width: int, height: int) -> tuple[int, int]:
    """(width, height) of the small stream: even, in the shape of the large one and not above it."""
    low = min(LORES_HEIGHT, height)
    return width * low // height // 2 * 2, low // 2 * 2


def import_library() -> Any:
    """The module picamera2; raises DependencyError where it is not installed."""
    os.environ.setdefault("LIBCAMERA_LOG_LEVELS", "*:ERROR")
    try:
        return importlib.import_module(PACKAGE)
    except ImportError as error:
        raise DependencyError(
            f"Picamera2 cannot be imported ({error}): sudo apt install python3-picamera2, "
            "then make the environment again with --system-site-packages (delete .venv)"
        ) from error


def _open(library: Any) -> Any:
    # libcamera sees webcams too, but gives them one stream only; OpenCV reads them better.
    cameras = [info for info in library.Picamera2.global_camera_info() if "/usb" not in info["Id"]]
    if not cameras:
        raise CameraError(
            "camera picamera2: none found; check the ribbon cable and rpicam-hello --list-cameras"
        )
    try:
        return library.Picamera2(cameras[0]["Num"])
    except RuntimeError as error:
        raise CameraError(f"camera picamera2: {error}; is another program using it?") from error


def _describe(stream: Mapping[str, Any]) -> str:
    width, height = stream["size"]
    return f"{width}x{height} {stream['format']}"
