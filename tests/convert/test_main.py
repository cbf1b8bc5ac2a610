"""The command line, apart from what its commands do."""

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
