"""Writing output files whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import cv2

from edge.errors import DisplayError
from edge.types import Image


def write_whole(path: Path, data: bytes) -> None:
    """Write a file under another name first, so that a full disk leaves no broken one behind.

    Raises DisplayError.
    """
    partial = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())  # a Pi is switched off at the wall
        os.replace(partial, path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise DisplayError(f"{path}: cannot be written ({error.strerror})") from error


def write_picture(path: Path, image: Image) -> None:
    """Encode by the file's suffix (.png, .jpg) and write; raises DisplayError."""
    ok, encoded = cv2.imencode(path.suffix, image)
    if not ok:
        raise DisplayError(f"{path}: cannot encode a picture of shape {image.shape}")
    write_whole(path, encoded.tobytes())
