"""What a picture file says of itself, read without decoding it."""

from __future__ import annotations

import re
import struct
from typing import NamedTuple

from edge.errors import PictureError

MAX_SCANS = 100
"""A progressive JPEG has about ten scans; each costs a pass over the whole picture."""

_MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])")  # not stuffed, no fill byte, no restart
_SOF = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_TEM, _SOI, _EOI, _SOS = 0x01, 0xD8, 0xD9, 0xDA


class Header(NamedTuple):
    """A picture's format and its size in pixels."""

    format: str
    width: int
    height: int


def read_header(data: bytes) -> Header | None:
    """The header of a JPEG, PNG, GIF or WebP; None for anything else.

    Raises PictureError when it is damaged, or a JPEG of so many scans that it is made to harm.
    """
    try:
        if data.startswith(b"\xff\xd8\xff"):
            return Header("jpeg", *_jpeg_size(data))
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            return Header("png", *_png_size(data))
        if data.startswith((b"GIF87a", b"GIF89a")):
            return Header("gif", *struct.unpack_from("<HH", data, 6))
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return Header("webp", *_webp_size(data))
    except struct.error:
        raise PictureError("the picture ends within its header") from None
    return None


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """From the frame header (ITU-T T.81, B.2.2); walks all segments to count the scans."""
    size = None
    scans = 0
    at = 2
    while (found := _MARKER.search(data, at)) is not None:
        marker, at = found[1][0], found.end()
        if marker == _EOI:
            break
        if marker in (_TEM, _SOI):
            continue
        (length,) = struct.unpack_from(">H", data, at)
        if marker in _SOF:
            if size is not None:
                raise PictureError("a JPEG with two frame headers")
            height, width = struct.unpack_from(">HH", data, at + 3)
            size = width, height
        elif marker == _SOS:
            scans += 1
            if scans > MAX_SCANS:
                raise PictureError(f"a JPEG with more than {MAX_SCANS} scans")
        at += length
    if size is None:
        raise PictureError("a JPEG without a frame header")
    return size


def _png_size(data: bytes) -> tuple[int, int]:
    """From IHDR, the first chunk (PNG specification, 11.2.1)."""
    if data[12:16] != b"IHDR":
        raise PictureError("a PNG that does not begin with IHDR")
    width, height = struct.unpack_from(">II", data, 16)
    return width, height


def _webp_size(data: bytes) -> tuple[int, int]:
    """From the first chunk (RFC 9649): lossy, lossless or extended."""
    chunk = data[12:16]
    if chunk == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    if chunk == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk == b"VP8X":
        low_w, high_w, low_h, high_h = struct.unpack_from("<HBHB", data, 24)
        return (high_w << 16 | low_w) + 1, (high_h << 16 | low_h) + 1
    raise PictureError("a WebP of an unknown kind")
