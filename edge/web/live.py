"""The mirror of this device, run beside the server and shown to whoever opens the live page."""

from __future__ import annotations

import logging
import threading

import anyio
from anyio import to_thread
from starlette.websockets import WebSocket, WebSocketDisconnect

from edge.app import run_mirror
from edge.artwork import load_artwork
from edge.cameras import find_camera
from edge.cameras.picamera2 import PACKAGE, import_library
from edge.compositor import Compositor
from edge.config import MirrorConfig
from edge.errors import CameraError, MirrorError
from edge.language import load_language
from edge.metrics import parse_address
from edge.web.broadcast import Broadcast

MAX_WATCHERS = 16
AGAIN_S = 5.0
"""After the mirror has failed it is tried again, unless its options are wrong."""

JOIN_TIMEOUT_S = 10.0
_PICTURE_S = 2.0  # without a new picture for so long the page is told that there is none
_IDLE_S = 60.0  # a browser that asks for nothing for so long is gone

log = logging.getLogger(__name__)


class LiveMirror:
    """The mirror in a thread of its own, from `start` to `close`."""

    def __init__(self, config: MirrorConfig) -> None:
        """Nothing is opened yet; raises MirrorError for options that no waiting will mend."""
        _check(config)
        self.broadcast = Broadcast()
        self._config = config
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mirror", daemon=True)

    def start(self) -> None:
        """Start the thread; once."""
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether there are, or will be, pictures."""
        return self._thread.is_alive()

    def close(self) -> None:
        """End the mirror and release its camera; may be called twice."""
        self._stopping.set()
        self.broadcast.close()
        if self._thread.is_alive():
            self._thread.join(JOIN_TIMEOUT_S)
        if self._thread.is_alive():
            log.error("the mirror does not end; its thread is left behind")

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                run_mirror(self._config, self.broadcast)
                if not self._stopping.is_set():
                    log.warning("the live mirror has ended: %s is over", self._config.camera)
                return
            except CameraError as error:
                log.error("the live mirror: %s; trying again in %.0f s", error, AGAIN_S)
            except MirrorError as error:
                log.error("the live mirror has ended: %s", error)
                return
            except Exception:  # whatever it is, the page must not wait for ever
                log.exception("the live mirror failed; trying again in %.0f s", AGAIN_S)
            self._stopping.wait(AGAIN_S)


def _check(config: MirrorConfig) -> None:
    """Raise MirrorError for what is wrong for good; a device may yet be plugged in."""
    if not config.camera.startswith("/dev/"):
        find_camera(config.camera)
    if config.camera == PACKAGE:
        import_library()
    Compositor(load_artwork(config.artwork), mode=config.mode)
    load_language(config.language)
    if config.metrics is not None:
        parse_address(config.metrics)


async def send_frames(websocket: WebSocket) -> None:
    """A JPEG for every message the browser sends: it asks when it has painted the last one.

    So at most one picture is under way to each browser, and that was the newest when asked for:
    a slow one gets fewer, none gets late ones. The text "waiting" says that there is no picture,
    "off" that there will be none, since the mirror has ended. Code 1013 ends it for one browser
    too many.
    """
    live: LiveMirror | None = websocket.app.state.live
    if live is None:
        await websocket.close()
        return
    if live.broadcast.watchers >= MAX_WATCHERS:
        await websocket.accept()  # else the browser is told of nothing but a failure
        await websocket.close(1013)
        return
    limiter: anyio.CapacityLimiter = websocket.app.state.watchers
    with live.broadcast.watching() as number:
        await websocket.accept()
        try:
            while True:
                with anyio.fail_after(_IDLE_S):
                    message = await websocket.receive()
                if message["type"] == "websocket.disconnect":
                    return
                newest = await to_thread.run_sync(
                    live.broadcast.newest, number, _PICTURE_S, limiter=limiter
                )
                if newest is None:
                    await websocket.send_text("waiting" if live.running else "off")
                else:
                    number, jpeg = newest
                    await websocket.send_bytes(jpeg)
        except TimeoutError:
            await websocket.close(1001)
        except WebSocketDisconnect:
            return
