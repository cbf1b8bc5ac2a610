from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from edge.artwork import available_artworks, load_artwork
from edge.booth.layouts import Picture
from edge.booth.result import Offers
from edge.booth.screens import (
    Attract,
    Closing,
    Countdown,
    Delete,
    Develop,
    Live,
    Message,
    NextLanguage,
    Press,
    Print,
    Result,
    Screen,
    Shoot,
    State,
)
from edge.booth.sheet import GROUND, Sheet
from edge.booth.stage import WORDS, Stage, View
from edge.language import load_language
from edge.lettering import Lettering
from edge.types import Box, Image

LANGUAGES = {name: load_language(name) for name in ("en", "ko")}
SIZES = [(1280, 720), (720, 1280), (800, 480)]
ADDRESS = "http://192.168.4.1:8081/abcdefghijklmnopqrstuv"
MIRROR: Image = np.full((480, 640, 3), 90, np.uint8)
PICTURE = Picture(b"", ".jpg", "image/jpeg", (np.full((480, 640, 3), (0, 0, 255), np.uint8),))
VIEW = View(MIRROR, trouble=False)
RESULT = replace(VIEW, picture=PICTURE, address=ADDRESS)


def stage(
    width: int = 1280, height: int = 720, *, shots: int = 1, artwork: str = "cartoon"
) -> Stage:
    return Stage(
        width,
        height,
        load_artwork(artwork),
        LANGUAGES,
        kept=True,
        shots=shots,
        smile=True,
        offers=Offers(shares=True, prints=True, network="Party"),
    )


def at(screen: Screen, language: str = "en") -> State:
    return State(screen, language)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "screen",
    [
        Attract(0.0),
        Live(0.0, 0.0),
        Live(0.0, 0.0, smile_s=0.5),
        Countdown(0.0, 3.0, 1),
        Shoot(0.0),
        Develop(0.0),
        Result(0.0, 1, "booth_print_jam"),
        Message(0.0, "booth_nobody"),
        Closing(0.0, "booth_closing_off"),
    ],
)
def test_every_screen_can_be_drawn(size: tuple[int, int], language: str, screen: Screen) -> None:
    image = stage(*size, shots=4).draw(at(screen, language), RESULT, 1.0)
    assert image.shape == (size[1], size[0], 3)
    assert image.std() > 5


@pytest.mark.parametrize("size", SIZES)
def test_the_code_on_the_result_screen_can_be_read(size: tuple[int, int]) -> None:
    image = stage(*size).draw(at(Result(0.0)), RESULT, 1.0)
    assert cv2.QRCodeDetectorAruco().detectAndDecode(image)[0] == ADDRESS


def test_touches_mean_what_is_drawn_there() -> None:
    screen = stage()
    screen.draw(at(Attract(0.0)), VIEW, 0.0)
    assert screen.touched(0.93, 0.08) == NextLanguage()
    assert screen.touched(0.5, 0.5) == Press()
    screen.draw(at(Result(0.0)), RESULT, 0.0)
    events = [screen.touched(0.8, y / 100) for y in range(100)]
    assert {type(event) for event in events} == {Press, Print, Delete}
    screen.draw(at(Live(0.0, 0.0)), VIEW, 0.0)
    assert screen.touched(0.8, 0.9) == Press(), "the buttons have gone with their screen"


def test_the_large_emoticon_moves_while_nobody_is_there() -> None:
    screen = stage()
    looks = [screen.draw(at(Attract(0.0)), VIEW, now).copy() for now in (1.0, 4.0)]
    changed = (looks[0] != looks[1]).any(axis=2)
    assert 0.01 < changed.mean() < 0.3


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("artwork", available_artworks())
def test_nothing_of_the_large_emoticon_is_cut_off_or_hides_words(
    size: tuple[int, int], artwork: str
) -> None:
    width, height = size
    screen = stage(width, height, artwork=artwork)
    words = screen.draw(at(Attract(0.0)), VIEW, 0.0).copy()  # it has not yet grown
    inside = Box(1, 1, width - 1, height - WORDS * Sheet(*size, Lettering()).unit - 1)
    moved = np.zeros((height, width), bool)
    for turn in range(8):  # each emotion, and what flies when it comes
        for step in range(12):
            image = screen.draw(at(Attract(0.0)), VIEW, 3.0 * turn + 0.08 * step)
            moved |= (image != words).any(axis=2)
    left, top, across, down = cv2.boundingRect(moved.astype(np.uint8))
    assert left >= inside.left
    assert top >= inside.top
    assert left + across <= inside.right
    assert top + down <= inside.bottom
    assert down > 0.6 * inside.bottom or across > 0.6 * width, "it is still large"
    written = (words != GROUND).any(axis=2)
    assert written.any()
    assert not (written & moved).any()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notice_ends_above_the_edge(size: tuple[int, int], language: str) -> None:
    image = stage(*size).draw(at(Attract(0.0), language), VIEW, 0.0)
    assert (image[-4:] == GROUND).all()


def test_a_film_plays_on_the_result_screen() -> None:
    frames = tuple(np.full((48, 64, 3), value, np.uint8) for value in (50, 200))
    view = replace(RESULT, picture=replace(PICTURE, previews=frames))
    screen = stage()
    values = [screen.draw(at(Result(0.0)), view, now)[360, 400, 0] for now in (0.05, 0.2, 0.35)]
    assert values == [50, 200, 50]


def test_a_camera_that_has_stopped_is_told() -> None:
    screen = stage()
    fine = screen.draw(at(Live(0.0, 0.0)), VIEW, 0.0).copy()
    told = screen.draw(at(Live(0.0, 0.0)), replace(VIEW, trouble=True), 0.0)
    assert (fine != told).any()
