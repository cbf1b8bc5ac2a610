"""The one way a face is cut out of a picture: for recognition, for training, for evaluation."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from edge.types import Box, Image


@dataclass(frozen=True)
class CropSpec:
    """A square window tied to the detector's box; lengths in units of the box's longer side."""

    size: int  # side of the resulting crop, in pixels
    side: float  # side of the window
    down: float = 0.0  # how far its centre lies below the box's centre (negative: above)


def crop_window(box: Box, spec: CropSpec) -> Box:
    """The square of the picture that `spec` takes for a face in `box`; may leave the picture."""
    unit = max(box.width, box.height)
    half = unit * spec.side / 2
    x, y = box.center
    y += unit * spec.down
    return Box(x - half, y - half, x + half, y + half)


def crop_face(image: Image, box: Box, spec: CropSpec) -> Image:
    """Cut a face out, square, `spec.size` pixels a side; (size, size, 3) uint8 BGR.

    Beyond the picture's border its edge pixels are repeated. Shrinking averages the area
    (as a camera further away would), enlarging is bilinear.
    """
    height, width = image.shape[:2]
    window = crop_window(box, spec)
    left, top = round(window.left), round(window.top)
    side = max(1, round(window.width))
    right, bottom = left + side, top + side
    inside = image[
        min(max(top, 0), height - 1) : min(max(bottom, 1), height),
        min(max(left, 0), width - 1) : min(max(right, 1), width),
    ]
    if inside.shape[:2] != (side, side):
        pad_top = min(max(-top, 0), side - 1)
        pad_left = min(max(-left, 0), side - 1)
        inside = inside[: side - pad_top, : side - pad_left]
        inside = cv2.copyMakeBorder(
            inside,
            pad_top,
            side - pad_top - inside.shape[0],
            pad_left,
            side - pad_left - inside.shape[1],
            cv2.BORDER_REPLICATE,
        )
    shrink = side > spec.size
    return np.asarray(
        cv2.resize(
            inside,
            (spec.size, spec.size),
            interpolation=cv2.INTER_AREA if shrink else cv2.INTER_LINEAR,
        )
    )
