"""The fake camera: a grey ramp with a white square that moves, for tests and for trying things."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from edge.types import Frame, Image

SIDE = 16  # of the square, in pixels
STEP = 4  # pixels to the right a frame


class FakeCamera:
    """An endless film without faces; the same arguments always give the same frames."""

    live = False

    def __init__(
        self, *, width: int | None = None, height: int | None = None, fps: float | None = None
    ) -> None:
        """320x240 at 30 frames a second unless told otherwise."""
        self.fps: float = fps or 30.0
        ramp = np.linspace(0, 200, width or 320, dtype=np.uint8)
        self._background: Image = np.broadcast_to(ramp[:, None], (height or 240, len(ramp), 3))

    def render(self, index: int) -> Image:
        """Frame `index`; a new (height, width, 3) array."""
        image = self._background.copy()
        height, width = image.shape[:2]
        left = index * STEP % max(1, width - SIDE)
        image[height // 2 :, left : left + SIDE][:SIDE] = 255
        return image

    def __iter__(self) -> Iterator[Frame]:
        """See `Camera`."""
        index = 0
        while True:
            yield Frame(self.render(index), index, index / self.fps)
            index += 1

    def close(self) -> None:
        """See `Camera`."""
