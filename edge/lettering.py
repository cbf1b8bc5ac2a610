"""Lines of text as pictures, legible on any ground: white on a dark, half clear plate.

Plain English needs nothing but OpenCV; other scripts need Pillow and a font.
"""

from __future__ import annotations

import functools
import importlib.util
import os
from collections import OrderedDict
from pathlib import Path

import cv2
import numpy as np

_PLATE = 176  # of 255: the plate's opacity
_PADDING = 0.4  # beside the text, in line heights
_KEPT = 64  # lines
_FINER = 4
_ANY_SCRIPT = "가"
_HERSHEY = cv2.FONT_HERSHEY_SIMPLEX

_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "C:/Windows/Fonts",
)
_FONTS = (
    "NanumGothicBold.ttf",  # Debian: fonts-nanum
    "NotoSansCJK-Bold.ttc",  # Debian: fonts-noto-cjk
    "NotoSansKR-Bold.*",
    "AppleSDGothicNeo.ttc",
    "malgunbd.ttf",
)
_FONT_PACKAGE = "koreanize_matplotlib"  # a wheel that carries NanumGothic (OFL)


@functools.cache
def find_font() -> Path | None:
    """A font with Hangul and Latin: of the system, else of the wheel in the `text` extra."""
    # Unlike Path's, this expanduser raises nothing for a user without a home.
    folders = [Path(os.path.expanduser(folder)) for folder in _FOLDERS]
    package = importlib.util.find_spec(_FONT_PACKAGE)
    if package is not None and package.submodule_search_locations:
        folders.append(Path(next(iter(package.submodule_search_locations))))
    found = (path for folder in folders for name in _FONTS for path in folder.rglob(name))
    return next(found, None)


def can_write(text: str) -> bool:
    """Whether a line can be written as it is, without `?` for what no font here has."""
    if text.isascii():
        return True
    return importlib.util.find_spec("PIL") is not None and find_font() is not None


class Lettering:
    """Writes lines and keeps those used last: each is drawn once, not once a frame."""

    def __init__(self, *, font: bool = False) -> None:
        """With `font`, plain English is written with it too, where there is one."""
        self._font = font and can_write(_ANY_SCRIPT)
        self._lines: OrderedDict[tuple[str, int], np.ndarray] = OrderedDict()

    def line(self, text: str, height: int) -> np.ndarray:
        """The text on its plate: (height, W, 4) uint8 B, G, R, A, colours premultiplied."""
        key = (text, height)
        if key not in self._lines:
            self._lines[key] = _on_plate(_mask(text, height, self._font))
            if len(self._lines) > _KEPT:
                self._lines.popitem(last=False)
        self._lines.move_to_end(key)
        return self._lines[key]


def _on_plate(mask: np.ndarray) -> np.ndarray:
    """White through an (H, W) uint8 mask, over black of the plate's opacity."""
    alpha = mask + (255 - mask.astype(np.uint16)) * _PLATE // 255
    return cv2.merge([mask, mask, mask, alpha.astype(np.uint8)])


def _mask(text: str, height: int, font: bool) -> np.ndarray:
    """How much of each pixel the text covers: (height, W) uint8."""
    if font or (not text.isascii() and can_write(text)):
        return _mask_of_font(text, height)
    return _mask_of_strokes(text.encode("ascii", "replace").decode(), height)


def _mask_of_strokes(text: str, height: int) -> np.ndarray:
    """OpenCV's own letters are lines of whole pixels: drawn large, then shrunk."""
    tall = height * _FINER
    thickness = max(1, round(tall / 11))
    scale = cv2.getFontScaleFromHeight(_HERSHEY, round(tall * 0.48), thickness)
    (width, rise), below = cv2.getTextSize(text, _HERSHEY, scale, thickness)
    padding = round(height * _PADDING)
    columns = -(-width // _FINER) + 2 * padding
    mask: np.ndarray = np.zeros((tall, columns * _FINER), np.uint8)
    place = padding * _FINER, (tall + rise - below // 2) // 2
    cv2.putText(mask, text, place, _HERSHEY, scale, 255, thickness, cv2.LINE_AA)
    return cv2.resize(mask, (columns, height), interpolation=cv2.INTER_AREA)


def _mask_of_font(text: str, height: int) -> np.ndarray:
    # Pillow is optional, and slow to import: only who needs it pays.
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.truetype(str(find_font()), round(height * 0.66))
    padding = round(height * _PADDING)
    mask = Image.new("L", (round(font.getlength(text)) + 2 * padding, height))
    ImageDraw.Draw(mask).text((padding, height / 2), text, fill=255, font=font, anchor="lm")
    return np.asarray(mask)
