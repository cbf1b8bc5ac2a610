"""A server in a thread, and pictures to send to it."""

from __future__ import annotations

import socket
import struct
import threading
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

import cv2

from edge.types import Image
from edge.web.options import ServeConfig
from edge.web.server import Server


@contextmanager
def serving(config: ServeConfig) -> Iterator[str]:
    """A server while it runs; its address."""
    with closing(Server(config)) as server:
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            yield server.address
        finally:
            server.stop()
            thread.join(20)
            assert not thread.is_alive()


def encode(image: Image, suffix: str, *options: int) -> bytes:
    """The picture as a file of this kind."""
    ok, data = cv2.imencode(suffix, image, options)
    assert ok
    return data.tobytes()


def png_bomb(width: int, height: int) -> bytes:
    """A PNG of a few kB that says it is as large as that; black, as far as it goes."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [
        (b"IHDR", header),
        (b"IDAT", zlib.compress(bytes(1_000_000), 9)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def connect(address: str) -> socket.socket:
    """A plain connection to a server."""
    parts = urlsplit(address)
    return socket.create_connection((parts.hostname, parts.port), timeout=30)


def read_all(connection: socket.socket) -> bytes:
    """Everything until the other side closes."""
    received = b""
    while data := connection.recv(65536):
        received += data
    return received
