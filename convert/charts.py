"""Confusion matrices as pictures."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from edge.types import Image

_CELL, _LEFT, _TOP = 64, 110, 40
_INK, _PAPER, _FULL = (40, 40, 40), (255, 255, 255), (150, 90, 20)
_FONT = cv2.FONT_HERSHEY_SIMPLEX


def draw_confusion(counts: Sequence[Sequence[int]], labels: Sequence[str]) -> Image:
    """Rows: the true labels; columns: the answers; each cell: its share of the row in percent."""
    table = np.asarray(counts, float)
    shares = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    n = len(labels)
    image = np.full((_TOP + n * _CELL + 1, _LEFT + n * _CELL + 1, 3), _PAPER, np.uint8)
    for i, label in enumerate(labels):
        middle = _CELL * i + _CELL // 2
        _write(image, label, (_LEFT - 8, _TOP + middle + 4))
        _write(image, label[:8], (_LEFT + middle + 28, _TOP - 12))
        for j in range(n):
            share = shares[i, j]
            x, y = _LEFT + j * _CELL, _TOP + i * _CELL
            colour = [p + (f - p) * share for p, f in zip(_PAPER, _FULL, strict=True)]
            cv2.rectangle(image, (x, y), (x + _CELL, y + _CELL), colour, -1)
            cv2.rectangle(image, (x, y), (x + _CELL, y + _CELL), (225, 225, 225), 1)
            ink = _PAPER if share > 0.5 else _INK
            _write(image, f"{share:.0%}", (x + 48, y + 37), ink=ink)
    return image


def _write(
    image: Image,
    text: str,
    place: tuple[int, int],
    ink: tuple[int, int, int] = _INK,
) -> None:
    """Put text that ends at `place`."""
    (width, _), _ = cv2.getTextSize(text, _FONT, 0.42, 1)
    cv2.putText(image, text, (place[0] - width, place[1]), _FONT, 0.42, ink, 1, cv2.LINE_AA)
