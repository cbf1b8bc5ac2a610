"""A folder of pictures as a film, in natural order: 2.jpg before 10.jpg."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path

from edge.errors import CameraError, PictureError
from edge.pictures import read_picture
from edge.types import Frame

SUFFIXES = frozenset({".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"})

SHOWN = 60
"""Each picture is so many frames: what is found in one of them is painted on the next."""

_log = logging.getLogger(__name__)


def natural_key(path: Path) -> list[tuple[int, str]]:
    """Sorts numbers in names by their value and letters without regard to case."""
    parts = re.split(r"(\d+)", path.name.lower())
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


class ImagesCamera:
    """Each readable picture of a folder for 2 s; the others are named in the log and left out."""

    live = False
    fps = 30.0

    def __init__(
        self,
        *,
        source: str,
        width: int | None = None,
        height: int | None = None,
        fps: float | None = None,
    ) -> None:
        """The size and the rate are not obeyed: each picture keeps its own and stays a while.

        Raises CameraError when the folder cannot be listed or holds no picture file.
        """
        self._folder = folder = Path(source)
        try:
            files = [path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES]
        except OSError as error:
            raise CameraError(f"{folder}: cannot be listed ({error.strerror})") from error
        if not files:
            raise CameraError(
                f"{folder}: no pictures in it (expected {', '.join(sorted(SUFFIXES))})"
            )
        self._files = sorted(files, key=natural_key)

    def __iter__(self) -> Iterator[Frame]:
        """See `Camera`; raises CameraError when not one picture was readable."""
        index = 0
        for shot, path in enumerate(self._files):
            try:
                image = read_picture(path)
            except PictureError as error:
                _log.warning("%s: left out: %s", path, error)
                continue
            for _ in range(SHOWN):
                yield Frame(image.copy(), index, index / self.fps, shot=shot)
                index += 1
        if index == 0:
            raise CameraError(
                f"{self._folder}: none of its {len(self._files)} pictures is readable"
            )

    def close(self) -> None:
        """See `Camera`."""
