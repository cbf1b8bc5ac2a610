"""The one way a picture is read."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from edge.errors import PictureError
from edge.types import Image


def decode_picture(data: bytes) -> Image:
    """Decode JPEG, PNG, WebP, GIF (its first frame) and whatever else OpenCV reads.

    Grey, alpha, 16 bit and CMYK become (H, W, 3) uint8 BGR; EXIF orientation is applied.
    Raises PictureError.
    """
    if not data:
        raise PictureError("the file is empty")
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error as error:
        raise PictureError(f"not a picture that can be read ({error.err})") from error
    if image is None:
        raise PictureError("not a picture that can be read; expected JPEG, PNG, WebP or GIF")
    return image


def read_picture(path: Path) -> Image:
    """Read a file as `decode_picture` does; raises PictureError."""
    try:
        return decode_picture(path.read_bytes())
    except OSError as error:
        raise PictureError(error.strerror or str(error)) from error
