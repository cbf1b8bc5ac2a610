import itertools

import numpy as np
import pytest

from edge.affine import scaling
from edge.artwork import Look, available_artworks, level_for, load_artwork
from edge.blend import Blender

SIZE = 48  # pixels of the whole canvas: about the smallest face that is found
EMOTIONS = ("angry", "contempt", "disgust", "fear", "happy", "neutral", "sad", "surprise")
SKINS = ("light", "medium", "dark")
EYEWEAR = (
    ("none", "square"),
    ("eyeglasses", "square"),
    ("eyeglasses", "round"),
    ("sunglasses", "square"),
)


def shown(artwork, look):
    """The emoticon as the mirror paints it, on grey: (48, 48, 3) float."""
    canvas = np.full((SIZE, SIZE, 3), 128, np.uint8)
    units = artwork.anchors.size
    level = level_for(SIZE)
    for sprite in (artwork.face(look, level), *artwork.effect(look, level)):
        Blender().paint(canvas, sprite, scaling(SIZE / units, SIZE / units), units)
    return canvas.astype(float)


def apart(pictures):
    """The smallest mean absolute difference between any two."""
    pairs = itertools.combinations(pictures, 2)
    return min(float(np.abs(one - other).mean()) for one, other in pairs)


@pytest.mark.parametrize("name", available_artworks())
@pytest.mark.parametrize("mask", ["none", "worn"])
@pytest.mark.parametrize(("glasses", "frame"), EYEWEAR)
@pytest.mark.parametrize("skin", SKINS)
def test_emotions_are_told_apart_at_48_pixels(name, skin, glasses, frame, mask):
    artwork = load_artwork(name)
    looks = (Look(mask, skin, glasses, frame, emotion) for emotion in EMOTIONS)
    assert apart([shown(artwork, look) for look in looks]) >= 6


@pytest.mark.parametrize("name", available_artworks())
@pytest.mark.parametrize("emotion", EMOTIONS)
def test_skins_are_told_apart_at_48_pixels(name, emotion):
    artwork = load_artwork(name)
    assert apart([shown(artwork, Look(skin=skin, emotion=emotion)) for skin in SKINS]) >= 6
