from __future__ import annotations

import itertools
from dataclasses import replace

import cv2
import numpy as np
import pytest

from edge.artwork import available_artworks, load_artwork
from edge.blend import Blender
from edge.booth import sheet as sheet_module
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
from edge.booth.sheet import GROUND
from edge.booth.stage import Stage, View
from edge.language import load_language
from edge.types import Box, Image

LANGUAGES = {name: load_language(name) for name in ("en", "ko")}
SIZES = [(1280, 720), (1080, 1920), (800, 480), (480, 800), (480, 320), (320, 480)]
ADDRESS = "http://192.168.4.1:8081/abcdefghijklmnopqrstuv"
MIRROR: Image = np.full((480, 640, 3), 90, np.uint8)
PICTURE = Picture(b"", ".jpg", "image/jpeg", (np.full((480, 640, 3), (0, 0, 255), np.uint8),))
VIEW = View(MIRROR, trouble=False)
RESULT = replace(VIEW, picture=PICTURE, address=ADDRESS)


def stage(
    width: int = 1280,
    height: int = 720,
    *,
    shots: int = 1,
    artwork: str = "cartoon",
    prints: bool = True,
    network: str = "Wedding of Anna and Ben",
    smile: bool = True,
    button: bool = True,
) -> Stage:
    return Stage(
        width,
        height,
        load_artwork(artwork),
        LANGUAGES,
        kept=True,
        shots=shots,
        smile=smile,
        button=button,
        offers=Offers(shares=True, prints=prints, network=network),
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


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_way_to_take_a_picture_has_words_of_its_own(language: str) -> None:
    ways = [stage(smile=bool(way & 1), button=bool(way & 2)) for way in range(4)]
    seen = [way.draw(at(Live(0.0, 0.0), language), VIEW, 0.0).tobytes() for way in ways]
    assert len(set(seen)) == 4


def read_code(image: Image) -> tuple[str, Box]:
    """The code on a screen, and where it is, without the white around it."""
    text, corners, _ = cv2.QRCodeDetectorAruco().detectAndDecode(image)
    return text, Box(*corners[0].min(axis=0), *corners[0].max(axis=0))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_code_on_the_result_screen_can_be_read(size: tuple[int, int], language: str) -> None:
    text, box = read_code(stage(*size).draw(at(Result(0.0), language), RESULT, 1.0))
    assert text == ADDRESS
    assert box.width > 0.2 * min(size), "from where a guest stands"


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[Box]:
    """Where each line of text is written, from now on."""
    written: list[Box] = []

    class Noting(Blender):
        def lay(self, canvas: Image, sprite: np.ndarray, left: int, top: int) -> None:
            height, width = sprite.shape[:2]
            written.append(Box(left, top, left + width, top + height))
            super().lay(canvas, sprite, left, top)

    monkeypatch.setattr(sheet_module, "Blender", Noting)
    return written


def apart(one: Box, other: Box) -> bool:
    return (
        one.right <= other.left
        or other.right <= one.left
        or one.bottom <= other.top
        or other.bottom <= one.top
    )


def assert_legible(lines: list[Box], size: tuple[int, int]) -> None:
    """No line goes beyond the edge, or over another."""
    assert lines
    for line in lines:
        assert min(line.left, line.top) >= 0
        assert line.right <= size[0]
        assert line.bottom <= size[1]
    assert all(apart(*pair) for pair in itertools.combinations(lines, 2))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "screen",
    [Attract(0.0), Live(0.0, 0.0), Countdown(0.0, 3.0, 1), Closing(0.0, "booth_closing_off")],
)
def test_no_word_is_cut_off_or_covered(
    size: tuple[int, int], language: str, screen: Screen, lines: list[Box]
) -> None:
    stage(*size, shots=4).draw(at(screen, language), VIEW, 1.0)
    assert_legible(lines, size)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("prints", [True, False])
@pytest.mark.parametrize("network", ["Wedding of Anna and Ben", "WeddingOfAnnaAndBenAtTheOldMill!"])
def test_captions_buttons_and_code_are_apart(
    size: tuple[int, int], language: str, prints: bool, network: str, lines: list[Box]
) -> None:
    notice = "booth_print_failed" if prints else None
    screen = stage(*size, prints=prints, network=network)
    image = screen.draw(at(Result(0.0, 1, notice), language), RESULT, 1.0)
    assert_legible(lines, size)
    code = read_code(image)[1]
    assert all(apart(line, code) for line in lines)
    touched = [
        {screen.touched(x / size[0], y / size[1]) for x in line[::2] for y in line[1::2]}
        for line in lines
    ]
    assert touched.count({Delete()}) == 1, "its label"
    assert touched.count({Print()}) == prints
    assert touched.count({Press()}) == len(touched) - 1 - prints, "Done, and what is on no button"


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
    written = (words != GROUND).any(axis=2)
    below = height // 4  # the button that changes the language
    inside = Box(1, 1, width - 1, below + np.flatnonzero(written[below:].any(axis=1))[0])
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
    assert not (written & moved).any()


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
