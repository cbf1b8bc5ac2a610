"""A labelled set of pictures: a zip or a folder with a labels.csv."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np

from convert.own_labels import completed
from edge.errors import PictureError
from edge.types import Image

Row = Mapping[str, str]
"""One line of labels.csv by column name; an empty value means not known."""

LABELS = "labels.csv"


class PictureSet:
    """The rows of a labels.csv and the pictures they name; a zip and a folder behave alike.

    The rows hold labels of our own too (see own_labels.py), `columns` only what the file has.
    """

    def __init__(self, path: Path) -> None:
        """Open a zip or a folder; raises PictureError where there is no labels.csv."""
        self.path = path
        self._zip: zipfile.ZipFile | None = None
        try:
            if path.is_dir():
                text = (path / LABELS).read_text(encoding="utf-8-sig")
            else:
                self._zip = zipfile.ZipFile(path)
                text = self._zip.read(LABELS).decode("utf-8-sig")
        except (OSError, KeyError, zipfile.BadZipFile, zlib.error, UnicodeDecodeError) as error:
            raise PictureError(
                f"{path}: expected a zip or a folder with a {LABELS} ({error})"
            ) from error
        reader = csv.DictReader(io.StringIO(text))
        self.columns = frozenset(reader.fieldnames or ())
        rows = tuple(reader)
        if not rows or "path" not in self.columns:
            raise PictureError(f"{path}: {LABELS} has no rows, or no column named path")
        self.rows: Sequence[Row] = tuple(completed(row, self._checksum) for row in rows)

    def read(self, name: str) -> bytes:
        """The content of one file; raises PictureError when it is missing or damaged."""
        try:
            if self._zip is not None:
                return self._zip.read(name)
            return (self.path / name).read_bytes()
        except (FileNotFoundError, KeyError) as error:
            raise PictureError(f"{self.path}: {name} is missing") from error
        except (OSError, zipfile.BadZipFile, zlib.error) as error:
            raise PictureError(f"{self.path}: {name} cannot be read ({error})") from error

    def checksum(self, name: str) -> int:
        """The CRC-32 of a file's content, which a zip keeps in its directory."""
        if self._zip is None or name not in self._zip.NameToInfo:
            return zlib.crc32(self.read(name))
        return self._zip.getinfo(name).CRC

    def _checksum(self, name: str) -> int:
        """As `checksum`; -1 for a file that cannot be read, which whoever needs it is told."""
        try:
            return self.checksum(name)
        except PictureError:
            return -1

    def image(self, name: str) -> Image:
        """One decoded picture; raises PictureError when it is not one."""
        return decode(self.read(name), f"{self.path}: {name}")


def decode(content: bytes, name: str) -> Image:
    """Decode a picture file to BGR; `name` is for the PictureError it raises."""
    image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR) if content else None
    if image is None:
        raise PictureError(f"{name} is not a readable picture")
    return image
