"""Many pictures in: for each a line of output, its emoticons and its result as files."""

from __future__ import annotations

import json
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


def run_photos(
    pictures: Sequence[Path], out: Path, *, detector: str, artwork: str, as_json: bool
) -> Iterator[tuple[str, bool]]:
    """Turn pictures into emoticons: for each its line of output and whether it could be read.

    Writes NAME.png for the one face of a picture, NAME-1.png ... for several, and
    NAME_result.jpg. Raises MirrorError when nothing can be done at all.
    """
    cv2.setNumThreads(1)
    finder = create_detector(detector, min_score=APPEAR)
    cascade = Cascade(load_tree(MODELS))
    drawings = load_artwork(artwork)
    taken: set[str] = set()
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
            name = _unused(path.stem, taken)
            emoticons = [draw_emoticon(portrait, drawings) for portrait in portraits]
            for number, (face, emoticon) in enumerate(zip(answer["faces"], emoticons, strict=True)):
                suffix = f"-{number + 1}" if len(emoticons) > 1 else ""
                face["emoticon"] = str(out / f"{name}{suffix}.png")
                write_picture(Path(face["emoticon"]), emoticon)
            answer["result"] = str(out / f"{name}_result.jpg")
            write_picture(Path(answer["result"]), draw_result(image, emoticons))
        yield _line(answer, as_json), True


def _unused(stem: str, taken: set[str]) -> str:
    """`stem`, numbered when another picture of this run has the same one."""
    name, number = stem, 2
    while name in taken:
        name, number = f"{stem}_{number}", number + 1
    taken.add(name)
    return name


def _line(answer: dict[str, Any], as_json: bool) -> str:
    """What is printed for one picture."""
    if as_json:
        return json.dumps(answer, ensure_ascii=False)
    what = "; ".join(
        ", ".join(f"{name} {value['label']}" for name, value in face["attributes"].items())
        for face in answer["faces"]
    )
    parts = [f"{answer['picture']}: {answer['status']}"]
    parts += [f"({answer['error']})"] if "error" in answer else []
    parts += [what] if what else []
    parts += [f"-> {answer['result']}"] if "result" in answer else []
    return " ".join(parts)
