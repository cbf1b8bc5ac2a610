import itertools
from dataclasses import replace

import numpy as np
import pytest

from edge.artwork import Artwork, Look, available_artworks, level_for, load_artwork
from edge.card import read_toml
from edge.errors import ArtworkError, ConfigError
from edge.paths import PARTS
from edge.sprites import LEVELS, Parts
from edge.types import Attribute

SKINS = ("light", "medium", "dark")
EMOTIONS = ("angry", "contempt", "disgust", "fear", "happy", "neutral", "sad", "surprise")
EYEWEAR = (
    ("none", "square"),
    ("eyeglasses", "square"),
    ("eyeglasses", "round"),
    ("sunglasses", "square"),
    ("sunglasses", "round"),
)
WORN = ("none", "worn")


@pytest.fixture(scope="module", params=available_artworks())
def artwork(request):
    return load_artwork(request.param)


def on_grey(artwork, look, level):
    canvas = np.full((level, level, 3), 128.0)
    for sprite in (artwork.face(look, level), *artwork.effect(look, level)):
        height, width = sprite.image.shape[:2]
        region = canvas[sprite.top : sprite.top + height, sprite.left : sprite.left + width]
        region *= 1 - sprite.image[..., 3:] / 255
        region += sprite.image[..., :3]
    return canvas


def test_a_look_is_neutral_until_something_is_recognised():
    assert Look.from_attributes({}) == Look("none", "medium", "none", "square", "neutral")


def test_a_look_takes_the_labels_that_reach_the_picture():
    attributes = {
        "emotion": Attribute("emotion", "happy", 0.9),
        "skin": Attribute("skin", "dark", 0.8),
        "smiling": Attribute("smiling", "yes", 0.8),
    }
    assert Look.from_attributes(attributes) == Look(emotion="happy", skin="dark")


@pytest.mark.parametrize(
    ("side", "level"), [(1, 128), (128, 128), (129, 256), (512, 512), (4000, 1024)]
)
def test_the_level_is_the_smallest_that_needs_no_enlarging(side, level):
    assert level_for(side) == level


def test_every_combination_composes(artwork):
    for skin, emotion, (glasses, frame), mask in itertools.product(SKINS, EMOTIONS, EYEWEAR, WORN):
        for worn in WORN:
            look = Look(mask, skin, glasses, frame, emotion, worn, worn, worn)
            sprite = artwork.face(look, 128)
            assert (sprite.image[..., 3] == 255).mean() > 0.4
            assert (sprite.image[..., :3] <= sprite.image[..., 3:]).all()


@pytest.mark.parametrize("name", ["hat", "beard", "earrings"])
@pytest.mark.parametrize("skin", SKINS)
def test_what_is_worn_shows(artwork, skin, name):
    bare = Look(skin=skin)
    worn = replace(bare, **{name: "worn"})
    difference = np.abs(on_grey(artwork, worn, 128) - on_grey(artwork, bare, 128)).max(axis=2)
    assert (difference > 40).mean() > 0.005


def test_the_head_stays_where_it_is_at_every_level(artwork):
    for level in LEVELS:
        sprite = artwork.face(Look(), level)
        solid = np.zeros((level, level), np.uint8)
        height, width = sprite.image.shape[:2]
        alpha = sprite.image[..., 3]
        solid[sprite.top : sprite.top + height, sprite.left : sprite.left + width] = alpha
        unit = artwork.anchors.size / level
        x, y = artwork.anchors.head
        rows = np.flatnonzero(solid[:, round(x / unit)] >= 128)
        assert rows[0] * unit == pytest.approx(y - artwork.anchors.radius[1], abs=10)
        assert rows[-1] * unit == pytest.approx(y + artwork.anchors.radius[1], abs=10)


def test_closed_eyes_differ_only_around_the_eyes(artwork):
    opened = artwork.face(Look(), 512)
    closed = artwork.face(Look(), 512, closed=True)
    rows = np.flatnonzero((opened.image != closed.image).any(axis=(1, 2))) + opened.top
    assert rows.size > 20
    assert rows[0] > 150
    assert rows[-1] < 350


def test_a_picture_has_straight_alpha(artwork):
    picture = artwork.picture(Look(emotion="happy"))
    assert picture.shape == (512, 512, 4)
    assert picture[0, 0, 3] == 0
    assert picture[284, 256, 3] == 255
    premultiplied = picture[..., :3] * (picture[..., 3:] / 255) + 128 * (1 - picture[..., 3:] / 255)
    assert np.abs(premultiplied - on_grey(artwork, Look(emotion="happy"), 512)).max() < 2


def test_the_same_look_is_composed_once(artwork):
    look = Look(emotion="sad")
    assert artwork.face(look, 256) is artwork.face(replace(look), 256)


def test_an_unknown_set_names_those_there_are():
    with pytest.raises(ConfigError, match="cartoon"):
        load_artwork("oil painting")


def test_an_unknown_label_names_the_missing_drawing(artwork):
    with pytest.raises(ArtworkError, match=r"mouth_sleepy\.png: missing"):
        artwork.face(Look(emotion="sleepy"), 128)


def test_a_broken_drawing_is_named(tmp_path):
    source = PARTS / "cartoon"
    (tmp_path / "png/128").mkdir(parents=True)
    (tmp_path / "anchors.toml").write_text((source / "anchors.toml").read_text())
    (tmp_path / "png/corners.toml").write_text((source / "png/corners.toml").read_text())
    (tmp_path / "png/128/base_medium.png").write_bytes(b"not a picture")
    with pytest.raises(ArtworkError, match=r"base_medium\.png: not an 8-bit PNG"):
        Artwork(tmp_path).face(Look(), 128)
    (tmp_path / "png/128/base_medium.png").unlink()
    with pytest.raises(ArtworkError, match=r"base_medium\.png: missing"):
        Artwork(tmp_path).face(Look(), 128)


@pytest.mark.parametrize(
    ("rule", "wrong", "message"),
    [
        ("base_{skin}", "base_{tone}", "base_{tone}: expected labels of .*, got tone"),
        ('hat = ["none"]', 'hats = ["none"]', "tint_fear: expected labels of .*, got hats"),
        ("when = { beard", "whne = { beard", "expected part, when and raise, got whne"),
    ],
)
def test_a_rule_that_cannot_be_followed_is_named(tmp_path, rule, wrong, message):
    rules = (PARTS / "cartoon" / "anchors.toml").read_text()
    (tmp_path / "png").mkdir()
    (tmp_path / "png/corners.toml").touch()
    (tmp_path / "anchors.toml").write_text(rules.replace(rule, wrong, 1))
    with pytest.raises(ArtworkError, match=message):
        Artwork(tmp_path)


def test_nothing_need_be_strewn(artwork):
    assert artwork.particle(Look(), 128) is None
    assert artwork.particle(Look(emotion="happy"), 128) is not None


def test_a_folder_without_rules_is_an_error(tmp_path):
    with pytest.raises(ArtworkError, match=r"anchors\.toml"):
        Artwork(tmp_path)


@pytest.mark.parametrize("name", available_artworks())
def test_drawings_sit_on_their_anchors(name):
    anchors = read_toml(PARTS / name / "anchors.toml")["anchors"]
    for layer in ("eyes", "brows", "mouth"):
        part = Parts(PARTS / name).load(f"{layer}_neutral", 1024)
        height, width = part.image.shape[:2]
        middle = (part.left + width / 2) / 2, (part.top + height / 2) / 2
        expected = np.reshape(anchors[layer], (-1, 2)).mean(axis=0)
        assert middle == pytest.approx(expected, abs=12)
