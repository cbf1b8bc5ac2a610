import itertools

import numpy as np
import pytest

from edge.affine import scaling
from edge.artwork import Look, available_artworks, level_for, load_artwork
from edge.blend import Blender
from edge.card import read_toml
from edge.paths import PARTS

SIZE = 48  # pixels of the whole canvas: about the smallest face that is found
EMOTIONS = ("angry", "contempt", "disgust", "fear", "happy", "neutral", "sad", "surprise")
SKINS = ("light", "medium", "dark")
EYEWEAR = (
    ("none", "square"),
    ("eyeglasses", "square"),
    ("eyeglasses", "round"),
    ("sunglasses", "square"),
    ("sunglasses", "round"),
)


@pytest.fixture(scope="module", params=available_artworks())
def artwork(request):
    return load_artwork(request.param)


def shown(artwork, look, ground=128):
    """The head as the mirror paints it, on grey: (48, 48, 3) float.

    The signs beside it are left out: they move, and the tear's size passes through 0.
    """
    canvas = np.full((SIZE, SIZE, 3), ground, np.uint8)
    units = artwork.anchors.size
    head = artwork.face(look, level_for(SIZE))
    Blender().paint(canvas, head, scaling(SIZE / units, SIZE / units), units)
    return canvas.astype(float)


def solid(artwork, look):
    """Where the head hides the ground: (48, 48) bool, 48 to 62 % of the canvas."""
    return np.abs(shown(artwork, look, 0) - shown(artwork, look, 255)).max(axis=2) < 250


def mask_of(sprite):
    """Where it is more solid than clear on its canvas: (level, level) bool."""
    where = np.zeros((sprite.level, sprite.level), bool)
    height, width = sprite.image.shape[:2]
    top, left = sprite.top, sprite.left
    where[top : top + height, left : left + width] = sprite.image[..., 3] >= 128
    return where


def apart(pictures):
    """The smallest mean absolute difference between any two."""
    pairs = itertools.combinations(pictures, 2)
    return min(float(np.abs(one - other).mean()) for one, other in pairs)


@pytest.mark.parametrize("hat", ["none", "worn"])
@pytest.mark.parametrize("mask", ["none", "worn"])
@pytest.mark.parametrize(("glasses", "frame"), EYEWEAR)
@pytest.mark.parametrize("skin", SKINS)
def test_emotions_are_told_apart_at_48_pixels(artwork, skin, glasses, frame, mask, hat):
    looks = (Look(mask, skin, glasses, frame, emotion, hat) for emotion in EMOTIONS)
    assert apart([shown(artwork, look) for look in looks]) >= 6


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_bare_skins_are_told_apart_at_48_pixels(artwork, emotion):
    assert apart([shown(artwork, Look(skin=skin, emotion=emotion)) for skin in SKINS]) >= 10


# Over the head alone, or the clear ground around it halves what is seen of the skin. Under a hat,
# sunglasses and a mask hardly any skin is left.
@pytest.mark.parametrize(("hat", "least"), [("none", 9), ("worn", 4)])
@pytest.mark.parametrize("mask", ["none", "worn"])
@pytest.mark.parametrize(("glasses", "frame"), EYEWEAR)
@pytest.mark.parametrize("emotion", EMOTIONS)
def test_skins_are_told_apart_at_48_pixels(artwork, emotion, glasses, frame, mask, hat, least):
    looks = [Look(mask, skin, glasses, frame, emotion, hat) for skin in SKINS]
    where = solid(artwork, looks[0])
    assert apart([shown(artwork, look)[where] for look in looks]) >= least


@pytest.mark.parametrize("mask", ["none", "worn"])
@pytest.mark.parametrize("glasses", ["eyeglasses", "sunglasses"])
@pytest.mark.parametrize("skin", SKINS)
def test_frames_are_told_apart_at_48_pixels(artwork, skin, glasses, mask):
    for emotion in EMOTIONS:
        looks = (Look(mask, skin, glasses, frame, emotion) for frame in ("round", "square"))
        assert apart([shown(artwork, look) for look in looks]) >= 4


@pytest.mark.parametrize("frame", ["round", "square"])
@pytest.mark.parametrize("emotion", EMOTIONS)
@pytest.mark.parametrize("name", available_artworks())
def test_the_light_on_a_dark_lens_stands_out(name, frame, emotion):
    artwork = load_artwork(name)
    picture = shown(artwork, Look(glasses="sunglasses", frame=frame, emotion=emotion)).mean(axis=2)
    for eye in read_toml(PARTS / name / "anchors.toml")["anchors"]["eyes"]:
        x, y = (round(value * SIZE / artwork.anchors.size) for value in eye)
        lens = picture[y - 3 : y + 4, x - 4 : x + 5]
        assert np.percentile(lens, 90) - np.percentile(lens, 10) >= 100


# In `picture` as on a sheet the canvas ends where a sign must not.
@pytest.mark.parametrize("hat", ["none", "worn"])
@pytest.mark.parametrize("emotion", EMOTIONS)
def test_no_sign_leaves_the_canvas(artwork, emotion, hat):
    for piece in artwork.effect(Look(emotion=emotion, hat=hat), 512):
        height, width = piece.image.shape[:2]
        assert min(piece.left, piece.top) >= 0
        assert piece.left + width <= 512
        assert piece.top + height <= 512


# A sweat drop runs down the hat's edge and a tear down the cheek; both have outlines of their own.
@pytest.mark.parametrize("emotion", ["angry", "contempt", "disgust", "happy", "surprise"])
def test_a_sign_is_clear_of_the_hat(artwork, emotion):
    look = Look(emotion=emotion, hat="worn")
    on_canvas = [mask_of(artwork.face(look, 512)), np.zeros((512, 512), bool)]
    for piece in artwork.effect(look, 512):
        on_canvas[1] |= mask_of(piece)
    assert (on_canvas[0] & on_canvas[1]).sum() <= 0.35 * on_canvas[1].sum()
