"""`serve`: the application on a socket, until it is told to end."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import socket
import ssl
import sys
from contextlib import AbstractContextManager
from pathlib import Path

import uvicorn

from edge.address import own_address
from edge.app import signals_to
from edge.errors import ConfigError
from edge.web.application import create_application
from edge.web.live import LiveMirror
from edge.web.options import ServeConfig
from edge.web.protocol import LimitedProtocol
from edge.web.studio import Studio

_KEY = b"PRIVATE KEY-----"
_UNREAD_S = 10  # a client that takes in nothing of what it was sent for so long is cut off
_GRACE_S = 5  # what is under way may end when the server does

log = logging.getLogger(__name__)


class Server:
    """Listens from the start; answers while `run` runs."""

    def __init__(self, config: ServeConfig) -> None:
        """Load the models, bind the socket; raises MirrorError."""
        _check_certificate(config)
        self._live = LiveMirror(config.mirror) if config.live else None
        self._studio = Studio(detector=config.mirror.detector, artwork=config.mirror.artwork)
        self._socket = _listen(config.host, config.port)
        self.address = _address(self._socket, config)
        if not ipaddress.ip_address(self._socket.getsockname()[0]).is_loopback:
            shown = " and see the live mirror" if self._live else ""
            log.warning("everybody who can reach this machine can use the page%s", shown)
        self._uvicorn = _Uvicorn(
            uvicorn.Config(
                create_application(self._studio, self._live, names=_names(config)),
                http=LimitedProtocol,
                ws="websockets-sansio",
                ws_max_size=1024,
                ws_per_message_deflate=False,  # JPEG cannot be made smaller, only slower
                lifespan="off",
                log_config=None,
                access_log=False,  # who asked is nobody's business
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=_GRACE_S,
                ssl_certfile=config.certificate,
                ssl_keyfile=config.key,
            )
        )

    def run(self) -> None:
        """Serve until a signal or `stop`; once."""
        if self._live is not None:
            self._live.start()
        self._uvicorn.run(sockets=[self._socket])

    def stop(self) -> None:
        """End `run`; from any thread."""
        self._uvicorn.should_exit = True

    def close(self) -> None:
        """Release the socket, the models and the camera; after `run`."""
        self._socket.close()
        self._studio.close()
        if self._live is not None:
            self._live.close()


class _Uvicorn(uvicorn.Server):
    """uvicorn's, but ended by a signal as the mirror is: in its own time, without an error."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        logging.getLogger("uvicorn.error").addFilter(_is_fault)

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        return signals_to(self._stop)

    def _stop(self) -> None:
        self.should_exit = True


def _is_fault(record: logging.LogRecord) -> bool:
    """Whether it tells of a fault, not of a request cut off because the server ends."""
    return not record.exc_info or record.exc_info[0] is not asyncio.CancelledError


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind)
    except OSError as error:
        raise ConfigError(f"host: {host!r}: {error.strerror}") from error
    except UnicodeError as error:  # between two dots stands nothing, or more than 63 letters
        raise ConfigError(f"host: {host!r}: not a host's name or address") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if sys.platform == "linux":  # every connection inherits it
            unread_ms = int(_UNREAD_S * 1000)
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, unread_ms)
        listener.bind(address)
        listener.listen()  # whoever comes before `run` waits
    except OSError as error:
        listener.close()
        raise ConfigError(f"cannot listen at {host}:{port} ({error.strerror})") from error
    return listener


def _check_certificate(config: ServeConfig) -> None:
    """Raise ConfigError that names the file; OpenSSL says only that something is wrong."""
    certificate, key = config.certificate, config.key
    if certificate is None:
        return
    text = _read("certificate", certificate)
    if b"CERTIFICATE-----" not in text:
        raise ConfigError(f"certificate: {certificate}: no certificate in it; expected a PEM file")
    if key is None and _KEY not in text:
        raise ConfigError(f"certificate: {certificate}: no key in it; add --key FILE.pem")
    if key is not None and _KEY not in _read("key", key):
        raise ConfigError(f"key: {key}: no private key in it; expected a PEM file")
    holder = key or certificate

    def refuse_password() -> str:  # without this, OpenSSL asks for it at the terminal
        raise ConfigError(
            f"key: {holder}: has a password; one without: openssl pkey -in {holder} -out NEW.pem"
        )

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, refuse_password)
    except OSError as error:  # ssl.SSLError is one
        raise ConfigError(
            f"key: {holder}: not the key of {certificate}, or damaged ({error.strerror})"
        ) from error


def _read(option: str, file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ConfigError(f"{option}: {file}: {error.strerror}") from error


def _address(listener: socket.socket, config: ServeConfig) -> str:
    """What to type into a browser."""
    host, port = listener.getsockname()[:2]
    if ipaddress.ip_address(host).is_unspecified:
        host = own_address() or socket.gethostname()
    if ":" in host:
        host = f"[{host}]"
    return f"{'http' if config.certificate is None else 'https'}://{host}:{port}"


def _names(config: ServeConfig) -> set[str]:
    """The names this server goes by, besides its IP addresses."""
    machine = socket.gethostname()
    return {"localhost", machine, f"{machine}.local", config.host, *config.names}
