"""The capture thread and the slot that holds the newest frame."""

from __future__ import annotations

import dataclasses
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import TracebackType
from typing import Literal

from edge.cameras import Camera
from edge.errors import CameraError
from edge.types import Frame

JOIN_TIMEOUT_S = 5.0
RETRY_S = 1.0
Mode = Literal["newest", "every"]

_log = logging.getLogger(__name__)


class Capture:
    """Reads a camera in its own thread and hands its frames to one consumer.

    `newest`: a frame that is not taken before the next one comes is dropped and counted. A live
    camera sets the pace; any other is paced at its rate, and its frames get the time of their
    release. `every`: the camera waits for the consumer, nothing is dropped and frames keep the
    time in the film; not for a live camera, which cannot wait.

    Every captured frame is either taken or dropped, at the end, after an error and after
    `close()` too. It owns the camera from `start()` on.
    """

    def __init__(
        self,
        camera: Camera,
        *,
        mode: Mode = "newest",
        frames: int | None = None,
        reopen: Callable[[], Camera] | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        """`frames`: capture that many, then end. `clock`, `sleep`: in seconds, for the pace.

        With `reopen` a camera that stops is not the end: it is closed, and opened again every
        second until it is back.
        """
        if mode == "every" and camera.live:
            raise ValueError("mode 'every': a live camera cannot wait")
        self._camera = camera
        self.every = mode == "every"  # frames carry the time in the film
        self._limit = frames
        self._reopen = reopen
        self._period_s = None if self.every or camera.live else 1 / (camera.fps or 30.0)
        self._clock = clock
        self._stopping = threading.Event()
        self._sleep = sleep or self._stopping.wait
        self._slot: Frame | None = None
        self._changed = threading.Condition()  # guards everything below, and the slot
        self._captured = 0
        self._dropped = 0
        self._finished = False
        self._error: Exception | None = None
        self._fault: str | None = None
        self._left_behind = False
        self.restarts = 0
        """How often the camera was opened again after it had stopped."""
        self._thread = threading.Thread(target=self._run, name="capture", daemon=True)

    @property
    def captured(self) -> int:
        """Frames read from the camera so far."""
        return self._captured

    @property
    def dropped(self) -> int:
        """Captured frames that nobody took."""
        return self._dropped

    @property
    def fault(self) -> str | None:
        """Why the camera has stopped, while it is being opened again."""
        return self._fault

    @property
    def ended(self) -> bool:
        """There is nothing more to take, no frame and no error."""
        with self._changed:
            return self._finished and self._slot is None and self._error is None

    def start(self) -> Capture:
        """Start the thread; once."""
        self._thread.start()
        return self

    def newest(self, timeout_s: float | None = None) -> Frame | None:
        """Take the newest frame, waiting for one that has not been taken yet.

        None when none came within `timeout_s` seconds (a stalled camera), or at the end (then
        `ended` holds). Raises the camera's error, once, when what came before it has been taken.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._slot is not None or self._finished, timeout_s)
            frame, self._slot = self._slot, None
            self._changed.notify_all()
            if frame is None and self._error is not None:
                error, self._error = self._error, None
                raise error
            return frame

    def __iter__(self) -> Iterator[Frame]:
        """Frames to the end, however long the camera takes; raises the camera's error."""
        while (frame := self.newest()) is not None:
            yield frame

    def close(self) -> None:
        """Stop the thread and release the camera; may be called twice.

        A thread that hangs in the camera's driver is left behind, which is logged as an error;
        whatever it reads later is not counted.
        """
        self._stopping.set()
        with self._changed:
            self._drop()
            self._finished = True
            self._changed.notify_all()
        if self._thread.is_alive() and not self._left_behind:
            self._thread.join(JOIN_TIMEOUT_S)
            self._left_behind = self._thread.is_alive()
            if self._left_behind:
                _log.error("the camera does not answer; its thread is left behind")
        if not self._thread.is_alive():
            self._camera.close()

    def __enter__(self) -> Capture:
        """Start."""
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()

    def _run(self) -> None:
        error: Exception | None = None
        try:
            while self._goes_on_after_a_stop():
                self._come_back()
        except Exception as failure:  # whatever it is, it must reach the consumer
            error = failure
        with self._changed:
            self._error = error
            self._finished = True
            self._changed.notify_all()

    def _goes_on_after_a_stop(self) -> bool:
        """Read to the end (False), or until a camera stops that may come back (True)."""
        try:
            self._read()
        except CameraError as failure:
            if self._reopen is None:
                raise
            self._fault = str(failure)
            _log.warning("%s", failure)
            return True
        return False

    def _come_back(self) -> None:
        """Open the camera again, as soon as it can be opened."""
        assert self._reopen is not None
        self._camera.close()
        while not self._finished:
            self._sleep(RETRY_S)
            if self._finished:  # closed meanwhile
                return
            with suppress(CameraError):
                camera = self._reopen()
                with self._changed:
                    if not self._finished:
                        self._camera = camera
                        self.restarts += 1
                        return
                camera.close()  # too late: `close()` does not know of it

    def _read(self) -> None:
        if self._limit == 0 or self._finished:
            return
        due = self._clock()
        for frame in self._camera:
            if self._period_s is not None:
                self._sleep(max(0.0, due - self._clock()))
                now = self._clock()
                frame = dataclasses.replace(frame, time_s=now)
                # Late by less than a frame: catch up. By more: do not rush, go on from here.
                due = (due if now - due < self._period_s else now) + self._period_s
            if not self._publish(frame) or self._captured == self._limit:
                return

    def _publish(self, frame: Frame) -> bool:
        """Put a frame into the slot; False when the capture has been closed."""
        with self._changed:
            if self.every:
                self._changed.wait_for(lambda: self._slot is None or self._finished)
            if self._finished:
                return False
            self._drop()
            # A camera that was opened again counts from 0.
            self._slot = dataclasses.replace(frame, index=self._captured)
            self._captured += 1
            self._fault = None
            self._changed.notify_all()
            return True

    def _drop(self) -> None:
        if self._slot is not None:
            self._slot = None
            self._dropped += 1
