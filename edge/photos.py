"""Many pictures in: for each a line of output, its emoticons and its result as files."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import cv2

from edge.artwork import load_artwork
from edge.cascade import Cascade
from edge.detectors import create_detector
from edge.errors import PictureError
from edge.files import write_picture
from edge.paths import MODELS
from edge.photo import describe, draw_emoticon, draw_result, find_portraits, status_of
from edge.pictures import read_picture
from edge.tracker import APPEAR
from edge.tree import load_tree

_LONGEST_STEM = 225  # bytes; a file's name has 255, and numbers and suffixes are added


def run_photos(
    pictures: Sequence[Path], out: Path, *, detector: str, artwork: str, as_json: bool
) -> Iterator[tuple[str, bool]]:
    """Turn pictures into emoticons: for each its line of output and whether it could be read.

    Writes NAME.png for the one face of a picture, NAME-1.png ... for several, and
    NAME_result.jpg; NAME is the picture's own, numbered where a file of this run has that name,
    or any file of the pictures' own folder. Raises MirrorError when nothing can be done at all.
    """
    cv2.setNumThreads(1)
    finder = create_detector(detector, min_score=APPEAR)
    cascade = Cascade(load_tree(MODELS))
    drawings = load_artwork(artwork)
    taken = {path.resolve() for path in pictures}
    if out.is_dir() and out.resolve() in {path.parent.resolve() for path in pictures}:
        taken |= {path.resolve() for path in out.iterdir()}
    for path in pictures:
        answer: dict[str, Any] = {"picture": str(path)}
        try:
            image = read_picture(path)
        except PictureError as error:
            answer |= {"status": "unreadable", "error": str(error), "faces": []}
            yield _line(answer, as_json), False
            continue
        portraits = find_portraits(image, finder, cascade)
        answer["status"] = status_of(portraits)
        answer["faces"] = [describe(portrait) for portrait in portraits]
        if portraits:
            *files, result = _files(out, path.stem, len(portraits), taken)
            emoticons = [draw_emoticon(portrait, drawings) for portrait in portraits]
            for face, file, emoticon in zip(answer["faces"], files, emoticons, strict=True):
                face["emoticon"] = str(file)
                write_picture(file, emoticon)
            answer["result"] = str(result)
            boxes = [portrait.face.box for portrait in portraits]
            write_picture(result, draw_result(image, boxes, emoticons))
        yield _line(answer, as_json), True


def _files(out: Path, stem: str, faces: int, taken: set[Path]) -> list[Path]:
    """Where a picture's emoticons and its result go: none of them in `taken`, which grows."""
    while len(os.fsencode(stem)) > _LONGEST_STEM:
        stem = stem[:-1]
    suffixes = [".png"] if faces == 1 else [f"-{number}.png" for number in range(1, faces + 1)]
    for number in itertools.count(1):
        name = stem if number == 1 else f"{stem}_{number}"
        files = [out / f"{name}{suffix}" for suffix in (*suffixes, "_result.jpg")]
        resolved = {file.resolve() for file in files}
        if not resolved & taken:
            break
    taken |= resolved
    return files


def _line(answer: dict[str, Any], as_json: bool) -> str:
    """What is printed for one picture."""
    if as_json:
        return json.dumps(answer)  # ASCII: not every output can hold what a name does
    what = "; ".join(
        ", ".join(f"{name} {value['label']}" for name, value in face["attributes"].items())
        for face in answer["faces"]
    )
    parts = [f"{answer['picture']}: {answer['status']}"]
    parts += [f"({answer['error']})"] if "error" in answer else []
    parts += [what] if what else []
    files = [face["emoticon"] for face in answer["faces"]]
    parts += [f"-> {', '.join([*files, answer['result']])}"] if files else []
    return " ".join(parts)
