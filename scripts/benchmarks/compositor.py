"""How long painting a face takes, beside the report's way of laying a picture on another."""

from __future__ import annotations

import time
from collections.abc import Callable

import cv2
import numpy as np

from edge.artwork import Artwork, Look, load_artwork
from edge.blend import Blender
from edge.compositor import Compositor
from edge.modes import cover_radius
from edge.sprites import premultiply
from edge.types import Attribute, Box, Frame, Image, Scene, Track

_LABELS = {"glasses": "eyeglasses", "frame": "round", "emotion": "happy"}
_WARM_UP = 20


def compositor_times(size: int, *, repeats: int = 200) -> dict[str, list[float]]:
    """Milliseconds of each run on one thread; the ways take turns, so that all share the weather.

    - compose: what the mirror does to a frame with one moving face, its head `size` pixels wide
    - copy: the same without a face; what painting takes is the difference
    - blend: an emoticon whose canvas is `size` pixels wide, warped already, laid on the frame
    - paste: the same canvas laid by the report's code, channel by channel in floating point
    """
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        return _take_turns(_ways(load_artwork("cartoon"), size), repeats)
    finally:
        cv2.setNumThreads(threads)


def report_paste(picture: Image, emoticon: np.ndarray) -> None:
    """Lay an (H, W, 4) uint8 picture with straight alpha on a corner of another."""
    height, width = emoticon.shape[:2]
    region = picture[:height, :width]
    alpha = emoticon[..., 3] / 255.0
    for channel in range(3):
        region[..., channel] = alpha * emoticon[..., channel] + (1 - alpha) * region[..., channel]


def _ways(artwork: Artwork, size: int) -> dict[str, Callable[[float], object]]:
    width, height = size * 2, size * 3 // 2
    picture = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    side = size / 2 / cover_radius(Box(0, 0, 1, 1))
    box = Box(0, 0, side, side).moved((width - side) / 2, (height - side) / 2)
    attributes = {1: {name: Attribute(name, label, 1.0) for name, label in _LABELS.items()}}
    empty = Scene(Frame(picture, 0, 0.0))
    one = Scene(empty.frame, (Track(1, box, roll=0.1),), attributes)
    busy, idle = Compositor(artwork), Compositor(artwork)
    straight = artwork.picture(Look(glasses="eyeglasses", frame="round"), size)
    left, top, across, down = cv2.boundingRect(straight[..., 3])
    ready = premultiply(straight[top : top + down, left : left + across])
    canvas = picture.copy()
    blender = Blender()
    return {
        "compose": lambda now: busy.compose(one, now=now, flip=True),
        "copy": lambda now: idle.compose(empty, now=now, flip=True),
        "blend": lambda now: blender.lay(canvas, ready, left, top),
        "paste": lambda now: report_paste(canvas, straight),
    }


def _take_turns(ways: dict[str, Callable[[float], object]], repeats: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in ways}
    for run in range(-_WARM_UP, repeats):
        for name, way in ways.items():
            start = time.perf_counter()
            # From the second run on, the face has appeared and only moves a little.
            way(run * 2.0)
            if run >= 0:
                times[name].append((time.perf_counter() - start) * 1000)
    return times
