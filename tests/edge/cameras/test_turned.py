"""A camera that hangs sideways or upside down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import pytest

from edge.app import open_camera
from edge.cameras.turned import TurnedCamera
from edge.config import MirrorConfig
from edge.errors import ConfigError
from edge.types import Frame, Image

UPRIGHT = np.arange(6 * 4 * 3, dtype=np.uint8).reshape(6, 4, 3)
HUNG = {90: cv2.ROTATE_90_COUNTERCLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_CLOCKWISE}
"""What a camera sees that has to be turned so far, clockwise."""


@dataclass(frozen=True)
class Small:
    bgr: Image

    @property
    def grey(self) -> Image:
        return np.ascontiguousarray(self.bgr[..., 1])


@dataclass
class Hung:
    """A live camera that hangs so, and mirrors or not."""

    degrees: int
    mirrors: bool
    fps: float | None = None
    live: bool = True
    closed: bool = False

    def __iter__(self) -> Iterator[Frame]:
        seen = cv2.rotate(UPRIGHT, HUNG[self.degrees])
        seen = np.ascontiguousarray(seen[:, ::-1]) if self.mirrors else seen
        yield Frame(seen, 7, 1.5, Small(seen), self.mirrors, shot=2)

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize("mirrors", [False, True])
@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_people_stand_upright(degrees: int, mirrors: bool) -> None:
    hung = Hung(degrees, mirrors)
    camera = TurnedCamera(hung, degrees)
    (frame,) = camera
    upright = UPRIGHT[:, ::-1] if mirrors else UPRIGHT
    np.testing.assert_array_equal(frame.image, upright)
    assert frame.lores is not None
    np.testing.assert_array_equal(frame.lores.bgr, upright)
    np.testing.assert_array_equal(frame.lores.grey, upright[..., 1])
    assert (frame.index, frame.time_s, frame.mirrored, frame.shot) == (7, 1.5, mirrors, 2)
    assert (camera.fps, camera.live) == (None, True)
    camera.close()
    assert hung.closed


def test_the_options_turn_any_camera() -> None:
    camera = open_camera(MirrorConfig(camera="demo", width=64, height=48, rotate=90))
    assert next(iter(camera)).image.shape == (64, 48, 3)
    camera.close()
    with pytest.raises(ConfigError, match="rotate: expected one of 0, 90, 180, 270, got 45"):
        MirrorConfig(rotate=45)
