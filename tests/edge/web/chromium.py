"""Chromium with a fake webcam, which can reach this machine only."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import cv2
from playwright.sync_api import Browser, sync_playwright

from edge.cameras import create_camera

_FLAGS = (
    "--no-sandbox",  # as root, in a container, it has none
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)


@contextmanager
def chromium(webcam: Path) -> Iterator[Browser]:
    """A browser whose webcam shows a y4m film."""
    path = shutil.which("chromium")
    assert path is not None, "apt install chromium"
    flags = [*_FLAGS, f"--use-file-for-fake-video-capture={webcam}"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


def write_webcam(path: Path, *, frames: int = 15) -> None:
    """A film of the demo camera, as Chromium takes it."""
    camera = create_camera("demo", width=640, height=480, fps=15)
    with path.open("wb") as file:
        file.write(b"YUV4MPEG2 W640 H480 F15:1 Ip A1:1 C420jpeg\n")
        for frame in islice(camera, frames):
            file.write(b"FRAME\n" + cv2.cvtColor(frame.image, cv2.COLOR_BGR2YUV_I420).tobytes())
    camera.close()
