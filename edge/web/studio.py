"""Pictures in, emoticons out: one thread, and the places in front of it."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import anyio
import cv2

from edge.artwork import load_artwork
from edge.cascade import Cascade
from edge.detectors import create_detector
from edge.errors import PictureError
from edge.paths import MODELS
from edge.photo import describe, draw_emoticon, find_portraits, status_of
from edge.pictures import decode_picture
from edge.tracker import APPEAR
from edge.tree import load_tree
from edge.web.formats import read_header
from edge.web.refusal import Refusal, busy

MAX_PIXELS = 25_000_000
"""Decoded, such a picture takes 75 MB."""

PLACES = 16
"""Requests taken in at a time, from the first byte of the picture to the answer."""

WORK_S = 30.0
"""A picture is answered within this, or the request refused."""


@dataclass(frozen=True)
class Answer:
    """What was found on one picture."""

    status: str  # ok, no_face or multiple_faces
    width: int  # of the picture, upright, in pixels
    height: int
    faces: list[dict[str, Any]]  # as `photo --json` tells them, from left to right
    emoticons: list[bytes]  # for each face a PNG

    def as_json(self) -> dict[str, Any]:
        """As JSON-ready data; the emoticons are data URLs."""
        urls = (f"data:image/png;base64,{base64.b64encode(p).decode()}" for p in self.emoticons)
        return {
            "status": self.status,
            "width": self.width,
            "height": self.height,
            "faces": [
                {**face, "emoticon": url} for face, url in zip(self.faces, urls, strict=True)
            ],
        }


class Studio:
    """Owns the models of the photographs; used from the event loop."""

    def __init__(self, *, detector: str, artwork: str) -> None:
        """Load everything; raises MirrorError."""
        cv2.setNumThreads(1)
        self._detector = create_detector(detector, min_score=APPEAR)
        self._cascade = Cascade(load_tree(MODELS))
        self._artwork = load_artwork(artwork)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="studio")
        self._taken = 0

    @property
    def labels(self) -> dict[str, list[str]]:
        """Every attribute and the labels it may have."""
        tree = self._cascade.tree
        labels: dict[str, list[str]] = {}
        for node in tree.nodes:
            known = labels.setdefault(node.attribute, [])
            known += [label for label in tree.cards[node.name].labels if label not in known]
        return labels

    @contextmanager
    def place(self) -> Iterator[None]:
        """Take a place for one request; raises Refusal when all are taken."""
        if self._taken >= PLACES:
            raise busy(f"{PLACES} pictures are waiting already")
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1

    async def answer(self, data: bytes) -> Answer:
        """What is on the picture in a file of these bytes; raises Refusal."""
        future = self._thread.submit(self._work, data)
        try:
            with anyio.fail_after(WORK_S):
                return await asyncio.wrap_future(future)
        except TimeoutError:
            raise busy(f"the picture was not done within {WORK_S:.0f} s") from None

    def close(self) -> None:
        """End the thread when it is done with its picture."""
        self._thread.shutdown(cancel_futures=True)

    def _work(self, data: bytes) -> Answer:
        try:
            header = read_header(data)
            if header is None:
                raise Refusal(415, "wrong_type", "expected a JPEG, PNG, WebP or GIF picture")
            pixels = header.width * header.height
            if pixels > MAX_PIXELS:
                raise Refusal(
                    413, "too_large", f"expected at most {MAX_PIXELS} pixels, got {pixels}"
                )
            image = decode_picture(data)
        except PictureError as error:
            raise Refusal(422, "unreadable", str(error)) from None
        portraits = find_portraits(image, self._detector, self._cascade)
        return Answer(
            status=status_of(portraits),
            width=image.shape[1],
            height=image.shape[0],
            faces=[describe(portrait) for portrait in portraits],
            emoticons=[
                cv2.imencode(".png", draw_emoticon(portrait, self._artwork))[1].tobytes()
                for portrait in portraits
            ],
        )
