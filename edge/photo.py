"""One picture in: who is on it, an emoticon for each face, and the picture with them beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from edge.artwork import Artwork, Look
from edge.blend import Blender
from edge.cascade import Cascade
from edge.detectors import Detector
from edge.lettering import Lettering
from edge.prints import doubt_prints
from edge.tracker import APPEAR
from edge.types import Attributes, Box, Face, Image

EMOTICON_SIZE = 512
_FIND_SIDE = 1920  # a larger picture is shrunk to this before faces are looked for
_RESULT_SIDE = 1280
_PAPER = (245, 245, 245)


@dataclass(frozen=True)
class Portrait:
    """One face of a picture and what was recognised."""

    face: Face
    attributes: Attributes


def find_portraits(image: Image, detector: Detector, cascade: Cascade) -> list[Portrait]:
    """Every face of a picture with its attributes, from left to right."""
    height, width = image.shape[:2]
    shrink = min(1.0, _FIND_SIDE / max(height, width))
    small = image
    if shrink < 1.0:
        size = max(1, round(width * shrink)), max(1, round(height * shrink))
        small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    across, down = width / small.shape[1], height / small.shape[0]
    portraits = []
    faces = [face for face in doubt_prints(small, detector.detect(small)) if face.score >= APPEAR]
    for found in sorted(faces, key=lambda face: face.box.left):
        face = Face(found.box.scaled(across, down), found.score)
        portraits.append(Portrait(face, cascade.recognize(image, face.box)))
    return portraits


def status_of(portraits: Sequence[Portrait]) -> str:
    """The report's answer: ok for one face, no_face, or multiple_faces."""
    return ("no_face", "ok")[len(portraits)] if len(portraits) < 2 else "multiple_faces"


def describe(portrait: Portrait) -> dict[str, Any]:
    """A portrait as JSON-ready data; the box is [left, top, right, bottom] in pixels."""
    return {
        "box": [round(side, 1) for side in portrait.face.box],
        "score": round(portrait.face.score, 4),
        "attributes": {
            name: {"label": attribute.label, "score": round(attribute.score, 4)}
            for name, attribute in portrait.attributes.items()
        },
    }


def draw_emoticon(portrait: Portrait, artwork: Artwork) -> np.ndarray:
    """(512, 512, 4) uint8 BGRA, straight alpha: the emoticon on a transparent ground."""
    return artwork.picture(Look.from_attributes(portrait.attributes), EMOTICON_SIZE)


def draw_result(image: Image, boxes: Sequence[Box], emoticons: Sequence[np.ndarray]) -> Image:
    """The picture, at most 1280 pixels a side, with the emoticons in a column to its right.

    `boxes`: the faces that these belong to. Where there are several, each has its number.
    """
    height, width = image.shape[:2]
    shrink = min(1.0, _RESULT_SIDE / max(height, width))
    size = max(1, round(width * shrink)), max(1, round(height * shrink))
    left = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    # A low picture with many faces gets several columns of emoticons, none below 96 pixels.
    tall = max(left.shape[0], 256)
    rows = max(1, min(len(emoticons), tall // 96))
    cell = min(tall // rows, EMOTICON_SIZE)
    columns = -(-len(emoticons) // rows)
    result = np.full((tall, left.shape[1] + columns * cell, 3), _PAPER, np.uint8)
    top = (tall - left.shape[0]) // 2
    lettering, blender = Lettering(), Blender()
    result[top : top + left.shape[0], : left.shape[1]] = left
    for i, (box, emoticon) in enumerate(zip(boxes, emoticons, strict=True)):
        row, column = i % rows, i // rows
        x = left.shape[1] + column * cell
        y = (tall - rows * cell) // 2 + row * cell
        place = result[y : y + cell, x : x + cell]
        small = cv2.resize(emoticon, (cell, cell), interpolation=cv2.INTER_AREA)
        alpha = small[..., 3:].astype(np.float32) / 255
        place[:] = np.rint(small[..., :3] * alpha + place * (1 - alpha)).astype(np.uint8)
        if len(emoticons) > 1:
            number = lettering.line(str(i + 1), max(16, cell // 8))
            blender.lay(result, number, x, y)
            face = box.scaled(size[0] / width, size[1] / height).moved(0, top)
            blender.lay(result, number, round(face.left), round(face.top))
    return result
