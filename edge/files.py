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

    What a link leads to is written. Raises DisplayError; so it does for what is no file of bytes,
    as a device, which would be replaced.
    """
    if path.exists() and not path.is_file():
        raise DisplayError(f"{path}: cannot be written (it is no regular file)")
    target = Path(os.path.realpath(path)) if path.is_symlink() else path
    # Of this process alone: two may write the same file.
    partial = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())  # a Pi is switched off at the wall
        os.replace(partial, target)
    except (FileExistsError, NotADirectoryError) as error:
        taken = next(above for above in target.parents if above.exists())
        raise DisplayError(f"{path}: cannot be written ({taken} is no folder)") from error
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise DisplayError(f"{path}: cannot be written ({error.strerror})") from error


def same_file(one: Path | str, other: Path | str) -> bool:
    """Whether both names are of one file that is there."""
    return os.path.exists(one) and os.path.exists(other) and os.path.samefile(one, other)


def film_name(path: Path | str) -> str:
    """As OpenCV and FFmpeg have to be told a film's name.

    Absolute, for they take what stands before a colon for a protocol. Raises UnicodeEncodeError
    for a name that is not UTF-8, on which OpenCV crashes.
    """
    name = os.path.abspath(path)
    name.encode()
    return name


def write_picture(path: Path, image: Image) -> None:
    """Encode by the file's suffix (.png, .jpg) and write; raises DisplayError."""
    ok, encoded = cv2.imencode(path.suffix, image)
    if not ok:
        raise DisplayError(f"{path}: cannot encode a picture of shape {image.shape}")
    write_whole(path, encoded.tobytes())
