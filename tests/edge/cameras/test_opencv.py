from __future__ import annotations

import logging
import socketserver
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.cameras import create_camera
from edge.cameras.auto import devices
from edge.cameras.opencv import OpenCVCamera
from edge.errors import CameraError
from edge.quiet import quiet_libraries


def write_film(path: Path, codec: str, frames: int = 40, fps: float = 20) -> Path:
    with quiet_libraries():
        writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*codec), fps, (160, 120))
    random = np.random.default_rng(5)
    for _ in range(frames):
        writer.write(random.integers(0, 256, (120, 160, 3), np.uint8))
    writer.release()
    return path


@pytest.mark.parametrize(
    ("name", "codec"), [("a.mp4", "mp4v"), ("a.avi", "MJPG"), ("a.mkv", "VP80")]
)
def test_every_frame_of_a_file_at_its_rate(tmp_path: Path, name: str, codec: str) -> None:
    camera = create_camera(str(write_film(tmp_path / name, codec)))
    assert camera.fps == pytest.approx(20)
    assert len(list(camera)) == 40
    camera.close()


def test_a_rate_that_is_hardly_true_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    camera = create_camera(str(write_film(tmp_path / "a.avi", "MJPG", fps=0.5)))
    assert camera.fps == 30
    assert "says 0.5 frames a second; taken for 30" in caplog.text
    camera.close()


def test_an_animated_gif_is_a_film(tmp_path: Path) -> None:
    path = tmp_path / "a.gif"
    animation = cv2.Animation()
    animation.frames = [np.full((24, 32, 4), (i, i, i, 255), np.uint8) for i in (0, 40, 80, 120)]
    animation.durations = [100] * 4
    assert cv2.imwriteanimation(str(path), animation)
    camera = create_camera(str(path))
    assert camera.fps == pytest.approx(10)
    assert [round(frame.image.mean() / 40) for frame in camera] == [0, 1, 2, 3]
    camera.close()


def spoil(tmp_path: Path, how: str) -> Path:
    path = tmp_path / "bad.mp4"
    if how == "empty":
        path.touch()
    elif how == "no video":
        path.write_text("not a video at all\n" * 100)
    elif how == "truncated":  # an mp4's index is at its end
        data = write_film(path, "mp4v").read_bytes()
        path.write_bytes(data[: len(data) // 2])
    return path


@pytest.mark.parametrize("how", ["empty", "no video", "truncated"])
def test_a_file_that_is_no_video_is_named(
    tmp_path: Path, how: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path = spoil(tmp_path, how)
    with pytest.raises(CameraError, match=r"bad\.mp4: not a video that OpenCV can read"):
        create_camera(str(path))
    assert capfd.readouterr() == ("", ""), "the libraries keep quiet"


def test_a_film_cut_short_plays_to_the_cut_and_that_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    path = write_film(tmp_path / "cut.avi", "MJPG")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    camera = create_camera(str(path))
    with caplog.at_level(logging.WARNING):
        frames = len(list(camera))
    camera.close()
    assert 10 < frames < 30
    assert f"ends after {frames} of 40 frames" in caplog.text
    assert capfd.readouterr() == ("", "")


def test_a_device_that_is_not_there_is_named() -> None:
    with pytest.raises(CameraError, match="camera 63: not there; plug it in"):
        create_camera("63")


@pytest.mark.skipif(bool(devices()), reason="this machine has cameras: nothing to tell")
def test_auto_without_a_camera_names_the_remedy() -> None:
    with pytest.raises(CameraError, match="no camera found; plug one in, or try --camera demo"):
        create_camera("auto")


class _Webcam:
    """As OpenCV's capture of a webcam whose pictures come, one broken, then all of them."""

    def __init__(self) -> None:
        self.grabbed = 0

    def isOpened(self) -> bool:  # noqa: N802
        return True

    def get(self, key: int) -> float:
        return 0.0

    def set(self, key: int, value: float) -> bool:
        return True

    def grab(self) -> bool:
        self.grabbed += 1
        assert self.grabbed < 1000
        return True

    def retrieve(self) -> tuple[bool, np.ndarray | None]:
        whole = self.grabbed < 10 and self.grabbed != 5
        return whole, np.zeros((48, 64, 3), np.uint8) if whole else None

    def release(self) -> None:
        """Nothing is held."""


def test_a_webcam_whose_pictures_stay_broken_has_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.cameras.opencv._open_device", lambda source: _Webcam())
    frames = []
    with pytest.raises(CameraError, match="stopped delivering"):
        frames.extend(OpenCVCamera(source="0"))
    assert [frame.index for frame in frames] == list(range(7))


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


@pytest.fixture
def mjpeg() -> Iterator[str]:
    """A network camera: five JPEGs, then the line goes dead. Its URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
            self.end_headers()
            for level in range(5):
                image = np.full((48, 64, 3), 50 * level, np.uint8)
                data = cv2.imencode(".jpg", image)[1].tobytes()
                head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(data)}\r\n\r\n"
                self.wfile.write(head.encode() + data + b"\r\n")

        def log_message(self, *args: object) -> None:
            """Quietly."""

    with _Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.05], daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/stream"
        server.shutdown()
        thread.join()


def test_a_network_camera_is_live_and_its_end_an_error(mjpeg: str) -> None:
    times = iter(range(100, 200))
    camera = OpenCVCamera(source=mjpeg, clock=lambda: next(times))
    assert camera.live
    assert camera.fps is None
    frames = []
    with pytest.raises(CameraError, match="stopped delivering"):
        frames.extend(camera)
    camera.close()


def test_a_network_camera_that_does_not_answer() -> None:
    with pytest.raises(CameraError, match="check the address"):
        create_camera("http://127.0.0.1:9/stream")


def test_a_name_with_a_colon_is_no_protocol(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_film(tmp_path / "a.mp4", "mp4v", frames=3).rename("2026-01-01T12:30.mp4")
    camera = create_camera("2026-01-01T12:30.mp4")
    assert len(list(camera)) == 3
    camera.close()


def test_a_name_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = write_film(tmp_path / "a.mp4", "mp4v", frames=3).rename(tmp_path / "caf\udce9.mp4")
    with pytest.raises(CameraError, match="UTF-8"):
        create_camera(str(path))


def test_an_index_beyond_all_devices_is_not_there() -> None:
    with pytest.raises(CameraError, match="not there"):
        create_camera("9" * 5000)
