"""The booth itself: the mirror's parts, the state machine, and what each state asks to be done."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from edge.booth.album import Entry
from edge.booth.darkroom import Darkroom
from edge.booth.layouts import Picture
from edge.booth.machine import Machine
from edge.booth.parts import Parts
from edge.booth.screens import (
    Attract,
    Closing,
    Countdown,
    Delete,
    Develop,
    Developed,
    Event,
    Live,
    Message,
    NextLanguage,
    Press,
    Print,
    Refused,
    Result,
    Screen,
    Seen,
    Shoot,
    Stop,
    Taken,
    Tick,
)
from edge.booth.shutter import Shutter
from edge.booth.stage import View
from edge.displays import Click
from edge.mirror import STALL_S
from edge.types import Image, Scene

NEAR = 0.2
"""Who is near enough: a face's height, as a part of the picture's."""

_POLL_S = 0.1
_QUIT = frozenset({"q", "escape", "quit"})
_KEYS: dict[str, Event] = {
    "space": Press(),
    "enter": Press(),
    "p": Print(),
    "d": Delete(),
    "l": NextLanguage(),
}

log = logging.getLogger(__name__)


class Booth:
    """Runs one evening."""

    def __init__(
        self,
        parts: Parts,
        machine: Machine,
        *,
        flip: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`flip`: the mirror is mirrored; pictures never are, so that what is written is legible.

        `clock` is that of the frames' `time_s`.
        """
        self._parts = parts
        self._machine = machine
        self._flip = flip
        self._clock = clock
        self._shutter = Shutter()
        self._shots: list[Image] = []
        self._darkroom = Darkroom(parts.layout.develop)
        self._entry: Entry | None = None
        self._address: str | None = None
        self._mirrored: Image | None = None
        self._frame_s = clock()  # when a frame came last
        self._stopping = False
        self.state = machine.start(clock())

    def stop(self) -> None:
        """End, and tell the guest if there is one; may be called from a signal handler."""
        self._stopping = True

    @property
    def picture(self) -> Picture | None:
        """The guest's, while it is shown."""
        return None if self._entry is None else self._entry.picture

    def run(self) -> None:
        """Go on until stopped, or until the camera ends; raises its and the display's errors."""
        parts = self._parts
        try:
            while not self._machine.over(self.state, self._clock()) and not parts.capture.ended:
                frame = parts.capture.newest(_POLL_S)
                scene = None if frame is None else parts.pipeline.step(frame)
                self._step(scene)
                parts.watchdog.feed()
        finally:
            self._finish()

    def _step(self, scene: Scene | None) -> None:
        """Everything that happens to one frame, or for want of one."""
        parts, now = self._parts, self._clock()
        if self._stopping:
            self._send(Stop(), now)
        self._send(Tick() if scene is None else self._look(scene, now), now)
        self._reflect(scene)
        self._shoot(now)
        self._collect(now)
        parts.album.expire(now)
        parts.panel.light(isinstance(self.state.screen, Attract | Live))
        picture = parts.stage.draw(self.state, self._view(now), now)
        key = parts.display.show(picture)
        if scene is not None:
            age_s = self._clock() - scene.frame.time_s
            parts.stats.frame_shown(age_s=age_s, faces=len(scene.tracks))
        self._hear(key, self._clock())

    def _look(self, scene: Scene, now: float) -> Seen:
        """What the newest frame tells."""
        self._frame_s = now
        if isinstance(self.state.screen, Countdown | Shoot):
            self._shutter.add(scene)
        nearest = max(scene.tracks, key=lambda track: track.box.area, default=None)
        if nearest is None:
            return Seen(0)
        emotion = scene.attributes.get(nearest.id, {}).get("emotion")
        return Seen(
            len(scene.tracks),
            near=nearest.box.height >= NEAR * scene.frame.image.shape[0],
            smiling=emotion is not None and emotion.label == "happy",
        )

    def _reflect(self, scene: Scene | None) -> None:
        """Paint the mirror's picture, if it is to be seen; no guest sees that of the last one."""
        if not isinstance(self.state.screen, Live | Countdown | Shoot | Develop):
            self._mirrored = None
        elif scene is not None:
            now = scene.frame.time_s
            self._mirrored = self._parts.mirror.compose(scene, now=now, flip=self._flip)

    def _hear(self, key: str | None, now: float) -> None:
        """Keys, touches and the button."""
        if key in _QUIT:
            self.stop()
        elif isinstance(key, Click):
            self._send(self._parts.stage.touched(key.x, key.y), now)
        elif key in _KEYS:
            self._send(_KEYS[key], now)
        if self._parts.panel.pressed():
            self._send(Press(), now)

    def _send(self, event: Event, now: float) -> None:
        """Let an event have its effect on the state, and that on the world."""
        before = self.state.screen
        self.state = self._machine.step(self.state, event, now)
        after = self.state.screen
        if after is not before:
            self._enter(before, after, now)

    def _enter(self, before: Screen, after: Screen, now: float) -> None:
        match after:
            case Countdown(taken=0):
                self._shots.clear()
                self._shutter.clear()
                if self._parts.album.full:
                    self._send(Refused("booth_full"), now)
            case Develop():
                shots, self._shots = self._shots, []
                self._darkroom.submit(shots)
            case Result(prints=prints) if isinstance(before, Result) and prints > before.prints:
                assert self._parts.printer is not None
                assert self._entry is not None
                self._parts.printer.submit(self._entry.picture.still)
            case Message(reason="booth_deleted"):
                assert self._entry is not None
                self._parts.album.delete(self._entry)
        if not isinstance(after, Result):
            self._entry = self._address = None

    def _shoot(self, now: float) -> None:
        """Take the shot that is due, or say why it cannot be taken."""
        if not isinstance(self.state.screen, Shoot):
            return
        scene = self._shutter.take(now)
        if scene is None:
            self._send(Refused("booth_no_camera" if self._stalled(now) else "booth_nobody"), now)
            return
        painted = self._parts.camera.compose(scene, now=scene.frame.time_s, flip=False)
        self._shots.append(painted.copy())
        self._send(Taken(), now)

    def _collect(self, now: float) -> None:
        """What is ready by now: the picture, news of the printer."""
        if self._darkroom.done:
            self._develop(now)
        news = None if self._parts.printer is None else self._parts.printer.collect()
        if news is not None:
            self._send(news, now)

    def _develop(self, now: float) -> None:
        """Show the picture that is made now, or that there is none."""
        picture = self._darkroom.collect()
        # What comes when it has been given up is nobody's any more.
        if not isinstance(self.state.screen, Develop | Closing):
            return
        if picture is None:
            self._send(Refused("booth_failed"), now)
            return
        entry = self._parts.album.add(picture, now)
        self._parts.stats.pictures += 1
        self._send(Developed(), now)
        if isinstance(self.state.screen, Result):
            self._entry = entry
            if self._parts.share is not None:
                self._address = self._parts.share.address(entry.token)

    def _finish(self) -> None:
        """What is being made is to be kept, if pictures are."""
        self._develop(self._clock())
        self._darkroom.close()

    def _view(self, now: float) -> View:
        gone = self._entry is None or now >= self._entry.gone_s
        return View(
            self._mirrored,
            trouble=self._stalled(now),
            picture=self.picture,
            address=None if gone else self._address,
        )

    def _stalled(self, now: float) -> bool:
        return self._parts.capture.fault is not None or now - self._frame_s > STALL_S
