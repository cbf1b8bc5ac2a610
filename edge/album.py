"""Pictures that are kept, written beside the display: encoding and a slow card would hold it up."""

from __future__ import annotations

import itertools
import time
from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path

from edge.errors import DisplayError
from edge.files import write_picture
from edge.types import Image

_WAITING = 4  # so many pictures wait at most, then `save` does: each is a whole frame


class Album:
    """Writes pictures into the working folder, one after the other."""

    def __init__(self) -> None:
        """Begin at once."""
        self._thread = ThreadPoolExecutor(1, "album")
        self._saving: deque[Future[Path]] = deque()

    def save(self, picture: Image) -> None:
        """Write a copy of (H, W, 3) uint8 BGR as mirror-DATE-TIME.png; `finished` tells how."""
        waiting = [saving for saving in self._saving if not saving.done()]
        if len(waiting) >= _WAITING:
            wait(waiting, return_when=FIRST_COMPLETED)
        stem = time.strftime("mirror-%Y%m%d-%H%M%S")
        self._saving.append(self._thread.submit(_write, stem, picture.copy()))

    def finished(self) -> list[Path | DisplayError]:
        """Of the pictures that are through since the last call: the file, or why there is none."""
        outcomes: list[Path | DisplayError] = []
        while self._saving and self._saving[0].done():
            try:
                outcomes.append(self._saving.popleft().result())
            except DisplayError as error:
                outcomes.append(error)
        return outcomes

    def close(self) -> None:
        """Wait until all is written."""
        self._thread.shutdown()


def _write(stem: str, picture: Image) -> Path:
    path = _unused(stem)
    write_picture(path, picture)
    return path


def _unused(stem: str) -> Path:
    """The picture's file: numbered when the second has one already."""
    path = Path(f"{stem}.png")
    for number in itertools.count(2):
        if not path.exists():
            break
        path = Path(f"{stem}-{number}.png")
    return path
