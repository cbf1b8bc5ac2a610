"""Which of the last frames becomes the picture."""

from __future__ import annotations

from collections import deque

import cv2

from edge.types import Box, Scene

FRESH_S = 0.5
"""An older frame is not what the guests saw when the count ended."""

_KEPT = 8
_MARGIN = 0.15  # of a face's box: what an emoticon reaches beyond it
_SMALL = 160  # pixels: sharpness is measured on faces of about this height at most


class Shutter:
    """Remembers the last scenes and picks the best: everyone on it, then the sharpest."""

    def __init__(self) -> None:
        """Start with none."""
        self._scenes: deque[Scene] = deque(maxlen=_KEPT)

    def add(self, scene: Scene) -> None:
        """Remember a scene; its frame must not be written to any more."""
        self._scenes.append(scene)

    def clear(self) -> None:
        """Forget all."""
        self._scenes.clear()

    def take(self, now: float) -> Scene | None:
        """The best scene with a face of the last FRESH_S seconds, once; None when there is none.

        `now` is on the clock of the frames' `time_s`.
        """
        fresh = [s for s in self._scenes if s.tracks and now - s.frame.time_s <= FRESH_S]
        if not fresh:
            return None
        self._scenes.clear()
        return max(fresh, key=lambda scene: (_people(scene), _sharpness(scene)))


def _people(scene: Scene) -> tuple[int, int]:
    """How many faces are wholly on the picture, and how many at all."""
    height, width = scene.frame.image.shape[:2]
    inside = sum(
        _with_margin(track.box).clipped(width, height) == _with_margin(track.box)
        for track in scene.tracks
    )
    return inside, len(scene.tracks)


def _with_margin(box: Box) -> Box:
    x, y = _MARGIN * box.width, _MARGIN * box.height
    return Box(box.left - x, box.top - y, box.right + x, box.bottom + y)


def _sharpness(scene: Scene) -> float:
    """Of the least sharp face: the variance of its Laplacian (Pech-Pacheco et al., ICPR 2000)."""
    image = scene.frame.image
    values = []
    for track in scene.tracks:
        box = track.box.clipped(image.shape[1], image.shape[0])
        left, top, right, bottom = (round(side) for side in box)
        face = image[top:bottom, left:right]
        if face.size:
            step = max(1, face.shape[0] // _SMALL)
            grey = cv2.cvtColor(face, cv2.COLOR_BGR2GRAY)[::step, ::step]
            values.append(float(cv2.Laplacian(grey, cv2.CV_32F).var()))
    return min(values, default=0.0)
