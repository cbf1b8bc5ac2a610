from __future__ import annotations

import numpy as np
import pytest

from edge.displays.letterbox import Letterbox, fit
from edge.types import Box


@pytest.mark.parametrize(
    ("size", "into", "expected"),
    [
        ((640, 480), (640, 480), Box(0, 0, 640, 480)),
        ((640, 480), (1280, 720), Box(160, 0, 1120, 720)),
        ((1280, 720), (640, 480), Box(0, 60, 640, 420)),
        ((100, 1), (10, 10), Box(0, 4, 10, 5)),
        ((3, 3), (1, 1), Box(0, 0, 1, 1)),
    ],
)
def test_fits_as_large_as_it_can(
    size: tuple[int, int], into: tuple[int, int], expected: Box
) -> None:
    assert fit(*size, *into) == expected


def test_bars_are_black_and_the_picture_is_between() -> None:
    image = np.full((48, 64, 3), 200, np.uint8)
    result = Letterbox()(image, 128, 72)
    assert result.shape == (72, 128, 3)
    assert (result[:, :16] == 0).all()
    assert (result[:, 16:112] == 200).all()
    assert (result[:, 112:] == 0).all()


def test_the_right_size_is_not_copied() -> None:
    image = np.zeros((48, 64, 3), np.uint8)
    assert Letterbox()(image, 64, 48) is image


def test_follows_changing_sizes() -> None:
    letterbox = Letterbox()
    for width, height in ((64, 48), (48, 64), (64, 48)):
        image = np.full((height, width, 3), 90, np.uint8)
        result = letterbox(image, 100, 100)
        inside = fit(width, height, 100, 100)
        assert np.count_nonzero(result[..., 0]) == inside.area
