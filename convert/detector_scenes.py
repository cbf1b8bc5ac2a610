"""Calibration pictures for the detector: scenes of faces at many sizes, and of none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from convert.dataset import PictureSet
from edge.errors import ConfigError
from edge.types import Image

POOL = 400  # pictures that scenes are made of
MOST = 5  # faces in a scene
SMALLEST = 24  # pixels, the longer side of a pasted picture
LARGEST = 1.2  # the same, in units of the scene's side


def read_pool(sets: Sequence[PictureSet], rng: np.random.Generator) -> list[Image]:
    """Pictures of the train split, as many from each set."""
    pool = []
    for pictures in sets:
        names = [row["path"] for row in pictures.rows if row.get("split") == "train"]
        rng.shuffle(names)
        pool += [pictures.image(name) for name in names[: POOL // len(sets)]]
    if not pool:
        raise ConfigError("--data: expected sets with pictures in the train split; found none")
    return pool


def make_scenes(
    pool: Sequence[Image], side: int, count: int, rng: np.random.Generator
) -> Iterator[Image]:
    """Pictures of side x side pixels: a background and up to five of the pool on it.

    The first has every shade from black to white, so that the input's range is that of pixels.
    """
    ramp = np.linspace(0, 255, side).astype(np.uint8)
    yield np.broadcast_to(ramp[None, :, None], (side, side, 3)).copy()
    for _ in range(count):
        scene = cv2.resize(_one_of(pool, rng), (side, side))
        if rng.random() < 0.5:  # nothing to find in the background
            scene = cv2.GaussianBlur(scene, (0, 0), rng.uniform(3, 20))
        for _ in range(rng.integers(0, MOST + 1)):
            _paste(scene, _one_of(pool, rng), rng)
        light = scene * rng.uniform(0.5, 1.3) + rng.uniform(-20, 20)
        yield np.clip(light, 0, 255).astype(np.uint8)


def _one_of(pool: Sequence[Image], rng: np.random.Generator) -> Image:
    return pool[int(rng.integers(len(pool)))]


def _paste(scene: Image, picture: Image, rng: np.random.Generator) -> None:
    """Lay a picture at any size anywhere, also over the border."""
    side = scene.shape[0]
    longer = np.exp(rng.uniform(np.log(SMALLEST), np.log(LARGEST * side)))
    factor = longer / max(picture.shape[:2])
    height, width = (max(4, round(n * factor)) for n in picture.shape[:2])
    shrinks = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    picture = cv2.resize(picture, (width, height), interpolation=shrinks)
    x = int(rng.integers(-width // 3, side - width // 2))
    y = int(rng.integers(-height // 3, side - height // 2))
    inside = picture[max(0, -y) : side - y, max(0, -x) : side - x]
    top, left = max(0, y), max(0, x)
    scene[top : top + inside.shape[0], left : left + inside.shape[1]] = inside
