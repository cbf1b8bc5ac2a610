"""Training, quantization and evaluation of a small task, drawn: does the face wear a beard?"""

import json
import logging
import shutil

import cv2
import numpy as np
import pytest

from convert import commands, framing
from convert.__main__ import main
from convert.nets import Net, build_keras
from edge.card import load_card
from edge.errors import ConfigError
from edge.paths import MODELS

pytestmark = [
    pytest.mark.train,
    # Keras 3.15 reads a variable of TensorFlow 2.21 in the way of numpy 1.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]


TINY = Net("tiny", ((4,), (4,)), dropout=0.0)


@pytest.fixture
def drawn(make_set):
    rng = np.random.default_rng(5)
    rows, images = [], []
    for i in range(160):
        beard = i % 2
        # No two are so alike that one is a copy of the other.
        image = cv2.resize(rng.integers(60, 256, (8, 8, 3), np.uint8), (48, 48))
        if beard:
            cv2.ellipse(image, (24, 40), (12, 8), 0, 0, 360, (20, 30, 40), -1)
        split = "later" if i >= 150 else "val" if i >= 128 else "train"
        beard_column = "" if i == 159 else str(beard)
        rows.append({"path": f"{i}.png", "split": split, "hat": "0", "beard": beard_column})
        images.append(image)
    return make_set(rows, images)


@pytest.fixture
def no_detector(monkeypatch):
    """No face is found in drawings anyway; this saves looking for them."""
    monkeypatch.setattr(framing, "ALWAYS_FIXED", (*framing.ALWAYS_FIXED, "celeba"))


@pytest.mark.usefixtures("no_detector")
def test_from_pictures_to_a_measured_model(drawn, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(commands, "CACHE", tmp_path / "cache")
    models = tmp_path / "models"
    data = ["--data", str(drawn)]
    assert main(["train", "beard", *data, "--out", str(tmp_path)]) == 1
    assert "train beard_teacher first" in capsys.readouterr().err
    for name in ("beard_teacher", "beard"):
        assert main(["train", name, *data, "--epochs", "30", "--out", str(tmp_path)]) == 0
    weights = str(tmp_path / "beard" / "model.keras")
    out = ["--weights", weights, "--out", str(models / "beard")]
    assert main(["quantize", "beard", *data, *out]) == 0
    capsys.readouterr()

    ask = ["evaluate", "beard", *data, "--split", "later", "--models", str(models), "--json"]
    assert main(ask) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["node"] == "beard"
    assert report["n"] == 9
    assert report["labels"] == ["none", "worn"]
    assert np.sum(report["confusion"]) == 9
    assert report["accuracy"] == report["float"]["accuracy"] == 1.0
    assert report["balanced_accuracy"] == 1.0
    assert report["per_class"] == {"none": 1.0, "worn": 1.0}

    card = load_card(models / "beard")
    assert card.labels == ("none", "worn")
    assert 0.5 <= card.threshold <= 0.6

    # The same again goes on from the last epoch, so it is done at once.
    assert main(["train", "beard", *data, "--epochs", "30", "--out", str(tmp_path)]) == 0


def test_an_unknown_split_is_one_clear_line(drawn, capsys):
    assert main(["evaluate", "beard", "--data", str(drawn), "--split", "nonsense"]) == 1
    assert "pictures of the split 'nonsense' with a label for beard" in capsys.readouterr().err


@pytest.mark.parametrize("missing", ["train", "val"])
@pytest.mark.usefixtures("no_detector")
def test_a_split_without_a_labelled_picture_is_one_clear_line(make_set, tmp_path, capsys, missing):
    splits = {"train", "val"} - {missing}
    rows = [{"path": f"{s}.png", "split": s, "hat": "0", "beard": "0"} for s in splits]
    data = ["--data", str(make_set(rows)), "--out", str(tmp_path)]
    assert main(["train", "earrings", *data]) == 1
    assert main(["train", "beard", *data]) == 1
    earrings, beard = capsys.readouterr().err.splitlines()
    assert "pictures of the split 'train' with a label for earrings; found none" in earrings
    assert f"pictures of the split '{missing}' with a label for beard; found none" in beard


@pytest.mark.usefixtures("no_detector")
def test_a_label_without_a_picture_and_a_strange_split_are_told(make_set, tmp_path, caplog):
    found = [("train", "1"), ("train", "0"), ("val", "0"), ("vla", "1")]
    rows = [
        {"path": f"{i}.png", "split": split, "hat": "0", "beard": beard}
        for i, (split, beard) in enumerate(found)
    ]
    folder = make_set(rows)
    caplog.set_level(logging.INFO)
    with pytest.raises(ConfigError, match="train beard_teacher first"):
        commands.train("beard", commands.open_data([folder]), out=tmp_path)
    assert f"{folder}: train 2, val 1, vla 1" in caplog.messages
    assert "beard: train: none 1, worn 1" in caplog.messages
    warnings = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert warnings == [
        "beard: no picture of val is labelled worn: its figures are of the other labels alone"
    ]


def keras_of(net, folder):
    path = folder / "other.keras"
    build_keras(net, 16, 3, 2).save(path)
    return path.read_bytes()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("model.keras", lambda folder: b"nothing"),
        ("model.keras", lambda folder: keras_of(TINY, folder)),
        ("model.keras", lambda folder: keras_of(TINY, folder)[:-100]),
        ("model", lambda folder: keras_of(TINY, folder)),
    ],
    ids=["no Keras file", "another network", "half", "no type"],
)
@pytest.mark.usefixtures("no_detector")
def test_weights_that_are_not_the_nodes_are_one_clear_line(
    drawn, tmp_path, monkeypatch, capsys, name, content
):
    monkeypatch.setattr(commands, "CACHE", tmp_path / "cache")
    weights = tmp_path / name
    weights.write_bytes(content(tmp_path))
    options = ["--weights", str(weights), "--out", str(tmp_path / "out")]
    assert main(["quantize", "beard", "--data", str(drawn), *options]) == 1
    told = capsys.readouterr().err.splitlines()[-1]
    assert told.startswith(f"convert: {weights}: expected the Keras file of a training of this")
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("no_detector")
def test_an_installed_package_without_the_keras_files_is_one_clear_line(drawn, tmp_path, capsys):
    shutil.copytree(MODELS / "beard", tmp_path / "beard", ignore=lambda *_: ["model.keras"])
    ask = ["evaluate", "beard", "--data", str(drawn), "--split", "later"]
    assert main([*ask, "--models", str(tmp_path)]) == 1
    told = capsys.readouterr().err.splitlines()[-1]
    assert told.startswith(f"convert: {tmp_path / 'beard' / 'model.keras'}: missing")
    assert "give a checkout's --models" in told


def test_a_zip_without_labels_is_one_clear_line(tmp_path, capsys):
    assert main(["evaluate", "beard", "--data", str(tmp_path), "--split", "val"]) == 1
    assert "labels.csv" in capsys.readouterr().err
