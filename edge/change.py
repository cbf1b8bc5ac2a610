"""Whether anything moves in front of the camera, and whether it still shows the same scene."""

from __future__ import annotations

import cv2
import numpy as np

from edge.types import Frame, Image

_CUT = 35.0  # mean absolute difference, in grey levels, of pictures of two different shots,
_LIGHT = 0.65  # ... whose correlation is less: more has one scene under two lights
_BLACK = 16  # grey level up to which a place is none of the scene
_SPARSE = 4  # cuts are looked for on every fourth pixel
_BLOCKS = (32, 24)  # the scene is compared in so many blocks,
_CHANGED = 6.0  # ... one of which has to change by so many grey levels


class Change:
    """Compares the newest small grey picture with the last one, and with one that was marked."""

    def __init__(self) -> None:
        """Nothing has been seen."""
        self._shot: tuple[int, tuple[int, ...]] = (0, ())  # the camera's number, and the size
        self._grey: Image | None = None
        self._marked: np.ndarray | None = None
        self.cut = False
        """Whether the newest picture shows another scene than the one before it."""

    def advance(self, frame: Frame, grey: Image) -> None:
        """Take the next frame in, and what it is small and grey: (h, w) uint8.

        A frame of another size is another scene: nothing is where it was. So it is where the
        camera says so. The same one in other light is not: a flash, or a lamp that is switched.
        """
        shot, self._shot = self._shot, (frame.shot, frame.image.shape)
        before, self._grey = self._grey, grey
        self.cut = before is not None and (
            shot != self._shot or _differ(before[::_SPARSE, ::_SPARSE], grey[::_SPARSE, ::_SPARSE])
        )

    def mark(self) -> None:
        """Remember the scene as it is, for `changed`."""
        self._marked = None if self._grey is None else _blocks(self._grey)

    @property
    def changed(self) -> bool:
        """Whether any part of the scene differs from the last `mark`; so it does without one."""
        if self._marked is None or self._grey is None:
            return True
        return bool(np.abs(_blocks(self._grey) - self._marked).max() > _CHANGED)


def _differ(a: Image, b: Image) -> bool:
    """Whether these are pictures of two scenes, whatever the light."""
    if cv2.norm(a, b, cv2.NORM_L1) <= _CUT * a.size:
        return False
    lit = cv2.max(a, b) > _BLACK  # the bars of a film are alike in all of its shots
    one, other = a[lit] - a[lit].mean(), b[lit] - b[lit].mean()
    norms = float(np.linalg.norm(one) * np.linalg.norm(other))  # 0: one of them is plain
    return norms == 0 or float((one * other).sum()) < _LIGHT * norms


def _blocks(grey: Image) -> np.ndarray:
    """Means of areas, so that a sensor's noise averages out."""
    return np.asarray(cv2.resize(grey, _BLOCKS, interpolation=cv2.INTER_AREA), np.float32)
