"""A QR code as a picture."""

from __future__ import annotations

import cv2
import numpy as np
import segno

from edge.types import Image


def draw_code(text: str, side: int) -> Image:
    """A QR code of `text`, black on white with its quiet zone: (N, N, 3), N at most `side`.

    Each module has the same whole number of pixels, at least one, so that it stays readable.
    """
    # Medium: what a thumb or a reflection hides, up to 15 %, can be restored.
    matrix = segno.make(text, error="m", micro=False).matrix_iter(scale=1, border=4)
    modules = np.where(np.array([list(row) for row in matrix], bool), 0, 255).astype(np.uint8)
    scale = max(1, side // len(modules))
    code = modules.repeat(scale, axis=0).repeat(scale, axis=1)
    return cv2.cvtColor(code, cv2.COLOR_GRAY2BGR)
