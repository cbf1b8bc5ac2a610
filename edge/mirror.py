"""The mirror itself: camera, pipeline, compositor, display, and the keys."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path

from edge.album import Album
from edge.capture import Capture
from edge.compositor import Compositor
from edge.displays import Display
from edge.overlay import Overlay
from edge.pipeline import Pipeline
from edge.stats import Stats
from edge.types import Frame, Image
from edge.watchdog import Watchdog

STALL_S = 2.0
"""A camera that delivers nothing for so long is said to have stopped."""

_POLL_S = 0.1  # keys are looked at so often even when the camera delivers nothing
_QUIT = frozenset({"q", "escape", "quit"})

log = logging.getLogger(__name__)


class Mirror:
    """Shows what the camera sees with an emoticon on every face, until somebody quits."""

    def __init__(
        self,
        capture: Capture,
        pipeline: Pipeline,
        compositor: Compositor,
        display: Display,
        overlay: Overlay,
        *,
        stats: Stats,
        watchdog: Watchdog,
        flip: bool,
        kiosk: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """All parts are ready to use; `close` of each is the caller's to call.

        In a kiosk only the display's way out counts: passers-by take no pictures.
        """
        self._capture = capture
        self._pipeline = pipeline
        self._compositor = compositor
        self._display = display
        self._overlay = overlay
        self._stats = stats
        self._watchdog = watchdog
        self._flip = flip
        self._kiosk = kiosk
        self._clock = clock
        self._album = Album()
        self._picture: Image | None = None
        self._shown_s = clock()
        self._stalled = False  # and the picture says so
        self._stopping = False

    def stop(self) -> None:
        """End after the frame that is being shown; may be called from a signal handler."""
        self._stopping = True

    def run(self) -> None:
        """Go on until the camera ends or a key quits; raises the camera's and display's errors."""
        try:
            while not self._stopping and not self._capture.ended:
                frame = self._capture.newest(_POLL_S)
                key = self._wait() if frame is None else self._show(frame)
                self._watchdog.feed()
                if key in _QUIT:
                    return
                if key is not None and not self._kiosk:
                    self._act(key)
                self._tell_saved()
        finally:
            self._album.close()
            self._tell_saved()

    def _show(self, frame: Frame) -> str | None:
        """Everything that happens to one frame; the key pressed meanwhile."""
        taken_s = self._clock()
        scene = self._pipeline.step(frame)
        with self._stats.stage("compose"):
            picture = self._compositor.compose(scene, now=frame.time_s, flip=self._flip)
        with self._stats.stage("overlay"):
            self._overlay.draw(
                picture,
                scene,
                now=frame.time_s,
                flip=self._flip,
                faults=self._pipeline.faults,
                stats=self._stats,
            )
        with self._stats.stage("display"):
            key = self._display.show(picture)
        self._picture, self._shown_s, self._stalled = picture, self._clock(), False
        # A film's frames carry the film's time: they are as old as the work on them.
        captured_s = taken_s if self._capture.every else frame.time_s
        self._stats.frame_shown(age_s=self._shown_s - captured_s, faces=len(scene.tracks))
        return key

    def _wait(self) -> str | None:
        """Nothing came: show the last picture on, and say so when it takes too long."""
        if self._picture is None:
            return None
        if not self._stalled and self._clock() - self._shown_s > STALL_S:
            self._overlay.stopped(self._picture)
            self._stalled = True
        return self._display.show(self._picture)

    def _act(self, key: str) -> None:
        if key == "s":
            self._overlay.toggle_stats()
        elif key == "space" and self._picture is not None:
            self._album.save(self._picture)

    def _tell_saved(self) -> None:
        for outcome in self._album.finished():
            if isinstance(outcome, Path):
                self._stats.pictures += 1
                self._overlay.notify("saved", path=str(outcome))
                log.info("saved %s", outcome.resolve())
            else:
                self._overlay.notify("not_saved", reason=str(outcome))
                log.warning("%s", outcome)
