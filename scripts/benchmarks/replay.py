"""Cameras for measuring: frames are made before the clock starts, and their truth is known."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from edge.cameras import create_camera
from edge.cameras.demo import DemoCamera
from edge.detectors import Detector
from edge.types import Box, Frame, Image

Truth = list[tuple[Box, float]]
"""The box and roll of everybody in a frame."""


class ReplayCamera:
    """Plays frames held in memory, in their order and back, at a nominal rate."""

    live = False

    def __init__(self, images: list[Image], truths: list[Truth], *, fps: float) -> None:
        """`truths[i]` belongs to `images[i]`."""
        self.fps: float | None = fps
        self._images = images
        self._truths = truths

    def _at(self, index: int) -> int:
        """Where the film is at frame `index`: it runs forth and back, so it never leaps."""
        last = max(1, len(self._images) - 1)
        at = index % (2 * last)
        return min(at if at <= last else 2 * last - at, len(self._images) - 1)

    def truth(self, index: int) -> Truth:
        """Who is where in frame `index`."""
        return self._truths[self._at(index)]

    @property
    def held_mb(self) -> float:
        """The memory that the frames take."""
        return sum(image.nbytes for image in self._images) / 1e6

    def __iter__(self) -> Iterator[Frame]:
        """See `edge.cameras.Camera`."""
        index = 0
        while True:
            yield Frame(self._images[self._at(index)], index, index / (self.fps or 30.0))
            index += 1

    def close(self) -> None:
        """See `edge.cameras.Camera`."""


def demo(
    *, width: int, height: int, faces: int, speed: float, fps: float, frames: int
) -> ReplayCamera:
    """The demo camera's film; `speed` in face widths a second."""
    camera = DemoCamera(width=width, height=height, fps=fps, faces=faces, speed=speed)
    indices = range(frames)
    return ReplayCamera(
        [camera.render(i) for i in indices], [camera.truth(i) for i in indices], fps=fps
    )


def visit(*, width: int, height: int, fps: float) -> ReplayCamera:
    """Nobody for a second, somebody for two, nobody for two."""
    camera = DemoCamera(width=width, height=height, fps=fps)
    second = round(fps)
    empty: Image = np.ascontiguousarray(camera.background)
    images = [empty] * second + [camera.render(i) for i in range(2 * second)] + [empty] * 2 * second
    truths: list[Truth] = [[] for _ in images]
    truths[second : 3 * second] = [camera.truth(i) for i in range(2 * second)]
    return ReplayCamera(images, truths, fps=fps)


def still(*, width: int, height: int, fps: float) -> ReplayCamera:
    """One face that does not move, under a sensor's noise."""
    image = DemoCamera(width=width, height=height, fps=fps).render(0)
    truth = DemoCamera(width=width, height=height, fps=fps).truth(0)
    random = np.random.default_rng(0)
    images = [
        np.clip(image + random.normal(0, 2, image.shape), 0, 255).astype(np.uint8)
        for _ in range(16)
    ]
    return ReplayCamera(images, [truth] * len(images), fps=fps)


def clip(path: str, *, frames: int, detector: Detector) -> ReplayCamera:
    """A video of one person; the truth is the best face that `detector` finds in each frame."""
    camera = create_camera(path)
    images = [frame.image for frame in itertools.islice(camera, frames)]
    camera.close()
    truths: list[Truth] = [
        [(face.box, 0.0) for face in detector.detect(image)[:1]] for image in images
    ]
    return ReplayCamera(images, truths, fps=camera.fps or 30.0)
