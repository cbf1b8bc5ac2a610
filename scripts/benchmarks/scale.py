"""(d) What a further face and a larger frame cost on the display path."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.timing import measure
from edge.artwork import load_artwork
from edge.compositor import Compositor
from edge.motion import Motion
from edge.tracker import Tracker
from edge.types import Attribute, Box, Face, Frame, Scene

SIZES = ((320, 240), (640, 480), (1280, 720), (1920, 1080))
FACES = (1, 2, 4, 8, 12)


def run(*, repeat: int, progress: Callable[[str], None]) -> dict[str, list[dict[str, Any]]]:
    """For each frame size: the time to follow and paint so many faces, no worker running."""
    results: dict[str, list[dict[str, Any]]] = {}
    for width, height in SIZES:
        points = results.setdefault(f"{width}x{height}", [])
        for faces in FACES:
            progress(f"{faces} faces, {width}x{height}")
            points.append({"faces": faces, **_path(width, height, faces, repeat)})
    return results


def _path(width: int, height: int, faces: int, repeat: int) -> dict[str, Any]:
    """Faces an eighth of the frame's width, on a texture that shifts to and fro."""
    random = np.random.default_rng(0)
    coarse = random.integers(0, 255, (height // 8, width // 8 + 1, 3), np.uint8)
    texture = np.ascontiguousarray(np.kron(coarse, np.ones((8, 8, 1), np.uint8)))
    images = [np.ascontiguousarray(texture[:, shift : shift + width]) for shift in (0, 2)]
    side = width / 8
    boxes = [
        Box(x, y, x + 0.8 * side, y + side)
        for i in range(faces)
        for x, y in [((i % 4 + 0.6) * width / 5, (i // 4 + 0.4) * height / 4)]
    ]
    motion, tracker = Motion(), Tracker()
    compositor = Compositor(load_artwork("cartoon"))
    motion.advance(Frame(images[0], 0, 0.0))
    tracker.move({}, 0, 0.0)
    tracker.observe([Face(box, 1.0) for box in boxes], 0, 0.0)
    attributes = {
        track.id: {"emotion": Attribute("emotion", "happy", 1.0)} for track in tracker.tracks
    }
    count = iter(range(1, 10**9))

    def step() -> None:
        index = next(count)
        frame = Frame(images[index % 2], index, index / 30)
        motion.advance(frame)
        tracker.move(motion.follow(tracker.poses), index, index / 30)
        scene = Scene(frame, tracker.tracks, attributes)
        compositor.compose(scene, now=index / 30, flip=True)

    times = measure(step, repeat=repeat)
    return {"path_ms": float(np.median(times)), "p95_ms": float(np.percentile(times, 95))}
