"""The whole program as a user runs it: real processes, a real window."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.cameras.demo import DemoCamera
from edge.cameras.opencv import OpenCVCamera
from edge.cli import main
from tests.screen import press, screenshot

DEADLINE_S = 30.0
FORBIDDEN = {"tensorflow", "keras", "torch", "convert", "skimage", "scipy"}
MAX_MEMORY_MB = 250


def start(folder: Path, *args: str, code: str = "") -> subprocess.Popen[str]:
    """`python -m edge ARGS` in `folder`."""
    program = ["-c", code] if code else ["-m", "edge"]
    return subprocess.Popen(
        [sys.executable, *program, *args],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(what: str, happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not happened():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def finish(process: subprocess.Popen[str], *, code: int) -> str:
    """Wait for the end; what it printed."""
    out, err = process.communicate(timeout=DEADLINE_S)
    assert process.returncode == code, err
    assert "Traceback" not in err
    return out


@pytest.fixture
def window(screen: str, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The mirror on the demo camera, in a window whose first picture is on the screen."""
    wait_for("an empty screen", lambda: not screenshot(tmp_path).any())
    process = start(tmp_path, "mirror", "--camera", "demo", "--stats", "stats.json")

    def shows_the_picture() -> bool:
        blue, _, red = cv2.split(screenshot(tmp_path))
        return bool((cv2.subtract(red, blue) > 100).any())  # a new window is grey

    wait_for("a picture", shows_the_picture)
    yield process
    process.kill()
    process.communicate()


@pytest.mark.screen
def test_an_evening_at_the_window(window: subprocess.Popen[str], tmp_path: Path) -> None:
    press("space")
    wait_for("a saved picture", lambda: any(tmp_path.glob("mirror-*.png")))
    wait_for("all of it", lambda: cv2.imread(str(next(tmp_path.glob("mirror-*.png")))) is not None)
    saved = cv2.imread(str(next(tmp_path.glob("mirror-*.png"))))
    assert saved.shape == (480, 640, 3)
    press("f")
    # 4:3 on a 16:9 screen: black bars beside it, the picture from top to bottom.
    wait_for(
        "fullscreen",
        lambda: (
            not (picture := screenshot(tmp_path))[:, :150].any()
            and not picture[:, -150:].any()
            and bool(picture[:5, 200:-200].all(axis=(1, 2)).any())
        ),
    )
    press("q")
    finish(window, code=0)
    stats = json.loads((tmp_path / "stats.json").read_text())
    assert stats["shown"] + stats["dropped"] == stats["captured"] > 0
    assert stats["painted"] > 0


@pytest.mark.screen
def test_closing_the_window_ends_the_program(window: subprocess.Popen[str]) -> None:
    press("alt+F4")
    finish(window, code=0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_video_is_complete_when_the_program_is_stopped(
    tmp_path: Path, number: signal.Signals
) -> None:
    process = start(tmp_path, "mirror", "--camera", "demo", "--display", "out.mp4")
    partial = tmp_path / "out.partial.mp4"
    wait_for("some video", lambda: partial.exists() and partial.stat().st_size > 10_000)
    process.send_signal(number)
    finish(process, code=0)
    camera = OpenCVCamera(source=str(tmp_path / "out.mp4"))
    assert len(list(camera)) > 0
    camera.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.mp4", "out.png"]


def test_ctrl_c_ends_cleanly_even_while_the_program_still_loads(tmp_path: Path) -> None:
    code = """
import sys

class Interrupted:
    def find_spec(self, name, path, target=None):
        if name == "edge.cli":
            raise KeyboardInterrupt

sys.meta_path.insert(0, Interrupted())
from edge.__main__ import run
sys.exit(run())
"""
    assert finish(start(tmp_path, code=code), code=130) == ""


def test_the_emoticon_is_on_the_face_and_nothing_big_is_loaded(tmp_path: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from edge.cli import main
assert main(["mirror", "--camera", "demo", "--no-flip", "--display", "out.mp4",
             "--frames", "60", "--stats", "stats.json"]) == 0
print(sorted({FORBIDDEN!r} & set(sys.modules)))
# Not ru_maxrss: that begins with the size of the process that started this one.
print(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
"""
    modules, memory_kb = finish(start(tmp_path, code=code), code=0).splitlines()
    assert modules == "[]"
    assert int(memory_kb) < MAX_MEMORY_MB * 1024
    stats = json.loads((tmp_path / "stats.json").read_text())
    assert (stats["captured"], stats["shown"], stats["dropped"]) == (60, 60, 0)
    assert stats["painted"] >= 57
    demo = DemoCamera()
    film = OpenCVCamera(source=str(tmp_path / "out.mp4"))
    for frame in film:
        if frame.index < 15:  # it grows into its place
            continue
        changed = np.abs(frame.image.astype(int) - demo.render(frame.index)).max(axis=2) > 24
        (box, _roll), *_ = demo.truth(frame.index)
        left, top, right, bottom = (round(side) for side in box)
        assert changed[top:bottom, left:right].mean() > 0.8, "the face is covered"
        assert changed[:, :20].mean() < 0.01, "what is far from it is not"
    film.close()


@pytest.fixture
def spoiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of things that are not what they seem; no screen."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DISPLAY", raising=False)
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "words.mp4").write_text("no video at all")
    (tmp_path / "folder").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "1.jpg").write_bytes(b"\xff\xd8\xff")
    return tmp_path


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--camera", "nothing.mp4"], "no such file"),
        (["--camera", "empty.mp4"], "empty.mp4: not a video"),
        (["--camera", "words.mp4"], "words.mp4: not a video"),
        (["--camera", "folder"], "folder: no pictures in it"),
        (["--camera", "broken"], "none of its 1 pictures is readable"),
        (["--camera", "63"], "camera 63: not there"),
        (["--camera", "http://127.0.0.1:9/"], "check the address"),
        (["--camera", "fake", "--display", "window"], "no screen: DISPLAY is not set"),
        (["--camera", "fake", "--display", "no/out.mp4"], "the folder no does not exist"),
        (["--camera", "fake", "--display", "tv"], "display: expected auto"),
    ],
)
@pytest.mark.usefixtures("spoiled")
def test_what_is_wrong_is_said_in_one_line(
    args: list[str], says: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["mirror", *args]) == 1
    out, err = capfd.readouterr()
    assert out == ""
    line = err.splitlines()[-1]
    assert line.startswith("emoticon-mirror: ")
    assert says in line
    assert "Traceback" not in err
