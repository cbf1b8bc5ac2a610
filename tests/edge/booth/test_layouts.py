from __future__ import annotations

import io

import cv2
import numpy as np
import PIL.Image
import pytest

from edge.booth.layouts import FILM_STEP_S, LAYOUTS
from edge.booth.options import LAYOUT_NAMES
from edge.types import Image

SIZE = (240, 320, 3)


def shots(count: int) -> list[Image]:
    return [np.full(SIZE, 20 * number, np.uint8) for number in range(1, count + 1)]


def decoded(data: bytes) -> Image:
    return np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR))


def test_the_options_know_all_layouts() -> None:
    assert set(LAYOUT_NAMES) == set(LAYOUTS)


def test_single_is_the_shot_itself() -> None:
    picture = LAYOUTS["single"].develop(shots(1))
    assert (picture.suffix, picture.media_type) == (".jpg", "image/jpeg")
    assert decoded(picture.data).shape == SIZE
    assert picture.still == picture.data


def test_the_strip_has_four_shots_below_each_other() -> None:
    layout = LAYOUTS["strip"]
    assert layout.shots == 4
    strip = decoded(layout.develop(shots(4)).data)
    height = strip.shape[0]
    middles = [strip[height * (2 * row + 1) // 8, strip.shape[1] // 2, 0] for row in range(4)]
    assert middles == pytest.approx([20, 40, 60, 80], abs=3)
    assert strip[5, 5].min() > 240, "paper"


def test_the_film_repeats_for_ever() -> None:
    layout = LAYOUTS["film"]
    picture = layout.develop(shots(layout.shots))
    assert (picture.suffix, picture.media_type) == (".gif", "image/gif")
    with PIL.Image.open(io.BytesIO(picture.data)) as film:
        assert (film.n_frames, film.info["loop"]) == (layout.shots, 0)  # type: ignore[attr-defined]
        assert film.info["duration"] == FILM_STEP_S * 1000
        assert film.size == (320, 240)
    assert decoded(picture.still).shape == SIZE, "what is printed of it"
