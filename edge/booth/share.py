"""Hands a guest's picture to the guest's phone, over the local network: one address each."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from edge.address import own_address
from edge.booth.album import Album
from edge.errors import ConfigError
from edge.web.guard import Guard
from edge.web.protocol import LimitedProtocol

_JOIN_S = 5.0

log = logging.getLogger(__name__)


class Share:
    """A server in a thread of its own that answers to the album's tokens and to nothing else."""

    def __init__(self, album: Album, *, host: str, port: int, clock: Callable[[], float]) -> None:
        """Listen at `port`; addresses name `host`, or this machine's own if that is "auto".

        Raises ConfigError when the port cannot be had.
        """
        self._host = host
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind(("", port))
            self._socket.listen()
        except OSError as error:
            self._socket.close()
            raise ConfigError(f"share_port: cannot listen at {port} ({error.strerror})") from error
        self.port: int = self._socket.getsockname()[1]
        self._server = uvicorn.Server(
            uvicorn.Config(
                _application(album, host, clock),
                http=LimitedProtocol,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,  # who fetched what is nobody's business
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=1,
            )
        )
        self._thread = threading.Thread(target=self._run, name="share", daemon=True)

    def start(self) -> Share:
        """Start the thread; once."""
        self._thread.start()
        return self

    def address(self, token: str) -> str | None:
        """Where a picture is to be had; None while this machine is on no network."""
        host = own_address() if self._host == "auto" else self._host
        return None if host is None else f"http://{host}:{self.port}/{token}"

    def close(self) -> None:
        """Stop."""
        self._server.should_exit = True
        self._thread.join(_JOIN_S)
        self._socket.close()

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])


def _application(album: Album, host: str, clock: Callable[[], float]) -> Guard:
    def send(request: Request) -> Response:
        picture = album.find(request.path_params["token"], clock())
        if picture is None:
            return PlainTextResponse("There is no picture here, or not any more.\n", 404)
        name = f"emoticon{picture.suffix}"
        headers = {
            "Cache-Control": "no-store",
            "Content-Disposition": f'inline; filename="{name}"',
        }
        return Response(picture.data, media_type=picture.media_type, headers=headers)

    application = Starlette(routes=[Route("/{token}", send)])
    application.router.redirect_slashes = False
    return Guard(application, names={host})
