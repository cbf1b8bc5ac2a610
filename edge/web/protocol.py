"""uvicorn's HTTP/1.1 with two limits that it lacks: on connections, and on slow requests."""

from __future__ import annotations

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from edge.web.refusal import RETRY_S
from edge.web.upload import UPLOAD_S

MAX_CONNECTIONS = 200
REQUEST_S = UPLOAD_S + 5
"""A whole request; the application's own limit on the body is shorter, and answers in JSON."""

HEAD_S = 10.0
"""The request line and the headers."""


class LimitedProtocol(H11Protocol):
    """One connection."""

    _deadline: asyncio.TimerHandle | None = None
    _late_state: object = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Refuse the connection when there are too many."""
        super().connection_made(transport)
        if len(self.connections) > MAX_CONNECTIONS:
            self._refuse(f"503 Service Unavailable\r\nRetry-After: {RETRY_S}")
        else:
            self._watch()

    def data_received(self, data: bytes) -> None:
        """Read on, and see whether the client still owes us something."""
        super().data_received(data)
        if self.transport.get_protocol() is self:
            self._watch()
        else:  # a WebSocket from now on, which has its own limits
            self._stop()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._stop()
        super().connection_lost(exc)

    def _watch(self) -> None:
        """One clock runs while a head is incomplete, another while a body is."""
        state = self.conn.their_state
        if state is self._late_state:
            return
        self._stop()
        if state in (h11.IDLE, h11.SEND_BODY):
            self._late_state = state
            limit = HEAD_S if state is h11.IDLE else REQUEST_S
            self._deadline = self.loop.call_later(limit, self._late)

    def _late(self) -> None:
        if self.conn.their_state is h11.IDLE:
            self._refuse("408 Request Timeout")
        else:
            self.transport.abort()

    def _stop(self) -> None:
        self._late_state = None
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _refuse(self, status: str) -> None:
        self.transport.write(
            f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode()
        )
        self.transport.close()
