import struct
import time

import numpy as np
import pytest

from edge.errors import PictureError
from edge.web.formats import MAX_SCANS, Header, read_header
from tests.edge.web.tools import encode

IMAGE = np.random.default_rng(0).integers(0, 256, (37, 53, 4), np.uint8)
SOF = b"\xff\xc2\x00\x11\x08" + struct.pack(">HH", 37, 53) + b"\x03" + b"\x01\x11\x00" * 3
SCAN = b"\xff\xda\x00\x08\x01\x01\x00\x00\x00\x00" + b"\x12\xff\x00\x34\xff\xd0\x56"


@pytest.mark.parametrize(
    ("suffix", "options", "channels"),
    [
        (".jpg", (), 3),
        (".jpg", (2, 1), 3),  # IMWRITE_JPEG_PROGRESSIVE
        (".jpg", (4, 1), 3),  # IMWRITE_JPEG_RST_INTERVAL
        (".png", (), 4),
        (".gif", (), 3),
        (".webp", (64, 80), 3),  # lossy: VP8
        (".webp", (64, 101), 3),  # lossless: VP8L
        (".webp", (64, 80), 4),  # with alpha: VP8X
    ],
)
def test_reads_the_size_of_what_opencv_writes(suffix, options, channels):
    data = encode(IMAGE[..., :channels], suffix, *options)
    name = {".jpg": "jpeg"}.get(suffix, suffix[1:])
    assert read_header(data) == Header(name, 53, 37)


@pytest.mark.parametrize("suffix", [".bmp", ".tiff", ".ppm", ".jp2"])
def test_knows_no_other_format(suffix):
    assert read_header(encode(IMAGE[..., :3], suffix)) is None


@pytest.mark.parametrize("data", [b"", b"<svg/>", b"RIFF1234WAVE", b"\xff\xd8", b"GIF88a"])
def test_takes_no_other_file_for_a_picture(data):
    assert read_header(data) is None


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".gif", ".webp"])
def test_says_that_a_header_is_cut_off(suffix):
    data = encode(IMAGE[..., :3], suffix)
    start = {".jpg": 3, ".png": 8, ".gif": 6, ".webp": 12}[suffix]
    for length in range(start, start + 4):
        with pytest.raises(PictureError):
            read_header(data[:length])


def test_a_jpeg_of_many_scans_is_refused():
    jpeg = b"\xff\xd8" + SOF
    assert read_header(jpeg + SCAN * MAX_SCANS + b"\xff\xd9") == Header("jpeg", 53, 37)
    with pytest.raises(PictureError, match="scans"):
        read_header(jpeg + SCAN * (MAX_SCANS + 1) + b"\xff\xd9")


def test_what_follows_the_end_of_a_jpeg_does_not_count():
    jpeg = encode(IMAGE[..., :3], ".jpg")
    assert read_header(jpeg + SCAN * (MAX_SCANS + 1)) == Header("jpeg", 53, 37)


def test_a_jpeg_cannot_hide_a_second_size():
    with pytest.raises(PictureError, match="two frame headers"):
        read_header(b"\xff\xd8" + SOF + SOF + SCAN + b"\xff\xd9")


@pytest.mark.parametrize("filling", [b"\xff", b"\xff\x00", b"\xff\xd0", b"\xff\x01", b"\x00"])
def test_no_filling_makes_it_slow(filling):
    data = b"\xff\xd8\xff" + filling * (8_000_000 // len(filling))
    start = time.perf_counter()
    with pytest.raises(PictureError):
        read_header(data)
    # Work that grows with the square of the length would take hours.
    assert time.perf_counter() - start < 20
