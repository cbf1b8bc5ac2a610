"""The pictures and clips that the detector is measured on; none of them calibrated it."""

from __future__ import annotations

import csv
import json
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import cv2

from edge.errors import ConfigError
from edge.pictures import read_picture
from edge.types import Box, Image

BOXES, LABELS, CLIPS = "boxes.json", "labels.csv", "clips.csv"


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture and what is known of its faces."""

    image: Image
    faces: int
    boxes: tuple[Box, ...] = ()  # of every face, where they are known
    mask: str = ""  # the labels' own words
    glasses: str = ""


@dataclass(frozen=True)
class Material:
    """All of it; the clips are read when they are needed."""

    boxed: tuple[Picture, ...]
    photos: tuple[Picture, ...]
    close: tuple[Picture, ...]  # of one face each, with a mask or sunglasses
    clips: tuple[Path, ...]


def read_material(paths: Sequence[Path], stack: ExitStack) -> Material:
    """Read zips or folders, each told by what is in it; zips are unpacked as long as `stack`.

    Raises ConfigError and PictureError.
    """
    boxed: list[Picture] = []
    photos: list[Picture] = []
    close: list[Picture] = []
    clips: list[Path] = []
    for path in paths:
        folder = _unpacked(path, stack)
        if (folder / BOXES).exists():
            boxed += _boxed(folder)
        elif (folder / CLIPS).exists():
            clips += [folder / row["path"] for row in _rows(folder / CLIPS)]
        elif (folder / LABELS).exists():
            rows = _rows(folder / LABELS)
            if rows and "split" in rows[0]:
                close += _close(folder, rows)
            else:
                photos += _photos(folder, rows)
        else:
            raise ConfigError(f"{path}: expected {BOXES}, {CLIPS} or {LABELS} in it")
    if not (boxed and photos and clips):
        raise ConfigError(f"--data: expected sets with {BOXES}, {CLIPS} and {LABELS}")
    return Material(tuple(boxed), tuple(photos), tuple(close), tuple(clips))


def read_frames(clip: Path, most: int) -> Iterator[Image]:
    """The first frames of a clip."""
    capture = cv2.VideoCapture(str(clip))
    try:
        for _ in range(most):
            ok, image = capture.read()
            if not ok:
                break
            yield image
    finally:
        capture.release()


def _unpacked(path: Path, stack: ExitStack) -> Path:
    if path.is_dir():
        return path
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    try:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(folder)
    except (OSError, zipfile.BadZipFile) as error:
        raise ConfigError(f"{path}: expected a zip or a folder ({error})") from error
    return folder


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _boxed(folder: Path) -> list[Picture]:
    try:
        boxes = {
            name: tuple(Box(x, y, x + w, y + h) for x, y, w, h in entry["boxes_xywh"])
            for name, entry in json.loads((folder / BOXES).read_text(encoding="utf-8")).items()
        }
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ConfigError(
            f"{folder / BOXES}: expected a boxes_xywh, a list of [x, y, w, h], for each picture"
        ) from error
    return [Picture(read_picture(folder / n), len(known), known) for n, known in boxes.items()]


def _photos(folder: Path, rows: Sequence[dict[str, str]]) -> list[Picture]:
    """Those whose number of faces is known."""
    rows = [row for row in rows if row.get("faces")]
    for row in rows:
        if not row["faces"].isdecimal():
            raise ConfigError(f"{folder / LABELS}: faces: expected a number, got {row['faces']!r}")
    return [
        Picture(
            read_picture(folder / row["path"]),
            int(row["faces"]),
            mask=row.get("mask", ""),
            glasses=row.get("glasses", ""),
        )
        for row in rows
    ]


def _close(folder: Path, rows: Sequence[dict[str, str]]) -> list[Picture]:
    """Of the val split: faces with a mask or with sunglasses."""
    return [
        Picture(
            read_picture(folder / row["path"]),
            1,
            mask=row.get("mask", ""),
            glasses=row.get("glasses", ""),
        )
        for row in rows
        if row["split"] == "val" and (row.get("glasses") == "sunglasses" or row.get("mask") == "1")
    ]
