"""What cv2.VideoCapture reads: a device (index or path), a video file, a URL."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2

from edge.errors import CameraError
from edge.files import film_name
from edge.quiet import quiet_libraries
from edge.types import Frame

NETWORK_TIMEOUT_MS = 5000
DEVICE_TIMEOUT_S = 2
PLAUSIBLE_FPS = (1.0, 240.0)
DEFAULT_FPS = 30.0
BROKEN = 60  # so many broken pictures in a row, and a live camera counts as stopped
_MJPG = cv2.VideoWriter.fourcc(*"MJPG")

_log = logging.getLogger(__name__)


class OpenCVCamera:
    """A device is live and its frames carry the time of their capture; a file is not."""

    fps: float | None

    def __init__(
        self,
        *,
        source: str,
        width: int | None = None,
        height: int | None = None,
        fps: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Open a device (asking it for this size and rate), a file or a URL (as they are).

        Raises CameraError when it cannot be opened, or a device gives no first frame.
        """
        self._source = source
        self._clock = clock
        device = source.isdecimal() or Path(source).is_char_device()
        try:
            source.encode()
        except UnicodeEncodeError as error:
            raise CameraError(f"camera {source}: its name has to be UTF-8; rename it") from error
        with quiet_libraries():
            self._capture = _open_device(source) if device else _open_stream(source)
        if not self._capture.isOpened():
            raise CameraError(f"camera {source}: {_why_closed(source, device)}")
        self._count = 0 if device else int(self._capture.get(cv2.CAP_PROP_FRAME_COUNT))
        self.live = device or ("://" in source and self._count <= 0)
        if device:
            self._set_up(width, height, fps)
        self.fps = None if self.live else self._file_fps()

    def __iter__(self) -> Iterator[Frame]:
        """See `Camera`."""
        index = broken = 0
        while self._capture.grab() and not (self.live and broken == BROKEN):
            now = self._clock()  # before decoding: closest to the moment of capture
            ok, image = self._capture.retrieve()
            if not ok:
                broken += 1  # a JPEG broken on the cable; the next one comes by itself
                continue
            broken = 0
            yield Frame(image, index, index / self.fps if self.fps else now)
            index += 1
        if self.live:
            raise CameraError(f"camera {self._source}: stopped delivering; is it still plugged in?")
        if index == 0:
            raise CameraError(f"{self._source}: no frame in it can be read")
        # Containers count a few frames more than can be decoded; more than that is damage.
        if index < 0.9 * self._count - 2:
            _log.warning("%s: ends after %d of %d frames", self._source, index, self._count)

    def close(self) -> None:
        """See `Camera`."""
        with quiet_libraries():  # a device that was unplugged complains
            self._capture.release()

    def _set_up(self, width: int | None, height: int | None, fps: float | None) -> None:
        wishes: dict[int, float | None] = {
            # Uncompressed pictures of this size do not fit through USB 2 at full rate.
            cv2.CAP_PROP_FOURCC: _MJPG,
            cv2.CAP_PROP_FRAME_WIDTH: width,
            cv2.CAP_PROP_FRAME_HEIGHT: height,
            cv2.CAP_PROP_FPS: fps,
            cv2.CAP_PROP_BUFFERSIZE: 1,  # stale frames wait in the driver's queue
        }
        capture = self._capture
        for key, value in wishes.items():
            if value is not None:
                capture.set(key, value)
        if not capture.grab():
            capture.release()
            raise CameraError(f"camera {self._source}: opens but delivers nothing; replug it")
        # set() answers True for what it did not do: only reading back tells.
        code, *got = (capture.get(key) for key in list(wishes)[:4])
        if code != _MJPG:
            _log.info("camera %s: no MJPG; a large size may be slow", self._source)
        _log.info("camera %s: %.0fx%.0f at %.0f fps", self._source, *got)

    def _file_fps(self) -> float:
        fps = self._capture.get(cv2.CAP_PROP_FPS)
        low, high = PLAUSIBLE_FPS
        if low <= fps <= high:
            return fps
        _log.warning(
            "%s: says %.3g frames a second; taken for %.0f", self._source, fps, DEFAULT_FPS
        )
        return DEFAULT_FPS


def _open_device(source: str) -> cv2.VideoCapture:
    os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", str(DEVICE_TIMEOUT_S))
    backend = cv2.CAP_V4L2 if sys.platform == "linux" else cv2.CAP_ANY
    index = int(source[:9]) if source.isdecimal() else None  # nine digits: none has more
    return cv2.VideoCapture(source if index is None else index, backend)


def _open_stream(source: str) -> cv2.VideoCapture:
    if "://" not in source:
        return cv2.VideoCapture(film_name(source), cv2.CAP_FFMPEG)
    limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, NETWORK_TIMEOUT_MS]
    limits += [cv2.CAP_PROP_READ_TIMEOUT_MSEC, NETWORK_TIMEOUT_MS]
    return cv2.VideoCapture(source, cv2.CAP_FFMPEG, limits)


def _why_closed(source: str, device: bool) -> str:
    if device:
        path = f"/dev/video{source}" if source.isdecimal() else source
        if not os.path.exists(path):
            return "not there; plug it in, or try --camera demo"
        if not os.access(path, os.R_OK | os.W_OK):
            return "no permission; sudo usermod -aG video $USER, then log in again"
        return "cannot be opened; is another program using it?"
    if "://" in source:
        return "no answer that is a video; check the address"
    if not os.access(source, os.R_OK):
        return "no permission to read it"
    return "not a video that OpenCV can read"
