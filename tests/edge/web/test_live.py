"""The live mirror over a WebSocket, from the fake camera."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import cv2
import httpx
import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from edge.cameras import CAMERAS
from edge.cameras.fake import FakeCamera
from edge.cli import main
from edge.config import MirrorConfig
from edge.web import live, protocol, server
from edge.web.options import ServeConfig
from tests.edge.web import tools
from tests.edge.web.tools import serving


@pytest.fixture(scope="module")
def mirror() -> Iterator[str]:
    """A server that shows the mirror of a fake camera at ten pictures a second."""
    config = MirrorConfig(camera="fake", detector="fake", width=160, height=120, fps=10)
    with serving(ServeConfig(port=0, mirror=config, live=True)) as address:
        yield address


def watch(address: str, **options: object) -> connect:
    return connect(address.replace("http", "ws") + "/live/frames", proxy=None, **options)


def test_sends_a_picture_for_every_request(mirror):
    with watch(mirror) as socket:
        pictures = []
        for _ in range(3):
            socket.send("next")
            jpeg = socket.recv(30)
            pictures.append(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR))
        assert all(picture.shape == (120, 160, 3) for picture in pictures)
        with pytest.raises(TimeoutError):
            socket.recv(0.5)  # nothing that was not asked for


def test_goes_on_for_longer_than_a_request_may_take(mirror, monkeypatch):
    monkeypatch.setattr(protocol, "REQUEST_S", 0.1)
    with watch(mirror) as socket:
        for _ in range(4):
            socket.send("next")
            assert isinstance(socket.recv(30), bytes)


def test_links_to_the_live_page(mirror):
    for path in ("/", "/live"):
        assert '<body data-live="yes">' in httpx.get(mirror + path, trust_env=False).text


def test_refuses_other_servers_pages(mirror):
    with pytest.raises(InvalidStatus) as error, watch(mirror, origin="https://evil.example"):
        pass
    assert error.value.response.status_code == 403


def test_watchers_are_limited(mirror, monkeypatch):
    monkeypatch.setattr(live, "MAX_WATCHERS", 1)
    with watch(mirror) as socket:
        socket.send("next")
        assert socket.recv(30)
        with watch(mirror) as another, pytest.raises(ConnectionClosed):
            another.recv(30)
        assert another.close_code == 1013


def test_without_a_mirror_there_is_nothing_to_watch(address):
    with pytest.raises(InvalidStatus), watch(address):
        pass


@contextmanager
def serving_live(camera: str, **options: object) -> Iterator[str]:
    config = MirrorConfig(camera=camera, detector="fake", width=160, height=120, fps=10, **options)
    with serving(ServeConfig(port=0, mirror=config, live=True)) as address:
        yield address


def answer(address: str) -> str | bytes:
    """What is said to a request for a picture."""
    with watch(address) as socket:
        socket.send("next")
        return socket.recv(30)


UPGRADE = (
    b"GET /live/frames HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
NEXT = b"\x81\x80\0\0\0\0"  # an empty text


@contextmanager
def watching_unread(address: str) -> Iterator[None]:
    """A watcher that asks for many pictures and reads none."""
    with tools.connect(address) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(UPGRADE)
        assert connection.recv(100).startswith(b"HTTP/1.1 101 ")
        connection.sendall(NEXT * 100)
        yield


@pytest.mark.skipif(sys.platform != "linux", reason="needs TCP_USER_TIMEOUT")
def test_a_watcher_that_reads_nothing_gives_up_its_place(monkeypatch):
    monkeypatch.setattr(server, "_UNREAD_S", 0.2)
    monkeypatch.setattr(live, "MAX_WATCHERS", 1)
    with serving_live("fake") as address, watching_unread(address):
        seen: str | bytes = ""
        deadline = time.monotonic() + 10
        while not seen and time.monotonic() < deadline:
            with suppress(ConnectionClosed):
                seen = answer(address)
        assert isinstance(seen, bytes)


@pytest.mark.parametrize("camera", ["63", "/dev/video63"])
def test_says_that_there_is_no_picture(monkeypatch, caplog, camera):
    """A camera that is not there: the photographs' page goes on, and it is tried again."""
    monkeypatch.setattr(live, "_PICTURE_S", 0.1)
    with serving_live(camera) as address:
        assert answer(address) == "waiting"
        assert httpx.get(address, trust_env=False).status_code == 200
    assert "trying again" in caplog.text


def test_a_mirror_that_has_ended_is_said_to_be_off(monkeypatch, caplog):
    """For its metrics' port is taken, which no waiting will mend."""
    monkeypatch.setattr(live, "_PICTURE_S", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with serving_live("fake", metrics=port) as address, watch(address) as page:
            said = "waiting"
            while said == "waiting":
                page.send("next")
                said = page.recv(30)
            assert said == "off"
    assert caplog.text.count("metrics: cannot listen") == 1
    assert "trying again" not in caplog.text


class BrokenAtFirst(FakeCamera):
    """A camera with a fault in its code, until it is opened a second time."""

    opened = 0

    def __init__(self, **options: object) -> None:
        super().__init__(**options)
        type(self).opened += 1
        if self.opened == 1:
            raise ZeroDivisionError("a fault")


def test_tries_again_after_a_fault_of_its_own(monkeypatch, caplog):
    monkeypatch.setattr(live, "AGAIN_S", 0.1)
    monkeypatch.setitem(CAMERAS, "broken", f"{__name__}:{BrokenAtFirst.__name__}")
    with serving_live("broken") as address:
        assert isinstance(answer(address), bytes)
    assert "Traceback" in caplog.text
    assert "ZeroDivisionError: a fault" in caplog.text


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ('mode = "bad"', "mode: expected one of"),
        ('language = "xx"', "language: expected one of"),
        ('artwork = "oil"', "artwork: expected one of"),
        ("metrics = 0", "metrics: expected PORT"),
        ('camera = "nope.mp4"', "camera 'nope.mp4': no such file"),
    ],
)
def test_what_is_wrong_for_good_ends_it_at_the_start(options, message, tmp_path, capsys):
    file = tmp_path / "c.toml"
    file.write_text(options)
    camera = ["--camera", "nope.mp4" if "camera" in options else "fake"]
    assert main(["serve", "--port", "0", *camera, "--config", str(file)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    (line,) = err.splitlines()
    assert message in line


def test_a_camera_whose_package_is_missing_ends_it_at_the_start(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "picamera2", None)
    assert main(["serve", "--port", "0", "--camera", "picamera2"]) == 1
    assert "sudo apt install python3-picamera2" in capsys.readouterr().err
