"""The mirror's figures as Prometheus text, for an operator who looks after many booths."""

from __future__ import annotations

import logging
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal, NamedTuple

from edge.capture import Capture
from edge.errors import ConfigError
from edge.pipeline import Pipeline
from edge.stats import Stats

LOOPBACK = "127.0.0.1"
STALE_S = 2.0
"""Where nothing was shown for so long, the rate is 0 and not that of the last frames."""

MAX_CONNECTIONS = 16
"""A further one is closed at once."""

REQUEST_S = 10.0
"""From the connection to the end of the answer."""

_TEMPERATURE = Path("/sys/class/thermal/thermal_zone0/temp")  # of the CPU, in 1/1000 degree
# Bits of `vcgencmd get_throttled`; each has a twin 16 bits higher: since the machine started.
_THROTTLING = {0: "under_voltage", 1: "frequency_capped", 2: "throttled", 3: "soft_temperature"}
_VCGENCMD_TIMEOUT_S = 2.0

log = logging.getLogger(__name__)


class Metric(NamedTuple):
    """One family of Prometheus' text format."""

    name: str  # without the common prefix
    kind: Literal["gauge", "counter"]
    help: str
    values: dict[str, float]  # by label, as `part="camera"`; "" for the only one


def mirror_metrics(stats: Stats, capture: Capture, pipeline: Pipeline) -> list[Metric]:
    """What the mirror does; from any thread, so that not all figures are of the same frame."""
    restarts = {
        'part="camera"': float(capture.restarts),
        'part="detection"': float(pipeline.detection.restarts),
        'part="recognition"': float(pipeline.recognition.restarts),
    }
    idle_s = stats.idle_s
    fps = 0.0 if idle_s is None or idle_s > STALE_S else stats.fps
    found = [
        Metric("fps", "gauge", "Frames shown a second, over the last 30", {"": fps}),
        Metric("frames_shown_total", "counter", "Frames shown", {"": stats.shown}),
        Metric("faces", "gauge", "Faces in the newest frame", {"": stats.faces}),
        Metric("pictures_total", "counter", "Pictures taken", {"": stats.pictures}),
        Metric("restarts_total", "counter", "Parts started again after a fault", restarts),
    ]
    if stats.age_s is not None:
        age = Metric("frame_age_seconds", "gauge", "From capture to screen", {"": stats.age_s})
        found.append(age)
    return found


def machine_metrics(temperature: Path = _TEMPERATURE) -> list[Metric]:
    """What the machine says about itself; what it cannot say is left out."""
    found = []
    try:
        celsius = int(temperature.read_text()) / 1000
        found.append(Metric("temperature_celsius", "gauge", "Of the CPU", {"": celsius}))
    except (OSError, ValueError):  # a virtual machine has none
        pass
    bits = _throttling()
    if bits is not None:
        for name, shift, text in (
            ("throttling", 0, "1 while the Raspberry Pi slows itself down, by reason"),
            ("throttling_since_boot", 16, "1 when it has done so since it started"),
        ):
            values = {
                f'reason="{reason}"': float(bits >> (bit + shift) & 1)
                for bit, reason in _THROTTLING.items()
            }
            found.append(Metric(name, "gauge", text, values))
    return found


def _throttling() -> int | None:
    """The answer of the Raspberry Pi's firmware, such as `throttled=0x50005`; None elsewhere."""
    program = shutil.which("vcgencmd")
    if program is None:
        return None
    try:
        answer = subprocess.run(
            [program, "get_throttled"],
            capture_output=True,
            text=True,
            timeout=_VCGENCMD_TIMEOUT_S,
            check=True,
        ).stdout
        return int(answer.partition("=")[2], 16)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        log.info("vcgencmd: %s", error)
        return None


def to_text(metrics: Iterable[Metric]) -> str:
    """Prometheus' text format, version 0.0.4."""
    lines = []
    for metric in metrics:
        name = f"emoticon_mirror_{metric.name}"
        lines += [f"# HELP {name} {metric.help}", f"# TYPE {name} {metric.kind}"]
        for label, value in metric.values.items():
            lines.append(f"{name}{{{label}}} {value:.12g}" if label else f"{name} {value:.12g}")
    return "\n".join(lines) + "\n"


def parse_address(text: str | int) -> tuple[str, int]:
    """(host, port) of `PORT` or `ADDRESS:PORT`; without an address only this machine may ask.

    Raises ConfigError.
    """
    host, _, port = str(text).rpartition(":")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise ConfigError(f"metrics: expected PORT or ADDRESS:PORT, got {text!r}")
    return host or LOOPBACK, int(port)


class MetricsServer:
    """Answers GET /metrics, in threads of its own; `close` ends it."""

    def __init__(self, host: str, port: int, collect: Callable[[], list[Metric]]) -> None:
        """Listen and answer. `collect` is called in those threads. Raises ConfigError."""
        handler = type("Handler", (_Handler,), {"collect": staticmethod(collect)})
        try:
            self._server = _Server((host, port), handler)
        except OSError as error:
            raise ConfigError(f"metrics: cannot listen on {host}:{port}: {error}") from error
        self.port: int = self._server.server_port
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="metrics", daemon=True
        )
        self._thread.start()
        log.info("metrics: http://%s:%d/metrics", host, self.port)

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    """The standard library's with two limits that it lacks: on connections, and on their time."""

    def __init__(self, *args: Any) -> None:
        self._deadlines: dict[socket.socket, float] = {}  # of the open connections
        super().__init__(*args)

    def verify_request(self, request: Any, client_address: Any) -> bool:
        if len(self._deadlines) >= MAX_CONNECTIONS:
            return False
        self._deadlines[request] = time.monotonic() + REQUEST_S
        return True

    def service_actions(self) -> None:
        """Called about twice a second: end what takes too long, whatever it waits for."""
        now = time.monotonic()
        for request, deadline in self._deadlines.copy().items():
            if now > deadline:
                with suppress(OSError):  # it has ended meanwhile
                    request.shutdown(socket.SHUT_RDWR)

    def close_request(self, request: Any) -> None:
        self._deadlines.pop(request, None)
        super().close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """That a client has gone, or was cut off, is no news."""
        gone = isinstance(sys.exc_info()[1], OSError)
        log.log(logging.DEBUG if gone else logging.ERROR, "metrics: no answer", exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    collect: Callable[[], list[Metric]]

    def do_GET(self) -> None:
        if self.path != "/metrics":
            self.send_error(404)
            return
        body = to_text(self.collect()).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        log.debug(format, *args)
