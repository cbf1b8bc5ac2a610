"""Learning from a teacher, on drawn crops: is the picture light or dark?"""

import logging
from dataclasses import replace

import numpy as np
import pytest

from convert.nets import Net
from convert.nodes import NODES
from convert.samples import Crops, Sample
from edge.crop import CropSpec
from edge.errors import ConfigError, DisplayError, ModelError
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


PLAIN = replace(TEACHER, teachers=(), mix=0.0)


def trained(folder, *, node=PLAIN, seed=1, train=None, stop=None):
    """The weights after three epochs; with `stop`, the run is broken off after so many."""
    from convert.train import Trainer

    run = Trainer(node, folder, epochs=(3,), seed=seed)
    if node.start:
        run.start_from(folder.parent / node.start)
    for teacher in node.teachers:
        run.learn_from(PLAIN, folder.parent / teacher)

    def save(keep=run._save):
        keep()
        if run._epoch == stop:
            raise KeyboardInterrupt

    run._save = save
    try:
        run.run(train or crops(labelled=True), val())
    except KeyboardInterrupt:
        return None
    return run.mean_net[0].weight.data.clone()


def test_a_stopped_training_ends_as_one_that_was_not(tmp_path):
    import torch

    node = replace(PLAIN, net=replace(PLAIN.net, dropout=0.2))
    trained(tmp_path / "stopped", node=node, stop=1)
    torch.testing.assert_close(
        trained(tmp_path / "stopped", node=node), trained(tmp_path / "whole", node=node)
    )


def relabelled() -> Crops:
    found = crops(labelled=True)
    targets = found.targets.copy()
    targets[0] = targets[0, ::-1]
    return replace(found, targets=targets)


def redrawn() -> Crops:
    found = crops(labelled=True)
    images = found.images.copy()
    images[0] += 1
    return replace(found, images=images)


@pytest.mark.parametrize(
    "changed",
    [{"seed": 2}, {"train": relabelled()}, {"train": redrawn()}],
    ids=["seed", "a label", "a picture"],
)
def test_a_finished_training_is_done_anew_when_what_it_depends_on_has_changed(
    tmp_path, caplog, changed
):
    import torch

    caplog.set_level(logging.INFO, "convert")
    first = trained(tmp_path / "run")
    assert torch.equal(trained(tmp_path / "run"), first)
    assert "anew" not in caplog.text
    assert not torch.equal(trained(tmp_path / "run", **changed), first)
    assert caplog.text.count("starting anew") == 1


@pytest.mark.parametrize("role", [{"start": "other"}, {"teachers": ("other",)}])
def test_a_finished_training_is_done_anew_when_its_start_or_teacher_was_trained_anew(
    tmp_path, role
):
    import torch

    node = replace(PLAIN, **role)
    trained(tmp_path / "other")
    first = trained(tmp_path / "run", node=node)
    assert torch.equal(trained(tmp_path / "run", node=node), first)
    trained(tmp_path / "other", seed=2)
    assert not torch.equal(trained(tmp_path / "run", node=node), first)


def test_a_start_gives_its_features_but_not_its_last_layer(tmp_path):
    import torch

    from convert.train import Trainer

    trained(tmp_path / "other")
    start = torch.load(tmp_path / "other" / "checkpoint.pt")["mean_net"]
    run = Trainer(PLAIN, tmp_path / "run", epochs=(1,), seed=5)
    run.start_from(tmp_path / "other")
    for net in (run.net, run.mean_net):
        for name, value in net.state_dict().items():
            last = name.startswith(f"{len(net) - 1}.")
            assert torch.equal(value, start[name]) is not last, name


@pytest.mark.parametrize("content", [b"", b"no checkpoint", None], ids=["empty", "text", "half"])
def test_a_damaged_checkpoint_is_named(tmp_path, content):
    trained(tmp_path)
    path = tmp_path / "checkpoint.pt"
    path.write_bytes(path.read_bytes()[:1000] if content is None else content)
    with pytest.raises(ModelError, match=r"checkpoint\.pt: damaged; delete it"):
        trained(tmp_path)


def test_a_folder_that_cannot_be_made_is_known_before_the_first_epoch(tmp_path, caplog):
    caplog.set_level(logging.INFO, "convert")
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        trained(tmp_path / "file" / "run")
    assert "epoch" not in caplog.text


def test_the_weights_of_another_network_are_named(tmp_path):
    from convert.train import Trainer

    trained(tmp_path / "other")
    wider = replace(PLAIN, net=Net("tiny", ((6,), (4,)), dropout=0.0))
    run = Trainer(wider, tmp_path / "run", epochs=(1,), seed=1)
    with pytest.raises(ModelError, match="of another network; train other again"):
        run.start_from(tmp_path / "other")


def test_a_state_that_cannot_be_written_leaves_the_last_one(tmp_path, request):
    trained(tmp_path, stop=1)
    before = (tmp_path / "checkpoint.pt").read_bytes()
    request.getfixturevalue("full_disk")
    with pytest.raises(DisplayError, match="No space left"):
        trained(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint.pt"]
    assert (tmp_path / "checkpoint.pt").read_bytes() == before


def biases_of(node, scores, targets, folder, *steps):
    """The last biases (8,) that `steps` give a net whose answers to val are these scores."""
    from convert.train import Trainer

    run = Trainer(replace(node, crop=PLAIN.crop, net=PLAIN.net), folder, epochs=(1,), seed=1)
    last = run.mean_net[-1].bias
    last.data.zero_()
    run.predict = lambda _: scores + last.detach().numpy()
    samples = [Sample(None, {}, "", Box(0, 0, 1, 1), False)] * len(targets)
    train, val = Crops(samples, None, targets), Crops(samples, scores, targets)
    for step in steps:
        step(run, train, val)
    return last.detach().numpy()


def fit(run, train, val):
    run.fit(val)


def adjust(run, train, val):
    run.adjust(train, val)


def test_last_biases_are_fitted_to_the_shares_of_votes(tmp_path):
    rng = np.random.default_rng(0)
    scores, shift = rng.normal(0, 1.5, (4_000, 8)), np.array([0.6, -0.4, -0.2, 0, 0, 0, 0, 0])
    votes = np.exp(scores + shift)
    votes /= votes.sum(1, keepdims=True)
    # Where all labels are drawn equally often there is nothing else to shift.
    node = replace(NODES["emotion"], balance=1.0)
    fitted = biases_of(node, scores, votes, tmp_path, fit, adjust)
    np.testing.assert_allclose(fitted, shift, atol=0.02)
    np.testing.assert_allclose(biases_of(node, scores, votes, tmp_path, adjust), 0, atol=1e-6)


def test_labels_drawn_rarely_are_answered_more_readily(tmp_path):
    rng = np.random.default_rng(0)
    truth = rng.choice(8, 2_000, p=[0.02, *[0.14] * 7])
    scores = rng.normal(0, 1, (2_000, 8)) + 3 * np.eye(8)[truth]
    biases = biases_of(NODES["masked_emotion"], scores, np.eye(8)[truth], tmp_path, adjust)
    assert biases[0] > 0.1
    np.testing.assert_allclose(biases[1:], 0, atol=0.01)


def test_two_labels_are_centred_to_even_odds(tmp_path):
    from convert.train import Trainer

    run = Trainer(PLAIN, tmp_path, epochs=(1,), seed=1)
    run.mean_net[-1].bias.data.zero_()
    rng = np.random.default_rng(0)
    truth = np.array([0, 1] * 500)
    score = np.where(truth, 1.0, -1.0) + rng.normal(0, 1, 1000) - 0.8  # label 1 comes too short
    run.predict = lambda _: np.stack([-score / 2, score / 2], 1)
    shift = run.centre(Crops([], None, np.eye(2)[truth]))
    assert shift == pytest.approx(0.8, abs=0.15)
    np.testing.assert_allclose(run.mean_net[-1].bias.detach(), [-shift / 2, shift / 2], rtol=1e-5)


def test_mixup_changes_what_is_learned(tmp_path):
    import torch

    mixed = trained(tmp_path / "mixed", node=replace(PLAIN, mix=0.5))
    assert not torch.equal(mixed, trained(tmp_path / "plain"))


def test_a_mirrored_net_is_asked_for_the_mirror_image_too(tmp_path):
    from convert.train import Trainer

    images = np.random.default_rng(0).integers(0, 256, (4, 8, 8, 3), np.uint8)
    alike = []
    for mirror in (False, True):
        node = replace(PLAIN, net=replace(PLAIN.net, mirror=mirror))
        run = Trainer(node, tmp_path, epochs=(1,), seed=1)
        here, there = (run.predict(np.ascontiguousarray(x)) for x in (images, images[:, :, ::-1]))
        alike.append(np.allclose(here, there, atol=1e-6))
    assert alike == [False, True]


def test_the_learning_rate_falls_within_an_epoch(tmp_path):
    from convert.cycles import learning_rate
    from convert.train import Trainer

    run = Trainer(PLAIN, tmp_path, epochs=(1, 2), seed=1)
    run.run(crops(labelled=True), val())  # two batches an epoch
    last = PLAIN.net.rate * learning_rate(2.5, (1, 2), PLAIN.restart)
    assert run._optimizer.param_groups[0]["lr"] == pytest.approx(last)
