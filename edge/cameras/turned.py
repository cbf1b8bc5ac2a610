"""Any camera that hangs sideways or upside down, as if it stood upright."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2

from edge.cameras import Camera
from edge.types import Frame, Image, Lores

_CODES = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


class TurnedCamera:
    """Turns each frame of another camera, which it owns."""

    def __init__(self, camera: Camera, degrees: int) -> None:
        """`degrees`: 90, 180 or 270, clockwise."""
        self.fps, self.live = camera.fps, camera.live
        self._camera = camera
        self._degrees = degrees

    def __iter__(self) -> Iterator[Frame]:
        """See `Camera`."""
        for frame in self._camera:
            # In a mirror the clock runs the other way.
            code = _CODES[360 - self._degrees if frame.mirrored else self._degrees]
            lores = TurnedLores(frame.lores, code) if frame.lores is not None else None
            yield replace(frame, image=cv2.rotate(frame.image, code), lores=lores)

    def close(self) -> None:
        """See `Camera`."""
        self._camera.close()


@dataclass(frozen=True, eq=False)
class TurnedLores:
    """See `Lores`; turned when it is asked for."""

    lores: Lores
    code: int  # of cv2.rotate

    @property
    def grey(self) -> Image:
        """See `Lores`."""
        return cv2.rotate(self.lores.grey, self.code)

    @property
    def bgr(self) -> Image:
        """See `Lores`."""
        return cv2.rotate(self.lores.bgr, self.code)
