"""The display whose screen is every browser that watches: keeps the newest picture, as JPEG."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import cv2

from edge.errors import DisplayError
from edge.types import Image

QUALITY = 80


class Broadcast:
    """A `Display` for the mirror's thread, and its pictures for the server's threads.

    The mirror pays for a copy of the picture while somebody watches, and for nothing else:
    a picture is encoded by the first watcher that asks for it, once for all of them. When the
    last one leaves, it is forgotten: the next to come must not see who stood there before.
    """

    records = False

    def __init__(self) -> None:
        """Nothing has been shown, nobody watches."""
        self._changed = threading.Condition()  # guards the picture, its number, and the count
        self._picture: Image | None = None
        self._number = 0
        self._watchers = 0
        self._closed = False
        self._encoding = threading.Lock()  # guards the JPEG
        self._jpeg = (0, b"")

    @property
    def watchers(self) -> int:
        """How many watch."""
        return self._watchers

    def show(self, image: Image) -> str | None:
        """See `Display`; "quit" once the server has closed it."""
        if self._watchers:
            picture = image.copy()
            with self._changed:
                if self._watchers:  # they may have left meanwhile
                    self._picture = picture
                    self._number += 1
                    self._changed.notify_all()
        return "quit" if self._closed else None

    def close(self) -> None:
        """See `Display`; wakes everyone who waits."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    @contextmanager
    def watching(self) -> Iterator[int]:
        """Count one watcher; the number of the last picture before it came."""
        with self._changed:
            self._watchers += 1
            number = self._number
        try:
            yield number
        finally:
            with self._changed:
                self._watchers -= 1
                if not self._watchers:
                    with self._encoding:
                        self._picture, self._jpeg = None, (0, b"")

    def newest(self, after: int, timeout_s: float) -> tuple[int, bytes] | None:
        """(number, JPEG) of the newest picture, once it is newer than number `after`.

        For who is `watching`. None when none came within `timeout_s` seconds. Raises DisplayError.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._number > after or self._closed, timeout_s)
            number, picture = self._number, self._picture
        if number <= after or picture is None:
            return None
        with self._encoding:
            if self._jpeg[0] < number:
                ok, jpeg = cv2.imencode(".jpg", picture, (cv2.IMWRITE_JPEG_QUALITY, QUALITY))
                if not ok:
                    raise DisplayError(f"cannot encode a picture of shape {picture.shape}")
                self._jpeg = number, jpeg.tobytes()
            return self._jpeg
