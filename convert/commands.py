"""What the command line does, as functions; the heavy imports happen inside them."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from convert.dataset import LABELS, PictureSet
from convert.framing import BoxCache
from convert.nets import TRUNK
from convert.nodes import NODES, node_named
from convert.pasting import CONFIG, MaskPaster, holds
from convert.samples import (
    CACHE,
    CONTEXT,
    Data,
    Sample,
    borrow_samples,
    find_samples,
    load_crops,
)
from edge.card import read_toml
from edge.errors import ConfigError, ModelError
from edge.paths import MODELS

log = logging.getLogger(__name__)


def open_data(paths: Iterable[Path]) -> Data:
    """Open sets and mask templates, each told by what is in it."""
    sets, paster = [], None
    for path in paths:
        if holds(path, CONFIG):
            paster = MaskPaster(path)
        elif holds(path, LABELS):
            sets.append(PictureSet(path))
            splits = Counter(row.get("split") or "in no split" for row in sets[-1].rows)
            log.info("%s: %s", path, _counts(splits))
    if not sets:
        raise ConfigError(f"--data: expected a zip or folder with a {LABELS}; found none")
    return Data(tuple(sets), paster, BoxCache(CACHE))


def train(
    name: str,
    data: Data,
    *,
    net: str = "ours",
    epochs: int | None = None,
    seed: int | None = None,
    out: Path | None = None,
) -> Path:
    """Train a node; the path of its Keras file. A run that was stopped goes on."""
    from convert.checkpoint import keep
    from convert.train import Trainer

    node = node_named(name, net)
    crops = load_crops(node, training_samples(name, data, net), data, context=CONTEXT, cache=CACHE)
    val = load_crops(
        node, _labelled(find_samples(node, data, "val"), name, "val"), data, cache=CACHE
    )
    folder = training_folder(name, net, out)
    cycles = node.epochs if epochs is None else (epochs,)
    seed = node.seed if seed is None else seed
    trainer = Trainer(node, folder, epochs=cycles, seed=seed)
    if node.start is not None and net == "ours":
        trainer.start_from(training_folder(node.start, net, out))
    if node.net.name == TRUNK:
        trainer.start_from_trunk(crops, CACHE)
    for teacher in node.teachers:
        trainer.learn_from(node_named(teacher), training_folder(teacher, net, out))
    trainer.run(crops, val)
    if node.fit:
        trainer.fit(val)
    # Where labels are drawn equally often there is nothing to make up for.
    adjusted = trainer.adjust(crops, val) if node.balance < 1 else 0.0
    centred = trainer.centre(val) if len(node.labels) == 2 and not node.fit else 0.0
    pasted = sum(sample.paste for sample in crops.samples)
    facts: dict[str, Any] = {
        "data": sorted({sample.source for sample in crops.samples}),
        "crops": len(crops.samples),
        "pasted_masks": pasted,
        "borrowed": sum(sample.borrowed for sample in crops.samples),
        "net": node.net.name,
        "epochs": list(cycles),
        "seed": seed,
        "fitted": node.fit,
        "logit_adjustment": adjusted,
        "bias_shift": round(centred, 3),
    }
    if node.start is not None:
        facts["start"] = node.start
    if node.teachers:
        facts["teachers"] = list(node.teachers)
    if node.favour is not None:
        column, value, times = node.favour
        facts["favour"] = f"pictures with {column} {value} are drawn {times:g} times as often"
    return keep(trainer.mean_net, node, folder, facts)


def training_samples(name: str, data: Data, net: str = "ours") -> list[Sample]:
    """What a node is trained on: nothing that stands in any set's val split too."""
    node = node_named(name, net)
    samples = find_samples(node, data, "train")
    if node.borrow:
        samples += borrow_samples(node, data)
    kept = [s for s in samples if s.row["path"] not in data.copies[s.pictures]]
    if len(kept) < len(samples):
        log.info("%s: copies of val's pictures left out: %d", name, len(samples) - len(kept))
    return _labelled(kept, name, "train")


def _labelled(samples: list[Sample], name: str, split: str) -> list[Sample]:
    """The samples, counted for the log; raises ConfigError when none has a label of its own."""
    if all(sample.borrowed for sample in samples):
        raise ConfigError(
            f"--data: expected pictures of the split {split!r} with a label for {name}; found none"
        )
    found = Counter(sample.label or "without a label" for sample in samples)
    log.info("%s: %s: %s", name, split, _counts(found))
    if missing := [label for label in node_named(name).labels if label not in found]:
        log.warning(
            "%s: no picture of %s is labelled %s: its figures are of the other labels alone",
            *(name, split, " or ".join(missing)),
        )
    return samples


def _counts(found: Counter[str]) -> str:
    return ", ".join(f"{what} {count}" for what, count in sorted(found.items()))


def trainings(out: Path | None) -> Path:
    """The folder of all trainings' folders."""
    return out or CACHE / "train"


def training_folder(name: str, net: str, out: Path | None) -> Path:
    """Where a training keeps its state and leaves its Keras file."""
    return trainings(out) / (name if net == "ours" else f"{name}-{net}")


def quantize(
    name: str,
    data: Data,
    *,
    net: str = "ours",
    weights: Path | None = None,
    out: Path | None = None,
) -> dict[str, Any]:
    """Convert a node's Keras file into its folder of models_tflite; the evaluation on val."""
    from convert import quantize

    node = node_named(name, net)
    source = weights or training_folder(name, net, None) / "model.keras"
    if not source.exists():
        raise ConfigError(f"{source}: missing; run `python -m convert train {name}` first")
    folder = out or MODELS / name
    before = _accuracy(folder)
    report = quantize.quantize(
        node,
        source,
        folder,
        load_crops(node, training_samples(name, data, net), data, limit=quantize.CALIBRATION),
        load_crops(
            node, _labelled(find_samples(node, data, "val"), name, "val"), data, cache=CACHE
        ),
        _facts(source.with_name("training.json")),
    )
    if before and before["balanced_accuracy"] > report["balanced_accuracy"]:
        log.warning(
            "%s: what was there had a balanced accuracy of %.4f on %d pictures of val, this has "
            "%.4f on %d; to have the former again: git checkout %s",
            *(name, before["balanced_accuracy"], before["n"]),
            *(report["balanced_accuracy"], report["n"], folder),
        )
    return report


def _accuracy(folder: Path) -> dict[str, Any]:
    """What a model's card says of its accuracy on val; empty where there is no such card."""
    try:
        return dict(read_toml(folder / "card.toml")["accuracy"]["int8"])
    except (ModelError, KeyError):
        return {}


def _facts(path: Path) -> dict[str, Any]:
    """What a training has noted beside its Keras file; raises ModelError when it is damaged."""
    try:
        return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}
    except ValueError as error:
        raise ModelError(f"{path}: damaged; delete it, or train again") from error


def evaluate(name: str, data: Data, split: str, models: Path = MODELS) -> dict[str, Any]:
    """All figures of a node's .tflite and Keras file on a split of some sets."""
    from convert import evaluate

    node = NODES[name]
    samples = _labelled(find_samples(node, data, split), name, split)
    return evaluate.evaluate(models / name, load_crops(node, samples, data))


def one_line(report: dict[str, Any]) -> str:
    """The gist of an evaluation."""
    return (
        f"{report['node']}: n {report['n']}, int8 {report['accuracy']:.4f} "
        f"(balanced {report['balanced_accuracy']:.4f}), float {report['float']['accuracy']:.4f} "
        f"(balanced {report['float']['balanced_accuracy']:.4f})"
    )
