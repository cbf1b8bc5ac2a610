"""The command line, apart from what its commands do."""

import errno
from pathlib import Path

import pytest

from convert import commands
from convert.__main__ import main
from convert.nodes import NODES, TEACHERS


@pytest.fixture
def calls(monkeypatch):
    """What is trained and quantized, in order, and where to; nothing is."""
    found = []

    def train(name, data, *, out, **_):
        found.append(("train", name, out))
        return Path("weights") / name

    def quantize(name, data, *, weights, out):
        found.append(("quantize", name, weights, out))

    monkeypatch.setattr(commands, "open_data", lambda paths: None)
    monkeypatch.setattr(commands, "train", train)
    monkeypatch.setattr(commands, "quantize", quantize)
    monkeypatch.setattr(commands, "CACHE", Path("cache"))
    return found


def test_all_trains_teachers_first_and_starts_before_what_begins_with_them(calls):
    assert main(["all", "--data", "x"]) == 0
    trained = [call[1] for call in calls if call[0] == "train"]
    assert trained[: len(TEACHERS)] == list(TEACHERS)
    assert set(trained) == {*TEACHERS, *NODES}
    for name, node in NODES.items():
        assert node.start is None or trained.index(node.start) < trained.index(name)


@pytest.mark.parametrize(
    ("options", "models"),
    [
        ("", "cache/train/models_tflite"),
        ("--epochs 1", "cache/train/models_tflite"),
        ("--out mine", "mine/models_tflite"),
        ("--out mine --models models_tflite", "models_tflite"),
    ],
)
def test_all_replaces_what_ships_only_when_told_so(calls, options, models):
    assert main(["all", "--data", "x", *options.split()]) == 0
    quantized = {call[1]: call[2:] for call in calls if call[0] == "quantize"}
    assert quantized == {name: (Path("weights") / name, Path(models) / name) for name in NODES}


@pytest.mark.parametrize("epochs", ["0", "-1", "some"])
def test_a_number_of_epochs_that_is_none_is_named(calls, capsys, epochs):
    with pytest.raises(SystemExit):
        main(["train", "beard", "--data", "x", "--epochs", epochs])
    assert "--epochs: expected a whole number from 1 on" in capsys.readouterr().err
    assert calls == []


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (PermissionError(errno.EACCES, "Permission denied", "/there"), "/there: Permission denied"),
        (OSError(errno.ENOSPC, "No space left on device"), "output: No space left on device"),
        (OSError("3 requested and 1 written"), "output: 3 requested and 1 written"),
    ],
)
def test_what_cannot_be_written_is_one_clear_line(calls, monkeypatch, capsys, error, line):
    def train(*_, **__):
        raise error

    monkeypatch.setattr(commands, "train", train)
    assert main(["train", "beard", "--data", "x"]) == 1
    assert capsys.readouterr().err == f"convert: {line}\n"
