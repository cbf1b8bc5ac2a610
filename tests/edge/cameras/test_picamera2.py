"""What the camera does with the buffers of every format; tests/virtual_camera has the rest."""

from __future__ import annotations

import sys

import cv2
import numpy as np
import pytest

from edge.cameras import create_camera
from edge.cameras.picamera2 import to_bgr, to_grey
from edge.errors import DependencyError
from edge.types import Image

WIDTH, HEIGHT = 66, 48  # no camera's stride: they are multiples of 32 or 64


@pytest.fixture(scope="module")
def picture(astronaut: Image) -> Image:
    return cv2.resize(astronaut, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)


def padded(rows: np.ndarray, stride: int) -> np.ndarray:
    """(height, n) rows as a camera lays them into memory, with noise in the padding."""
    noise = np.random.default_rng(0).integers(0, 256, (len(rows), stride), np.uint8)
    noise[:, : rows.shape[1]] = rows
    return noise.ravel()


def laid_out(picture: Image, name: str, stride: int) -> np.ndarray:
    """The picture as a buffer of this format (bytes as linux/drm_fourcc.h has them)."""
    packed = {
        "RGB888": None,
        "BGR888": cv2.COLOR_BGR2RGB,
        "XRGB8888": cv2.COLOR_BGR2BGRA,
        "XBGR8888": cv2.COLOR_BGR2RGBA,
    }
    if name in packed:
        code = packed[name]
        pixels = picture if code is None else cv2.cvtColor(picture, code)
        return padded(pixels.reshape(HEIGHT, -1), stride)
    planes = cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420).ravel()
    luma, chroma = np.split(planes, [WIDTH * HEIGHT])
    u, v = chroma.reshape(2, HEIGHT // 2, WIDTH // 2)
    light = padded(luma.reshape(HEIGHT, WIDTH), stride)
    if name == "NV12":
        pairs = np.stack([u, v], axis=-1).reshape(HEIGHT // 2, WIDTH)
        return np.concatenate([light, padded(pairs, stride)])
    return np.concatenate([light, padded(u, stride // 2), padded(v, stride // 2)])


@pytest.mark.parametrize("name", ["RGB888", "BGR888", "XRGB8888", "XBGR8888", "YUV420", "NV12"])
@pytest.mark.parametrize("padding", [0, 30])
def test_every_format_is_read_with_its_stride(picture: Image, name: str, padding: int) -> None:
    stride = WIDTH * {"RGB888": 3, "BGR888": 3, "XRGB8888": 4, "XBGR8888": 4}.get(name, 1) + padding
    stream = {"format": name, "size": (WIDTH, HEIGHT), "stride": stride}
    image = to_bgr(laid_out(picture, name, stride), stream)
    assert image.shape == (HEIGHT, WIDTH, 3)
    assert image.flags.c_contiguous
    expected = picture
    if name in ("YUV420", "NV12"):  # colour at half the size: as OpenCV's own round trip
        halved = cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420)
        expected = cv2.cvtColor(halved, cv2.COLOR_YUV2BGR_I420)
    assert (image == expected).all()


@pytest.mark.parametrize("name", ["YUV420", "NV12"])
def test_the_grey_picture_is_the_brightness_plane(picture: Image, name: str) -> None:
    stream = {"format": name, "size": (WIDTH, HEIGHT), "stride": 96}
    grey = to_grey(laid_out(picture, name, 96), stream)
    assert grey.flags.c_contiguous
    assert (grey == cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420)[:HEIGHT]).all()


def test_without_the_package_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "picamera2", None)  # Python's own mark of what is not there
    with pytest.raises(DependencyError, match=r"sudo apt install python3-picamera2.*\.venv"):
        create_camera("picamera2")
