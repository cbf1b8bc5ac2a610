"""C libraries print to stderr what our own messages say better, or nobody needs."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator

import cv2

_STDERR = threading.Lock()
"""There is one for all threads: whoever else would silence it waits until it speaks again."""

_LEVEL = threading.Lock()  # guards the next two
_silent = 0  # how many have OpenCV silent: opening a device may hang, so nobody waits for another
_level = 0  # OpenCV's own, before the first of them


@contextlib.contextmanager
def quiet_libraries() -> Iterator[None]:
    """Keep them silent while a file or device is opened, FFmpeg from then on."""
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # read once, when FFmpeg is first used
    global _silent, _level
    with _LEVEL:
        _silent += 1
        if _silent == 1:
            _level = cv2.utils.logging.getLogLevel()
            cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    try:
        yield
    finally:
        with _LEVEL:
            _silent -= 1
            if _silent == 0:
                cv2.utils.logging.setLogLevel(_level)


@contextlib.contextmanager
def quiet_stderr() -> Iterator[None]:
    """Keep C libraries that have no log level of their own silent; errors still raise."""
    with _STDERR:
        kept = os.dup(2)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, 2)
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            os.close(nowhere)
