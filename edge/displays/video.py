"""A video file of what the mirror would have shown, and its last picture beside it."""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import cv2

from edge.displays.letterbox import Letterbox
from edge.errors import DisplayError
from edge.files import film_name, same_file, write_picture
from edge.quiet import quiet_libraries
from edge.types import Image

LIVE_FPS = 30.0
MIN_FREE_BYTES = 16_000_000  # stop while there is still room to complete the file
_CODEC = cv2.VideoWriter.fourcc(*"mp4v")

_log = logging.getLogger(__name__)


class VideoDisplay:
    """Writes FILE.partial.mp4, and gives it its name when it is complete; then FILE.png.

    With a rate, each picture is one frame. Without (a live camera), the file runs at 30 frames a
    second and each picture stays for as long as it was shown.
    """

    records = True

    def __init__(
        self,
        *,
        path: Path,
        fps: float | None = None,
        source: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`source`: what the camera reads, which is never written over.

        Raises DisplayError when no file can be made there.
        """
        if os.path.isdir(path):
            raise DisplayError(f"{path}: is a folder; name a file in it")
        if not os.access(path.parent, os.W_OK):
            why = "may not be written" if os.path.isdir(path.parent) else "does not exist"
            raise DisplayError(f"{path}: the folder {path.parent} {why}")
        self._path = path
        self._partial = path.with_suffix(f".partial{path.suffix}")
        self._picture = path.with_suffix(".png")
        for file in (self._path, self._partial, self._picture):
            if source is not None and same_file(file, source):
                raise DisplayError(f"{file}: the camera reads it; name another film to write")
        try:
            film_name(self._partial)
        except UnicodeEncodeError as error:
            raise DisplayError(f"{path}: a film's name has to be UTF-8; name another") from error
        # Beside an earlier film it is that film's; a picture on its own, or one of a folder that
        # the camera reads, is somebody else's.
        read = source is not None and same_file(path.parent, source)
        self._foreign = self._picture.exists() and (read or not self._path.exists())
        self._live = fps is None
        self._fps = fps or LIVE_FPS
        self._clock = clock
        self._letterbox = Letterbox()
        self._writer: cv2.VideoWriter | None = None
        self._size = (0, 0)
        self._start_s = 0.0
        self._written = 0
        self._last: Image | None = None

    def show(self, image: Image) -> str | None:
        """See `Display`; a picture of another size than the first is fitted into its size."""
        now = self._clock()
        if self._writer is None:
            self._writer = self._open(image)
            self._start_s = now
        due = int((now - self._start_s) * self._fps) if self._live else self._written
        while self._last is not None and self._written < due:
            self._write(self._last)
        self._last = self._letterbox(image, *self._size).copy()
        if self._written == due:
            self._write(self._last)
        return None  # nobody can press a key

    def close(self) -> None:
        """See `Display`; a file that turns out incomplete is removed, and that is an error."""
        if self._writer is None or self._last is None:
            return
        self._writer.release()
        self._writer = None
        # The writer tells nothing of a full disk: only reading the file back does.
        with quiet_libraries():
            check = cv2.VideoCapture(film_name(self._partial), cv2.CAP_FFMPEG)
        found = int(check.get(cv2.CAP_PROP_FRAME_COUNT))
        check.release()
        if found < self._written:
            self._partial.unlink(missing_ok=True)
            raise DisplayError(f"{self._path}: could not be completed; is the disk full?")
        os.replace(self._partial, self._path)
        if self._foreign:
            _log.warning("%s: was there before, and is kept", self._picture)
        else:
            write_picture(self._picture, self._last)
        _log.info("wrote %s: %d frames", self._path, self._written)

    def _open(self, image: Image) -> cv2.VideoWriter:
        # The codec halves its colour planes: sides must be even.
        self._size = image.shape[1] & ~1, image.shape[0] & ~1
        if not all(self._size):
            raise DisplayError(
                f"{self._path}: expected pictures of 2x2 pixels or more, "
                f"got {image.shape[1]}x{image.shape[0]}"
            )
        if self._full():
            need = MIN_FREE_BYTES // 1_000_000
            raise DisplayError(f"{self._path}: the disk is full: {need} MB have to be free")
        with quiet_libraries():
            writer = cv2.VideoWriter(
                film_name(self._partial), cv2.CAP_FFMPEG, _CODEC, self._fps, self._size
            )
        if not writer.isOpened():
            self._partial.unlink(missing_ok=True)
            raise DisplayError(f"{self._path}: cannot be written; is the disk full?")
        return writer

    def _full(self) -> bool:
        return shutil.disk_usage(self._path.parent).free < MIN_FREE_BYTES

    def _write(self, image: Image) -> None:
        if self._written and self._written % 30 == 0 and self._full():
            raise DisplayError(f"{self._path}: the disk is full; what was shown so far is kept")
        assert self._writer is not None
        self._writer.write(image)
        self._written += 1
