from __future__ import annotations

import http.client
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import pytest

from edge.booth.album import Album
from edge.booth.layouts import Picture
from edge.booth.qr import draw_code
from edge.booth.share import Share
from edge.errors import ConfigError

PICTURE = Picture(b"\xff\xd8picture", ".jpg", "image/jpeg", ())


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def album() -> Album:
    return Album(share_s=60, keeper=None)


@pytest.fixture
def share(album: Album, clock: Clock) -> Iterator[Share]:
    share = Share(album, host="127.0.0.1", port=0, clock=clock).start()
    yield share
    share.close()


def get(
    share: Share, path: str, *, method: str = "GET", host: str | None = None
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", share.port, timeout=10)
    connection.request(method, path, headers={"Host": host} if host else {})
    answer = connection.getresponse()
    result = answer.status, dict(answer.getheaders()), answer.read()
    connection.close()
    return result


def test_the_code_leads_to_the_picture(share: Share, album: Album) -> None:
    address = share.address(album.add(PICTURE, 0.0).token)
    assert address is not None
    code = draw_code(address, 240)
    # OpenCV's other reader fails on 2 % of all codes, sound as they are.
    assert cv2.QRCodeDetectorAruco().detectAndDecode(code)[0] == address
    status, headers, data = get(share, address.removeprefix(f"http://127.0.0.1:{share.port}"))
    assert (status, data) == (200, PICTURE.data)
    headers = {name.lower(): value for name, value in headers.items()}
    assert headers["content-type"] == "image/jpeg"
    assert headers["cache-control"] == "no-store"
    assert headers["content-disposition"] == 'inline; filename="emoticon.jpg"'
    assert "server" not in headers


def test_there_is_nothing_else(share: Share, album: Album) -> None:
    token = album.add(PICTURE, 0.0).token
    for path in (
        "/",
        f"/{token}/",
        f"/{token[:-1]}",
        "/../etc/passwd",
        "/favicon.ico",
        f"//{token}",
    ):
        assert get(share, path)[0] == 404, path
    for method in ("POST", "PUT", "DELETE"):
        assert get(share, f"/{token}", method=method)[0] == 405
    assert get(share, f"/{token}", host="elsewhere.example")[0] == 403


@pytest.mark.parametrize("name", ["Booth.local", "booth.local.", "BOOTH.LOCAL"])
def test_a_name_is_known_however_it_is_written(album: Album, clock: Clock, name: str) -> None:
    share = Share(album, host=name, port=0, clock=clock).start()
    token = album.add(PICTURE, 0.0).token
    for host in (name, "booth.local", "Booth.Local."):
        assert get(share, f"/{token}", host=f"{host}:{share.port}")[0] == 200, host
    assert get(share, f"/{token}", host="other.local")[0] == 403
    share.close()


def test_it_is_gone_after_its_time_and_when_deleted(
    share: Share, album: Album, clock: Clock
) -> None:
    first, second = album.add(PICTURE, 0.0), album.add(PICTURE, 0.0)
    album.delete(first)
    assert get(share, f"/{first.token}")[0] == 404
    assert get(share, f"/{second.token}")[0] == 200
    clock.now = 60.0
    assert get(share, f"/{second.token}")[0] == 404


def test_a_port_that_is_taken_is_named(share: Share, album: Album) -> None:
    with pytest.raises(ConfigError, match=f"share_port: cannot listen at {share.port}"):
        Share(album, host="auto", port=share.port, clock=Clock())


def test_a_code_is_made_of_whole_pixels_with_a_quiet_zone() -> None:
    code = draw_code("http://192.168.4.1:8081/" + "x" * 22, 300)
    assert code.shape[0] == code.shape[1] <= 300
    assert set(np.unique(code)) == {0, 255}
    scale = code.shape[0] // 41  # 33 modules and 4 on each side
    assert (code[: 4 * scale] == 255).all()
    assert (code[:, : 4 * scale] == 255).all()
