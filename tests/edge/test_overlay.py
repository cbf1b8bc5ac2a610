import string

import numpy as np
import pytest

import edge.language
from edge.artwork import Look
from edge.blend import Blender
from edge.card import read_toml
from edge.errors import ConfigError
from edge.language import LANGUAGES, available_languages, load_language
from edge.lettering import Lettering, can_write, find_font
from edge.overlay import Overlay
from edge.stats import Stats
from edge.types import Attribute, Box, Frame, Scene, Track

TRACKS = (Track(1, Box(200, 150, 300, 280)),)
EMOTIONS = {1: {"emotion": Attribute("emotion", "happy", 1.0)}}


def places(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


def luminance(colours):
    """Relative luminance of (..., 3) BGR values (WCAG 2.2)."""
    linear = np.where(
        colours / 255 <= 0.04045, colours / 255 / 12.92, ((colours / 255 + 0.055) / 1.055) ** 2.4
    )
    return linear @ (0.0722, 0.7152, 0.2126)


@pytest.fixture
def background():
    return np.random.default_rng(0).integers(0, 256, (480, 640, 3), dtype=np.uint8)


@pytest.mark.parametrize("name", available_languages())
def test_every_language_has_the_same_keys_and_places(name):
    english, other = (read_toml(LANGUAGES / f"{each}.toml") for each in ("en", name))
    assert other.keys() == english.keys()
    for table in english.keys() - {"title"}:
        assert other[table].keys() == english[table].keys()
        for key, text in english[table].items():
            assert places(other[table][key]) == places(text)


def test_the_fallback_needs_no_font():
    assert all(text.isascii() for text in load_language("en").texts.values())


def test_korean_is_written_in_hangul():
    language = load_language("ko")
    assert language.title == "한국어"
    assert any("가" <= letter <= "힣" for letter in language.text("hint_nobody"))


@pytest.fixture
def swedish(tmp_path, monkeypatch):
    """Write a language of one's own; its name."""
    (tmp_path / "en.toml").write_bytes((LANGUAGES / "en.toml").read_bytes())
    monkeypatch.setattr("edge.language.LANGUAGES", tmp_path)

    def write(content):
        (tmp_path / "sv.toml").write_text(content)
        return "sv"

    return write


def test_what_a_language_does_not_say_is_said_in_english(swedish):
    language = load_language(swedish('title = "Svenska"\n[text]\nfps = "{fps:.0f} b/s"\n'))
    assert (language.title, language.text("fps", fps=30)) == ("Svenska", "30 b/s")
    assert language.text("age", ms=5) == load_language("en").text("age", ms=5)
    assert load_language(swedish("")).texts == load_language("en").texts


@pytest.mark.parametrize("text", ["{pfs} b/s", "{", "{} b/s"])
def test_a_place_that_is_not_in_the_english_text_is_named(swedish, text):
    with pytest.raises(ConfigError, match=r"sv\.toml: fps: expected the places"):
        load_language(swedish(f'[text]\nfps = "{text}"\n'))


def test_an_unknown_language_names_those_there_are():
    with pytest.raises(ConfigError, match="en, ko"):
        load_language("tlh")


def test_without_a_font_korean_falls_back_to_english(monkeypatch, caplog):
    monkeypatch.setattr(edge.language, "can_write", str.isascii)
    assert load_language("ko") == load_language("en")
    assert "fonts-nanum" in caplog.text


def test_a_font_with_hangul_is_found():
    assert find_font() is not None
    assert can_write("얼굴")


def test_a_user_without_a_home_has_fonts_too(monkeypatch):
    def nobody(uid):
        raise KeyError(uid)

    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr("pwd.getpwuid", nobody)
    find_font.cache_clear()
    assert find_font() is not None


@pytest.mark.parametrize("height", [20, 22, 49])
@pytest.mark.parametrize("text", ["12 fps, 40 ms (gjpqy)", "초당 12장, 얼굴 찾기"])
@pytest.mark.parametrize("ground", ["black", "white", "noise"])
def test_text_is_legible_on_any_ground(background, ground, text, height):
    canvas = background if ground == "noise" else np.full_like(background, 255)
    if ground == "black":
        canvas[:] = 0
    line = Lettering().line(text, height)
    assert line.shape[0] == height
    letters = line[..., 0] >= 200
    plate = line[..., 0] == 0
    assert letters.sum() > height * 4
    assert plate.mean() > 0.4
    Blender().lay(canvas, line, 10, 10)
    shown = luminance(canvas[10 : 10 + height, 10 : 10 + line.shape[1]].astype(float))
    contrast = (shown[letters].min() + 0.05) / (shown[plate].max() + 0.05)
    assert contrast >= 4.5


def test_the_letters_are_not_cut_off():
    for text in ("Ägjpqy", "gjpqy|", "얼굴 찾기 릎"):
        line = Lettering().line(text, 40)
        assert not line[[0, -1], :, 0].any()
        assert not line[:, [0, -1], 0].any()


def test_different_hangul_gives_different_pictures():
    lettering = Lettering()
    assert not np.array_equal(lettering.line("기쁨", 30), lettering.line("슬픔", 30))


def test_a_line_is_drawn_once():
    lettering = Lettering()
    assert lettering.line("12 fps", 20) is lettering.line("12 fps", 20)


@pytest.mark.parametrize(("left", "top"), [(-30, -5), (620, 470), (-999, 0), (0, 999), (700, 10)])
def test_text_over_the_border_is_cut_there(background, left, top):
    before = background.copy()
    line = Lettering().line("over the border", 20)
    Blender().lay(background, line, left, top)
    changed = (background != before).any(axis=2)
    inside = np.zeros_like(changed)
    inside[max(top, 0) : max(top + 20, 0), max(left, 0) : max(left + line.shape[1], 0)] = True
    assert not changed[~inside].any()


class Screen:
    """An overlay and what it drew last."""

    def __init__(self, name="en", *, hints=False, keys=False):
        self.overlay = Overlay(load_language(name), hints=hints, keys=keys)
        self.stats = Stats()
        self.stats.frame_shown(age_s=0.04, faces=1)
        with self.stats.stage("compose"):
            pass

    def draw(self, now, *, tracks=(), faults=(), flip=False, mirrored=False, size=(480, 640)):
        """Where something was written on a picture of this (height, width): bool."""
        image = np.full((*size, 3), 200, np.uint8)
        scene = Scene(Frame(image.copy(), 0, now, mirrored=mirrored), tracks, EMOTIONS)
        self.overlay.draw(image, scene, now=now, flip=flip, faults=faults, stats=self.stats)
        return (image != 200).any(axis=2)


def test_nothing_is_written_unasked():
    assert not Screen().draw(1.0, tracks=TRACKS).any()


@pytest.mark.parametrize("name", available_languages())
def test_figures_and_labels_are_toggled(name):
    screen = Screen(name)
    screen.overlay.toggle_stats()
    written = screen.draw(1.0, tracks=TRACKS)
    assert written[:40, :60].any()
    assert written[290:310, 240:260].any()
    screen.overlay.toggle_stats()
    assert not screen.draw(2.0, tracks=TRACKS).any()


def test_the_label_of_a_face_that_reaches_below_the_picture_is_on_it():
    screen = Screen()
    screen.overlay.toggle_stats()
    low = (Track(1, Box(200, 400, 300, 500)),)
    assert screen.draw(1.0, tracks=low)[-12:, 240:260].any()


def test_labels_are_mirrored_with_the_picture():
    screen = Screen()
    screen.overlay.toggle_stats()
    written = screen.draw(1.0, tracks=TRACKS, flip=True)
    assert written[290:310, 380:400].any()
    assert not written[290:310, 200:300].any()


def test_labels_stay_where_the_camera_has_mirrored_already():
    plain, mirrored = Screen(), Screen()
    plain.overlay.toggle_stats()
    mirrored.overlay.toggle_stats()
    expected = plain.draw(1.0, tracks=TRACKS)
    assert (mirrored.draw(1.0, tracks=TRACKS, flip=True, mirrored=True) == expected).all()


def test_figures_change_twice_a_second():
    screen = Screen()
    screen.overlay.toggle_stats()
    first = screen.draw(1.0)
    screen.stats.frame_shown(age_s=9.0, faces=1)
    assert np.array_equal(screen.draw(1.3), first)
    assert not np.array_equal(screen.draw(1.6), first)


@pytest.mark.parametrize("name", available_languages())
@pytest.mark.parametrize("fault", ["detection", "recognition"])
def test_faults_are_always_written(name, fault):
    assert Screen(name).draw(1.0, faults=[fault])[:20, :100].any()


@pytest.mark.parametrize("size", [(240, 320), (640, 480), (1280, 720)])
@pytest.mark.parametrize("name", available_languages())
def test_no_line_is_wider_than_the_picture(name, size):
    screen = Screen(name, hints=True, keys=True)
    screen.draw(0.0, size=size)
    seen = screen.draw(5.0, size=size, faults=["detection", "recognition"])
    image = np.full((*size, 3), 200, np.uint8)
    screen.overlay.stopped(image)
    seen |= (image != 200).any(axis=2)
    assert seen.any(axis=1).sum() > 4 * 15, "two lines above, two below, one in the middle"
    assert not seen[size[0] // 4 :, [0, -1]].any()
    assert not seen[:, -1].any()


def test_a_notice_is_written_for_a_moment():
    screen = Screen()
    screen.overlay.notify("saved", path="picture.png")
    assert screen.draw(5.0)[440:].any()
    assert screen.draw(7.0)[440:].any()
    assert not screen.draw(8.0).any()


def test_the_keys_are_named_at_first():
    screen = Screen(keys=True)
    assert screen.draw(10.0)[440:].any()
    assert not screen.draw(19.0).any()


def test_hints_call_who_is_not_seen():
    screen = Screen(hints=True)
    assert not screen.draw(10.0).any()
    assert not screen.draw(19.0, tracks=TRACKS).any()
    assert not screen.draw(20.0).any()
    assert screen.draw(23.5).any()
    assert not screen.draw(24.0, tracks=TRACKS).any()


def test_a_stopped_camera_is_said_in_the_middle(background):
    before = background.copy()
    Screen().overlay.stopped(background)
    changed = (background != before).any(axis=2)
    assert changed[240, 320]
    assert not changed[:150].any()


@pytest.mark.parametrize("name", available_languages())
def test_every_emotion_has_a_word(name):
    language = load_language(name)
    emotions = ("angry", "contempt", "disgust", "fear", "happy", "neutral", "sad", "surprise")
    assert Look().emotion in emotions
    words = {language.name("emotion", emotion) for emotion in emotions}
    assert len(words) == 8


def test_what_no_language_has_a_word_for_keeps_its_key():
    assert load_language("ko").name("stage", "brewing") == "brewing"
