"""A picture to draw on: text, buttons, pictures, placed by their middle."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np

from edge.blend import Blender
from edge.booth.screens import Event
from edge.displays.letterbox import fit
from edge.lettering import Lettering
from edge.types import Box, Image

GROUND = (74, 48, 34)  # B, G, R
INK = (255, 255, 255)
FAINT = (214, 200, 190)
ACCENT = (72, 170, 250)
DARK = (40, 26, 18)

_LEADING = 1.1  # from line to line, in line heights


class Button(NamedTuple):
    """A place that can be touched."""

    box: Box  # in pixels of the sheet
    event: Event


class Sheet:
    """One screen, (height, width, 3); what can be touched on it is in `buttons`."""

    def __init__(self, width: int, height: int, lettering: Lettering) -> None:
        """Blank, in the ground's colour."""
        self.image: Image = np.full((height, width, 3), GROUND, np.uint8)
        self.buttons: list[Button] = []
        self._lettering = lettering
        self._blender = Blender()

    @property
    def unit(self) -> int:
        """The height of a small line of text in pixels: everything else is told in it."""
        return max(16, min(self.image.shape[0], self.image.shape[1] * 3 // 4) // 24)

    def text(
        self,
        text: str,
        x: float,
        top: float,
        *,
        size: float = 1.0,
        width: float | None = None,
        colour: tuple[int, int, int] = INK,
    ) -> float:
        """Write lines centred on `x`, no wider than `width` pixels; where the next may begin.

        `size` is the line's height in units.
        """
        height, lines = self._lines(text, size, width)
        for line in lines:
            self._blender.lay(
                self.image, self._ink(line, height, colour), *self._at(line, height, x, top)
            )
            top += height * _LEADING
        return top

    def text_height(self, text: str, *, size: float = 1.0, width: float | None = None) -> float:
        """How far below its top `text` would end, in pixels."""
        height, lines = self._lines(text, size, width)
        return len(lines) * height * _LEADING

    def plate(
        self, text: str, x: float, bottom: float, *, size: float = 1.0, width: float | None = None
    ) -> float:
        """Write lines on dark plates, legible on any picture, upon `bottom`; where they begin."""
        height, lines = self._lines(text, size, width)
        top = round(bottom) - len(lines) * height
        for number, line in enumerate(lines):
            place = self._at(line, height, x, top + number * height)
            self._blender.lay(self.image, self._lettering.line(line, height), *place)
        return top

    def button(self, text: str, box: Box, event: Event, *, strong: bool = False) -> None:
        """Draw something to touch."""
        left, top, right, bottom = (round(side) for side in box)
        colour = ACCENT if strong else FAINT
        cv2.rectangle(self.image, (left, top), (right - 1, bottom - 1), colour, -1)
        height = round(self.unit * 1.2)
        while height > 12 and not self._fits(text, height, box.width):
            height -= 1
        x, y = box.center
        ink = self._ink(text, height, DARK)
        self._blender.lay(self.image, ink, round(x - ink.shape[1] / 2), round(y - height / 2))
        self.buttons.append(Button(box, event))

    def picture(self, image: Image, box: Box) -> None:
        """Show a picture as large as fits into `box`."""
        inside = fit(image.shape[1], image.shape[0], int(box.width), int(box.height))
        left, top, right, bottom = (int(side) for side in inside.moved(int(box.left), int(box.top)))
        shrink = right - left < image.shape[1]
        interpolation = cv2.INTER_AREA if shrink else cv2.INTER_LINEAR
        place = self.image[top:bottom, left:right]
        place[:] = cv2.resize(image, (right - left, bottom - top), interpolation=interpolation)

    def _at(self, text: str, height: int, x: float, top: float) -> tuple[int, int]:
        return round(x - self._lettering.line(text, height).shape[1] / 2), round(top)

    def _ink(self, text: str, height: int, colour: tuple[int, int, int]) -> np.ndarray:
        """The letters alone, in a colour, premultiplied (H, W, 4)."""
        mask = self._lettering.line(text, height)[..., :1]
        ink = np.concatenate([mask * (channel / 255) for channel in colour] + [mask], axis=2)
        return np.rint(ink).astype(np.uint8)

    def _fits(self, line: str, height: int, width: float) -> bool:
        return self._lettering.line(line, height).shape[1] <= width

    def _lines(self, text: str, size: float, width: float | None) -> tuple[int, list[str]]:
        """The height of a line in pixels, and the text in lines no wider than `width`."""
        width = self.image.shape[1] if width is None else width
        height = round(self.unit * size)
        # Most are one line: what is tried below is drawn for the others alone.
        if self._fits(text, height, width):
            return height, [text]
        return height, list(self._wrapped(text, height, width))

    def _wrapped(self, text: str, height: int, width: float) -> Iterator[str]:
        """The text in lines that fit, broken between words; within one that is too long."""
        line = ""
        for word in text.split():
            longer = f"{line} {word}".strip()
            if line and not self._fits(longer, height, width):
                yield line
                longer = word
            while len(longer) > 1 and not self._fits(longer, height, width):
                cut = len(longer) - 1
                while cut > 1 and not self._fits(longer[:cut], height, width):
                    cut -= 1
                yield longer[:cut]
                longer = longer[cut:]
            line = longer
        yield line
