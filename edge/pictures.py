"""The one way a picture is read."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from edge.errors import PictureError
from edge.types import Image

MAX_BYTES = 256 * 1024 * 1024
"""Of a file: a film or /dev/zero is not read to its end."""

_UNREADABLE = "no picture that can be read: damaged, cut short, or of another format"


def decode_picture(data: bytes) -> Image:
    """Decode JPEG, PNG, WebP, GIF (its first frame) and whatever else OpenCV reads.

    Grey, 16 bit and CMYK become (H, W, 3) uint8 BGR; EXIF orientation is applied. A transparent
    picture lies on white (as it is stored: no camera takes one), for what its clear pixels hide
    was cut out by somebody. Raises PictureError.
    """
    if not data:
        raise PictureError("the file is empty")
    encoded = np.frombuffer(data, np.uint8)
    try:
        # A JPEG has no alpha.
        image = None if data.startswith(b"\xff\xd8") else _on_white(encoded)
        if image is None:
            image = cv2.imdecode(encoded, cv2.IMREAD_COLOR)
    except cv2.error as error:
        raise PictureError(f"{_UNREADABLE} ({error.err})") from error
    if image is None:
        raise PictureError(_UNREADABLE)
    return image


def _on_white(encoded: np.ndarray) -> Image | None:
    """A picture with clear pixels, on white; None for any other, whose memory is given back."""
    stored = cv2.imdecode(encoded, cv2.IMREAD_UNCHANGED)
    if stored is None or stored.shape[2:] != (4,) or stored.dtype not in (np.uint8, np.uint16):
        return None
    if stored.dtype == np.uint16:
        stored = cv2.convertScaleAbs(stored, alpha=1 / 257)
    if stored[..., 3].min() == 255:
        return None
    opaque = cv2.cvtColor(stored[..., 3], cv2.COLOR_GRAY2BGR)
    image = cv2.multiply(stored[..., :3], opaque, scale=1 / 255)
    return cv2.add(image, cv2.bitwise_not(opaque), dst=image)


def read_picture(path: Path) -> Image:
    """Read a file as `decode_picture` does; raises PictureError."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise PictureError(error.strerror or str(error)) from error
    if len(data) > MAX_BYTES:
        raise PictureError(f"over {MAX_BYTES >> 20} MiB, too large for a picture")
    return decode_picture(data)
