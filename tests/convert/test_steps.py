"""What a training and a quantization are given, and in which order; nothing is trained."""

from dataclasses import replace

import pytest

from convert import commands, framing
from convert.dataset import PictureSet
from convert.framing import BoxCache
from convert.nodes import NODES
from convert.samples import Data

pytestmark = pytest.mark.train

CALIBRATION = 400  # as convert.quantize says, which needs the train extra
HEAD = dict.fromkeys(("hat", "earrings"), "0")


@pytest.fixture
def data(make_set, tmp_path, monkeypatch):
    monkeypatch.setattr(commands, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(framing, "ALWAYS_FIXED", (*framing.ALWAYS_FIXED, "celeba"))
    splits = ["train"] * 3 * CALIBRATION + ["val"] * 4
    rows = [
        {"path": f"{i}.png", "split": split, **HEAD, "beard": str(i % 2), "emotion": "sad"}
        for i, split in enumerate(splits)
    ]
    return Data((PictureSet(make_set(rows)),), None, BoxCache(tmp_path / "boxes"))


@pytest.fixture
def steps(monkeypatch):
    """The steps of the trainings to come, as (name, what was given)."""
    found = []

    class Trainer:
        def __init__(self, node, folder, *, epochs, seed):
            self.mean_net = None
            found.append(("begin", (folder.name, tuple(epochs), seed)))

        def start_from(self, folder):
            found.append(("start", folder.name))

        def start_from_trunk(self, train, cache):
            found.append(("trunk", len(train.images)))

        def learn_from(self, teacher, folder):
            found.append(("teacher", folder.name))

        def run(self, train, val):
            found.append(("run", (train, val)))

        def fit(self, val):
            found.append(("fit", val))

        def adjust(self, train, val):
            found.append(("adjust", (train, val)))
            return 0.5

        def centre(self, val):
            found.append(("centre", val))
            return 0.25

    monkeypatch.setattr("convert.train.Trainer", Trainer)
    monkeypatch.setattr(
        "convert.checkpoint.keep", lambda net, node, folder, facts: found.append(("keep", facts))
    )
    return found


def test_a_net_is_trained_on_wide_crops_of_train_and_measured_on_exact_ones_of_val(data, steps):
    commands.train("beard", data, epochs=3, seed=7)
    assert [name for name, _ in steps] == ["begin", "teacher", "run", "centre", "keep"]
    given = dict(steps)
    assert given["begin"] == ("beard", (3,), 7)
    assert given["teacher"] == "beard_teacher"
    train, val = given["run"]
    assert {sample.row["split"] for sample in train.samples} == {"train"}
    assert {sample.row["split"] for sample in val.samples} == {"val"}
    assert train.images.shape[1:] == (72, 72, 3)  # 52 * CONTEXT, even
    assert val.images.shape == (4, 52, 52, 3)
    assert given["centre"] is val
    assert (given["keep"]["bias_shift"], given["keep"]["logit_adjustment"]) == (0.25, 0)
    assert given["keep"]["crops"] == 3 * CALIBRATION


def test_labels_that_are_drawn_unequally_often_are_made_up_for(data, steps):
    commands.train("emotion", data)
    assert [name for name, _ in steps] == [
        *("begin", "teacher", "teacher", "run", "fit", "adjust", "keep")
    ]
    given = dict(steps)
    assert given["fit"] is given["run"][1]
    assert given["begin"] == ("emotion", NODES["emotion"].epochs, 1)
    assert given["adjust"] == given["run"]
    assert given["keep"]["logit_adjustment"] == 0.5


def test_what_is_fitted_to_val_is_not_centred(data, steps, monkeypatch):
    monkeypatch.setitem(NODES, "earrings", replace(NODES["earrings"], fit=True))
    commands.train("earrings", data)
    assert [name for name, _ in steps] == ["begin", "run", "fit", "keep"]
    assert (dict(steps)["keep"]["fitted"], dict(steps)["keep"]["bias_shift"]) == (True, 0)


def test_a_node_starts_from_anothers_features_and_a_teacher_from_its_trunk(
    data, steps, monkeypatch
):
    monkeypatch.setitem(NODES, "earrings", replace(NODES["earrings"], start="beard"))
    commands.train("earrings", data)
    commands.train("emotion_faces", data)
    assert [step for step in steps if step[0] in ("start", "trunk")] == [
        ("start", "beard"),
        ("trunk", 3 * CALIBRATION),
    ]


def test_a_better_model_is_not_replaced_in_silence(data, tmp_path, monkeypatch, caplog):
    weights, folder = tmp_path / "model.keras", tmp_path / "out"
    weights.touch()
    folder.mkdir()
    figures = {"n": 4, "balanced_accuracy": 0.8}
    monkeypatch.setattr("convert.quantize.quantize", lambda *arguments: figures)
    for before, said in ((0.7, False), (0.9, True)):
        card = f"[accuracy.int8]\nn = 444\nbalanced_accuracy = {before}\n"
        (folder / "card.toml").write_text(card)
        commands.quantize("beard", data, weights=weights, out=folder)
        assert ("0.9000 on 444 pictures of val, this has 0.8000 on 4" in caplog.text) == said


def test_ranges_are_set_by_a_few_training_crops_and_the_rest_by_val(data, tmp_path, monkeypatch):
    given = []

    def quantize(*arguments):
        given.extend(arguments)
        return {"n": 4, "balanced_accuracy": 1.0}

    monkeypatch.setattr("convert.quantize.quantize", quantize)
    folder = commands.training_folder("beard", "ours", None)
    folder.mkdir(parents=True)
    (folder / "model.keras").touch()
    (folder / "training.json").write_text('{"seed": 7}')
    commands.quantize("beard", data)
    node, source, out, calibration, val, training = given
    assert (node, source) == (NODES["beard"], folder / "model.keras")
    assert out == commands.MODELS / "beard"
    assert {sample.row["split"] for sample in calibration.samples} == {"train"}
    assert len(calibration.images) == CALIBRATION
    assert calibration.images.shape[1:] == (52, 52, 3)
    assert {sample.row["split"] for sample in val.samples} == {"val"}
    assert training == {"seed": 7}
