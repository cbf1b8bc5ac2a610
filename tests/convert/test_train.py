"""Learning from a teacher, on drawn crops: is the picture light or dark?"""

from dataclasses import replace

import numpy as np
import pytest

from convert.nets import Net
from convert.nodes import NODES
from convert.samples import Crops, Sample
from edge.crop import CropSpec
from edge.errors import ConfigError
from edge.types import Box

pytestmark = pytest.mark.train

TEACHER = replace(
    NODES["beard"], crop=CropSpec(8, 1.0), net=Net("tiny", ((4,), (4,)), dropout=0.0), epochs=(20,)
)
NODE = replace(TEACHER, teachers=("teacher",), borrow=0.5)


def crops(*, labelled: bool) -> Crops:
    levels = np.random.default_rng(0).choice([40, 210], 256)
    images = np.repeat(levels, 12 * 12 * 3).reshape(-1, 12, 12, 3).astype(np.uint8)
    labels = ["worn" if level < 128 else "none" for level in levels]
    samples = [
        Sample(None, {}, label if labelled else "", Box(0, 0, 1, 1), False, not labelled)
        for label in labels
    ]
    targets = np.array([[label == "none", label == "worn"] for label in labels], np.float32)
    return Crops(samples, images, targets if labelled else np.zeros_like(targets))


def val() -> Crops:
    found = crops(labelled=True)
    return replace(found, images=np.ascontiguousarray(found.images[:, 2:10, 2:10]))


def test_without_any_label_a_net_learns_what_its_teacher_answers(tmp_path):
    from convert.train import Trainer

    teacher = Trainer(TEACHER, tmp_path / "teacher", epochs=(20,), seed=1)
    teacher.run(crops(labelled=True), val())
    student = Trainer(NODE, tmp_path / "student", epochs=(20,), seed=2)
    student.learn_from(TEACHER, tmp_path / "teacher")
    student.run(crops(labelled=False), val())
    answers = student.predict(val().images).argmax(1)
    np.testing.assert_array_equal(answers, val().targets.argmax(1))


def test_the_ends_of_its_cycles_are_averaged(tmp_path):
    import torch

    from convert.checkpoint import CHECKPOINT
    from convert.train import Trainer

    run = Trainer(replace(TEACHER, average=True), tmp_path, epochs=(2, 3), seed=1)
    run.run(crops(labelled=True), val())
    ends = torch.load(tmp_path / CHECKPOINT, weights_only=False)["ends"]
    assert len(ends) == 2
    weights = [end["0.weight"] for end in ends]
    assert not torch.equal(*weights)
    torch.testing.assert_close(run.mean_net[0].weight.data, (weights[0] + weights[1]) / 2)
    again = Trainer(replace(TEACHER, average=True), tmp_path, epochs=(2, 3), seed=1)
    again.run(crops(labelled=True), val())
    torch.testing.assert_close(again.mean_net[0].weight.data, run.mean_net[0].weight.data)


def test_a_teacher_that_is_not_trained_is_named(tmp_path):
    from convert.train import Trainer

    student = Trainer(NODE, tmp_path / "student", epochs=(1,), seed=1)
    with pytest.raises(ConfigError, match="train emotion_teacher first"):
        student.learn_from(TEACHER, tmp_path / "emotion_teacher")
