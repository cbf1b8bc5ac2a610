"""What is around the booth: time, guests before the camera, and everything that breaks."""

from __future__ import annotations

import itertools
import stat
from collections.abc import Iterator
from pathlib import Path

import cv2

from edge.cameras.demo import DemoCamera
from edge.detectors.tflite import TFLiteDetector
from edge.errors import CameraError
from edge.types import Box, Face, Frame, Image

STEP_S = 0.25
"""A screen shown takes so long, on the clock of the evening."""

_FRAMES = 40  # drawn beforehand

_COMMANDS = {
    "lp": "cat >/dev/null; echo 1 >>{log}; echo request id is Evening-7 '(1 file)'",
    "lpstat": 'if [ -e {jam} ]; then echo "Evening-7 root 1024 now"; fi',
    "cancel": "rm -f {jam}",
}


class World:
    """One evening's surroundings; the camera's thread and the display's look at it."""

    def __init__(self, folder: Path) -> None:
        """`folder`: for the printer's commands; its `bin` belongs on PATH."""
        self.now = 0.0
        self.present = False
        self.plugged = True
        self.detector_works = True
        demo = DemoCamera(width=320, height=240, fps=1 / STEP_S)
        self._guest = [demo.render(index) for index in range(_FRAMES)]
        # Back and forth, so that nobody jumps.
        self._guest += self._guest[-2:0:-1]
        self._room = demo.background
        self._commands = folder / "bin"
        self._jam = folder / "jam"
        self._log = folder / "prints"
        self._log.touch()
        self._commands.mkdir()
        self.mend_printer()

    def clock(self) -> float:
        """Seconds since the evening began."""
        return self.now

    def picture(self, index: int) -> Image:
        """What the camera sees."""
        return self._guest[index % len(self._guest)] if self.present else self._room

    @property
    def prints(self) -> int:
        """Jobs that the printer was given."""
        return len(self._log.read_text().splitlines())

    def mend_printer(self) -> None:
        """It is there, and works."""
        self._jam.unlink(missing_ok=True)
        for name, text in _COMMANDS.items():
            path = self._commands / name
            path.write_text(f"#!/bin/sh\n{text.format(log=self._log, jam=self._jam)}\n")
            path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def remove_printer(self) -> None:
        """There is no CUPS any more."""
        for name in _COMMANDS:
            (self._commands / name).unlink()

    def jam_printer(self) -> None:
        """A job stays in the queue."""
        self._jam.touch()


class EveningCamera:
    """A camera whose plug can be pulled."""

    live = False
    fps: float | None = 1 / STEP_S

    def __init__(self, world: World) -> None:
        """Raises CameraError while it is unplugged."""
        if not world.plugged:
            raise CameraError("camera 0: not there; plug it in, or try --camera demo")
        self._world = world

    def __iter__(self) -> Iterator[Frame]:
        """See `Camera`."""
        for index in itertools.count():
            if not self._world.plugged:
                raise CameraError("camera 0: stopped delivering; is it still plugged in?")
            yield Frame(self._world.picture(index), index, self._world.now)

    def close(self) -> None:
        """See `Camera`."""


class EveningDetector:
    """The real one, which can be made to crash."""

    world: World

    def __init__(self, *, min_score: float) -> None:
        """See `create_detector`."""
        cv2.setNumThreads(1)
        self._detector = TFLiteDetector(min_score=min_score)

    def detect(self, image: Image, region: Box | None = None) -> list[Face]:
        """See `Detector`."""
        if not self.world.detector_works:
            raise RuntimeError("the evening's detector crashes")
        return self._detector.detect(image, region)
