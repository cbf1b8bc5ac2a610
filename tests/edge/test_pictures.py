import struct
import zlib

import cv2
import numpy as np
import pytest

from edge import pictures
from edge.errors import PictureError
from edge.pictures import decode_picture, read_picture

HIDDEN, SEEN = (10, 20, 200), (30, 160, 90)


def half_clear(dtype):
    """Left half clear over one colour, right half opaque in another, a strip half clear."""
    image = np.zeros((40, 60, 4), np.uint8)
    image[:, :30] = (*HIDDEN, 0)
    image[:, 30:] = (*SEEN, 255)
    image[:10, 30:, 3] = 128
    return image.astype(dtype) * (257 if dtype is np.uint16 else 1)


@pytest.mark.parametrize(
    ("suffix", "dtype"), [(".png", np.uint8), (".png", np.uint16), (".webp", np.uint8)]
)
def test_what_lies_under_clear_pixels_stays_hidden(suffix, dtype):
    options = [cv2.IMWRITE_WEBP_QUALITY, 101] if suffix == ".webp" else []  # 101: lossless
    image = decode_picture(cv2.imencode(suffix, half_clear(dtype), options)[1].tobytes())
    assert (image.shape, image.dtype) == ((40, 60, 3), np.uint8)
    assert tuple(image[30, 5]) == (255, 255, 255)
    assert tuple(image[30, 50]) == SEEN
    half = [round(value * 128 / 255 + 127) for value in SEEN]
    assert np.abs(image[5, 50].astype(int) - half).max() <= 1


def test_alpha_that_hides_nothing_changes_nothing(astronaut):
    opaque = cv2.cvtColor(astronaut, cv2.COLOR_BGR2BGRA)
    image = decode_picture(cv2.imencode(".png", opaque)[1].tobytes())
    np.testing.assert_array_equal(image, astronaut)


def test_a_turned_picture_with_alpha_stands_upright(astronaut):
    data = cv2.imencode(".png", cv2.cvtColor(astronaut[:300], cv2.COLOR_BGR2BGRA))[1].tobytes()
    tiff = b"II*\0" + struct.pack("<IHHHIHHI", 8, 1, 0x0112, 3, 1, 6, 0, 0)  # 6: turn clockwise
    chunk = b"eXIf" + tiff
    head = 33  # the signature and IHDR
    exif = struct.pack(">I", len(tiff)) + chunk + struct.pack(">I", zlib.crc32(chunk))
    image = decode_picture(data[:head] + exif + data[head:])
    np.testing.assert_array_equal(image, cv2.rotate(astronaut[:300], cv2.ROTATE_90_CLOCKWISE))


def test_a_jpeg_cut_short_is_not_called_another_format(astronaut):
    data = cv2.imencode(".jpg", astronaut)[1].tobytes()[:300]
    with pytest.raises(PictureError, match="cut short"):
        decode_picture(data)


def test_no_more_than_a_picture_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(pictures, "MAX_BYTES", 1 << 20)
    endless = tmp_path / "endless.png"
    with endless.open("wb") as file:
        file.truncate(1 << 30)
    with pytest.raises(PictureError, match="too large for a picture"):
        read_picture(endless)
