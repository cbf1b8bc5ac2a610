"""The live mirror over a WebSocket, from the fake camera."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import cv2
import httpx
import numpy as np
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from edge.config import MirrorConfig
from edge.web import live, protocol
from edge.web.options import ServeConfig
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
        with pytest.raises(InvalidStatus), watch(mirror):
            pass


def test_without_a_mirror_there_is_nothing_to_watch(address):
    with pytest.raises(InvalidStatus), watch(address):
        pass


def test_says_that_there_is_no_picture(monkeypatch, tmp_path, caplog):
    """A camera that is not there: the photographs' page goes on, and it is tried again."""
    monkeypatch.setattr(live, "_PICTURE_S", 0.1)
    config = MirrorConfig(camera=str(tmp_path / "none.mp4"))
    with (
        caplog.at_level(logging.ERROR),
        serving(ServeConfig(port=0, mirror=config, live=True)) as address,
    ):
        with watch(address) as socket:
            socket.send("next")
            assert socket.recv(30) == "waiting"
        assert httpx.get(address, trust_env=False).status_code == 200
    assert "no such file" in caplog.text
