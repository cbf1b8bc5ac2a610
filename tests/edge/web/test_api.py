"""POST /api/emoticon, asked over HTTP; real models, real pictures."""

from __future__ import annotations

import base64
import contextlib
import json
import select
import tempfile
import tracemalloc
import zlib
from collections.abc import Iterator

import cv2
import httpx
import numpy as np
import pytest

from edge.config import MirrorConfig
from edge.photos import run_photos
from edge.web import protocol, upload
from edge.web.guard import HEADERS
from edge.web.studio import MAX_PIXELS, PLACES
from edge.web.upload import MAX_BYTES
from tests.edge.web.tools import connect, encode, png_bomb, read_all

URL = "/api/emoticon"
RAW = {"Content-Type": "application/octet-stream"}


def data_url(picture: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{base64.b64encode(picture).decode()}"


def post(client: httpx.Client, picture: bytes, **headers: str) -> httpx.Response:
    return client.post(URL, content=picture, headers=RAW | headers)


def refused(response: httpx.Response, code: int, status: str) -> None:
    assert response.status_code == code, response.text
    answer = response.json()
    assert answer["status"] == status
    assert answer["error"]
    assert "\n" not in answer["error"]


def decode_url(url: str) -> np.ndarray:
    png = base64.b64decode(url.removeprefix("data:image/png;base64,"), validate=True)
    return cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)


def test_says_what_photo_says(client, portrait, astronaut_file, tmp_path):
    options = MirrorConfig()
    ((line, _),) = run_photos(
        [astronaut_file], tmp_path, detector=options.detector, artwork=options.artwork, as_json=True
    )
    expected = json.loads(line)
    answer = post(client, portrait).json()
    assert (answer["width"], answer["height"]) == (512, 512)
    assert answer["status"] == expected["status"] == "ok"
    ((mine,), (other,)) = answer["faces"], expected["faces"]
    drawn = cv2.imread(other.pop("emoticon"), cv2.IMREAD_UNCHANGED)
    assert np.array_equal(decode_url(mine.pop("emoticon")), drawn)
    assert mine == other


@pytest.mark.parametrize("way", ["multipart", "image/png", "multipart text", "text", "json"])
def test_takes_a_picture_in_every_way(client, portrait, way):
    text = data_url(portrait)
    ways = {
        "multipart": {"files": {"picture": ("../../etc/passwd", portrait, "text/html")}},
        "image/png": {"content": portrait, "headers": {"Content-Type": "image/png"}},
        "multipart text": {"files": {"picture": (None, text)}},
        "text": {"content": text, "headers": {"Content-Type": "text/plain;charset=utf-8"}},
        "json": {"json": {"picture": text}},
    }
    response = client.post(URL, **ways[way])
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json"
    assert response.json()["status"] == "ok"


def test_answers_with_the_png_alone(client, portrait):
    response = post(client, portrait, Accept="image/png")
    assert response.headers["content-type"] == "image/png"
    assert response.headers["vary"] == "Accept"
    emoticon = cv2.imdecode(np.frombuffer(response.content, np.uint8), cv2.IMREAD_UNCHANGED)
    assert emoticon.shape == (512, 512, 4)
    assert emoticon[0, 0, 3] == 0
    assert emoticon[256, 256, 3] == 255


def test_gives_each_of_several_faces_its_emoticon(client, two_faces):
    answer = post(client, two_faces).json()
    assert answer["status"] == "multiple_faces"
    left, right = answer["faces"]
    assert left["box"][0] < 512 < right["box"][0]
    second = client.post(f"{URL}?face=2", content=two_faces, headers=RAW | {"Accept": "image/png"})
    shown = cv2.imdecode(np.frombuffer(second.content, np.uint8), cv2.IMREAD_UNCHANGED)
    assert np.array_equal(shown, decode_url(right["emoticon"]))
    third = client.post(f"{URL}?face=3", content=two_faces, headers=RAW | {"Accept": "image/png"})
    refused(third, 422, "no_face")


def test_says_that_there_is_nobody(client, nobody):
    answer = post(client, nobody).json()
    assert answer == {"status": "no_face", "width": 64, "height": 48, "faces": []}
    refused(post(client, nobody, Accept="image/png"), 422, "no_face")


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".gif"])
def test_knows_the_formats_by_content(client, astronaut, suffix):
    response = post(client, encode(astronaut, suffix), **{"Content-Type": "image/x-anything"})
    assert response.json()["status"] == "ok"


@pytest.mark.parametrize(
    "picture",
    [b"", b"GIF", b"<html></html>", b"%PDF-1.7", b"\x00" * 5000, b"BM" + b"\x00" * 60],
    ids=["empty", "short", "html", "pdf", "zeros", "bmp"],
)
def test_refuses_what_is_not_a_picture(client, picture):
    refused(post(client, picture), 415, "wrong_type")


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".gif"])
@pytest.mark.parametrize("part", [0.01, 0.5, 0.99])
def test_refuses_what_is_cut_off(client, astronaut, suffix, part):
    picture = encode(astronaut, suffix)
    refused(post(client, picture[: int(len(picture) * part)]), 422, "unreadable")


def test_refuses_pixels_before_decoding_them(client):
    for width, height in ((MAX_PIXELS // 1000 + 1, 1000), (2**31 - 1, 2**31 - 1)):
        bomb = png_bomb(width, height)
        assert len(bomb) < 5000
        refused(post(client, bomb), 413, "too_large")


def test_refuses_too_many_bytes(client):
    refused(post(client, bytes(MAX_BYTES + 1)), 413, "too_large")

    def chunks() -> Iterator[bytes]:
        for _ in range(MAX_BYTES // 2**20 + 1):
            yield bytes(2**20)

    refused(client.post(URL, content=chunks(), headers=RAW), 413, "too_large")


def test_a_compressed_body_is_not_unpacked(client, portrait):
    refused(
        post(client, zlib.compress(portrait), **{"Content-Encoding": "deflate"}),
        415,
        "wrong_type",
    )


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{"),
        ("application/json", b"[" * 100_000),
        ("application/json", b"null"),
        ("application/json", b'{"picture": 1}'),
        ("application/json", b'{"picture": "data:image/png;base64,\\ud800"}'),
        ("application/json", b'{"picture": "data:image/png;base64,AAA"}'),
        ("text/plain", b""),
        ("text/plain", b"data:image/png,AAAA"),
        ("text/plain", b"data:image/png;base64,A*AA"),
        ("text/plain", "data:image/png;base64,ÄÄÄÄ".encode()),
        ("text/plain", b"file:///etc/passwd"),
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=x", b""),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n--x--\r\n"),
        ("multipart/form-data; boundary=x", b"--y\r\n"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nA\r\n--x--\r\n',
        ),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="picture"; filename="a"\r\n\r\nA',
        ),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="picture"; filename="a"\r\n\r\nA\r\n' * 2
            + b"--x--\r\n",
        ),
    ],
)
def test_refuses_what_is_malformed(client, kind, body):
    response = client.post(URL, content=body, headers={"Content-Type": kind})
    assert response.status_code in (400, 415)
    assert response.json()["status"] in ("malformed", "wrong_type")


def test_json_is_measured_before_its_values_are_made(client):
    body = b"[" + b"[]," * 2**19 + b"[]]"
    tracemalloc.start()
    try:
        response = client.post(URL, content=body, headers={"Content-Type": "application/json"})
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    refused(response, 400, "malformed")
    assert most < 10 * len(body)


def test_json_may_hold_more_than_the_picture(client, portrait):
    more = {"from": {"name": "a, [b], {c}", "tags": ["x"] * 50}}
    response = client.post(URL, json={**more, "picture": data_url(portrait)})
    assert response.json()["status"] == "ok"


@pytest.mark.parametrize("kind", [None, "", "application/x-www-form-urlencoded", "video/mp4"])
def test_names_the_types_it_takes(client, portrait, kind):
    headers = {} if kind is None else {"Content-Type": kind}
    response = client.post(URL, content=portrait, headers=headers)
    refused(response, 415, "wrong_type")
    assert "multipart/form-data" in response.json()["error"]


@pytest.mark.parametrize("face", ["0", "-1", "x", "", "1.0", "99999", "%D9%A1", "1_0"])
def test_refuses_what_is_no_face_number(client, portrait, face):
    response = client.post(f"{URL}?face={face}", content=portrait, headers=RAW)
    refused(response, 400, "malformed")


def test_offers_json_and_png_only(client, portrait):
    refused(post(client, portrait, Accept="text/html"), 406, "not_acceptable")


def test_offers_post_only(client):
    response = client.get(URL)
    refused(response, 405, "not_allowed")
    assert response.headers["allow"] == "POST"


@pytest.mark.parametrize(
    "path", ["/nothing", "/../setup.cfg", "/%2e%2e/setup.cfg", "/live/", "/static/"]
)
def test_serves_nothing_else(client, path):
    refused(client.get(path), 404, "not_found")


def test_every_answer_has_the_strict_headers(client, portrait):
    for response in (
        client.get("/"),
        client.get("/nothing"),
        client.get(URL),
        post(client, b""),
        post(client, portrait),
        client.get("/", headers={"Host": "evil.example"}),
    ):
        for name, value in HEADERS.items():
            assert response.headers[name] == value
        assert "set-cookie" not in response.headers
        assert "server" not in response.headers


def test_pictures_and_answers_are_not_kept(client, portrait, monkeypatch):
    assert post(client, portrait).headers["cache-control"] == "no-store"
    monkeypatch.setattr(tempfile, "tempdir", "/nonexistent")  # any temporary file would fail
    large = portrait + bytes(5_000_000)
    assert client.post(URL, files={"picture": ("a.png", large)}).json()["status"] == "ok"


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:80"},
        {"Host": "[bad"},
        {"Host": "localhost.evil.example"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_refuses_foreign_names_and_pages(client, portrait, headers):
    refused(post(client, portrait, **headers), 403, "foreign")


def test_goes_by_its_names(client, address):
    port = address.rpartition(":")[2]
    for host in (f"localhost:{port}", "LOCALHOST", "192.0.2.7:80", "[::1]:8080"):
        response = client.get("/", headers={"Host": host, "Origin": f"http://{host.lower()}"})
        assert response.status_code == 200


def test_is_busy_when_all_places_are_taken(client, address, portrait):
    head = f"POST {URL} HTTP/1.1\r\nHost: localhost\r\n{_lines(RAW)}Content-Length: 9\r\n\r\n"
    waiting = [connect(address) for _ in range(PLACES + 1)]
    try:
        for connection in waiting:
            connection.sendall(head.encode() + b"abc")
        (one_too_many,), _, _ = select.select(waiting, [], [], 30)
        assert one_too_many.recv(65536).startswith(b"HTTP/1.1 503 ")
        response = post(client, portrait)
        refused(response, 503, "busy")
        assert int(response.headers["retry-after"]) >= 1
        assert client.get("/").status_code == 200
    finally:
        for connection in waiting:
            connection.close()
    assert any(post(client, portrait).status_code == 200 for _ in range(50))


def _lines(headers: dict[str, str]) -> str:
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items())


def test_a_slow_picture_is_refused(address, monkeypatch):
    monkeypatch.setattr(upload, "UPLOAD_S", 0.2)
    with connect(address) as connection:
        head = f"POST {URL} HTTP/1.1\r\nHost: localhost\r\n{_lines(RAW)}Content-Length: 999\r\n\r\n"
        connection.sendall(head.encode() + b"abc")
        assert connection.recv(65536).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("start", [b"", b"POST /api/emoticon HTTP/1.1\r\nHost: local"])
def test_a_slow_head_is_refused(address, monkeypatch, start):
    monkeypatch.setattr(protocol, "HEAD_S", 0.2)
    with connect(address) as connection:
        connection.sendall(start)
        assert read_all(connection).startswith(b"HTTP/1.1 408 ")


def test_a_body_that_nobody_reads_cannot_drip_forever(address, monkeypatch):
    monkeypatch.setattr(protocol, "REQUEST_S", 0.2)
    with connect(address) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999\r\n\r\nabc")
        assert connection.recv(65536).startswith(b"HTTP/1.1 405 ")
        with contextlib.suppress(ConnectionResetError):
            read_all(connection)  # comes to an end


def test_connections_are_limited(address, monkeypatch):
    monkeypatch.setattr(protocol, "MAX_CONNECTIONS", 3)
    connections = [connect(address) for _ in range(8)]
    try:
        assert read_all(connections[-1]).startswith(b"HTTP/1.1 503 ")
    finally:
        for connection in connections:
            connection.close()
