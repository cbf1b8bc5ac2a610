"""Tells systemd that the mirror lives, by the protocol of sd_notify(3)."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable, Mapping

log = logging.getLogger(__name__)

INTERVAL_S = 1.0
"""Seconds between two signs of life; scripts/kiosk.service allows ten."""


class Watchdog:
    """Fed by the display loop: where that freezes, systemd starts the mirror again.

    Does nothing when no service manager listens. One datagram a message, to the socket of
    $NOTIFY_SOCKET: a path, or a name in the abstract namespace, written with a leading @.
    """

    def __init__(
        self,
        environ: Mapping[str, str] = os.environ,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`clock` in seconds."""
        address = environ.get("NOTIFY_SOCKET", "")
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self._clock = clock
        self._fed_s: float | None = None

    def feed(self) -> None:
        """Call whenever something was shown; the first time says that the start is over."""
        now = self._clock()
        if self._fed_s is None:
            self._send("READY=1\nWATCHDOG=1")
        elif now - self._fed_s >= INTERVAL_S:
            self._send("WATCHDOG=1")
        else:
            return
        self._fed_s = now

    def stop(self) -> None:
        """Say that the end is intended."""
        self._send("STOPPING=1")

    def _send(self, message: str) -> None:
        if not self._address:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
            # A full socket must not hold up the picture; the next sign of life follows soon.
            channel.setblocking(False)
            try:
                channel.sendto(message.encode(), self._address)
            except OSError as error:
                log.warning("systemd cannot be told (%s): %s", self._address, error)
