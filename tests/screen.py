"""A virtual screen with a window manager, and hands and eyes for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from edge.displays.window import TITLE
from edge.types import Image

SCREEN_SIZE = (1280, 720)
TOOLS = ("Xvfb", "Xephyr", "openbox", "xdotool", "import", "setpriv")

_running: list[subprocess.Popen[bytes]] = []


def start_screen() -> str:
    """Start Xvfb and openbox; the DISPLAY.

    They die with this process and not before: Qt ends a process whose screen goes away.
    """
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        raise RuntimeError(f"missing: {', '.join(missing)}; ./scripts/test installs them")
    width, height = SCREEN_SIZE
    # -r: on a busy machine a key pressed and let go at once would repeat itself.
    return _serve(["Xvfb", "-r", "-screen", "0", f"{width}x{height}x24"])


@contextmanager
def another_screen(*server: str) -> Iterator[str]:
    """A screen of this X server, for as long; its DISPLAY."""
    before = len(_running)
    display = _serve([*server])
    try:
        yield display
    finally:
        while len(_running) > before:  # Xephyr covers the screen that it is on
            process = _running.pop()
            process.terminate()
            process.wait(10)


def _serve(server: list[str]) -> str:
    """Start an X server, and openbox on it; its DISPLAY."""
    read_end, write_end = os.pipe()
    # It would begin anew when its last client has gone, and take with it who is just coming.
    _start([*server, "-noreset", "-displayfd", str(write_end)], pass_fds=[write_end])
    os.close(write_end)
    with os.fdopen(read_end) as answer:
        display = f":{int(answer.readline())}"
    environ = {**os.environ, "DISPLAY": display}
    manager = _start(["openbox"], env=environ)
    # It is there when it can tell what a window manager tells.
    ask = ["xdotool", "get_num_desktops"]
    while subprocess.run(ask, env=environ, capture_output=True, timeout=10).returncode != 0:
        if manager.poll() is not None:
            raise RuntimeError(f"openbox ended with {manager.returncode}")
        time.sleep(0.05)
    return display


def _start(command: list[str], **options: Any) -> subprocess.Popen[bytes]:
    tied = ["setpriv", "--pdeathsig", "KILL", *command]
    process = subprocess.Popen(tied, stderr=subprocess.DEVNULL, **options)
    _running.append(process)
    return process


def press(key: str) -> None:
    """Focus the mirror's window and press a key, as xdotool names it."""
    subprocess.run(
        f"xdotool search --sync --onlyvisible --name '{TITLE}' "
        f"windowactivate --sync key --clearmodifiers {key}",
        shell=True,
        check=True,
        timeout=10,
    )


def screenshot(folder: Path) -> Image:
    """What is on the whole screen."""
    path = folder / "screen.png"
    subprocess.run(["import", "-window", "root", str(path)], check=True, timeout=10)
    return np.asarray(cv2.imread(str(path)))
