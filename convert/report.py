"""docs/models.md: what the shipped models are, what they cost, and how right they are, for whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import cv2

from convert import commands, costs, fairness
from convert.charts import draw_confusion
from convert.dataset import PictureSet
from convert.evaluate import evaluate
from convert.markdown import table
from convert.nets import build_keras
from convert.nodes import NODES
from convert.photographs import Tally, tally_photographs
from convert.samples import Data, borrow_samples, load_crops
from edge.card import read_toml
from edge.cascade import Cascade
from edge.paths import MODELS
from edge.tree import load_tree
from edge.types import Box

TONES = ("light", "medium", "dark")
WORST = 3  # mistakes named for each node


def write_report(data: Data, folder: Path) -> Path:
    """Evaluate every node on the val split, and the pipeline on whole photographs."""
    labelled = [pictures for pictures in data.sets if "split" in pictures.columns]
    photographs = [pictures for pictures in data.sets if "split" not in pictures.columns]
    val = Data(labelled, data.paster, data.boxes)
    reports = {name: commands.evaluate(name, val, "val") for name in NODES}
    reports["mask"]["tones"] = _mask_tones(val)
    path = _time(labelled)
    charts = folder / "images"
    charts.mkdir(parents=True, exist_ok=True)
    for name, report in reports.items():
        chart = draw_confusion(report["confusion"], report["labels"])
        cv2.imwrite(str(charts / f"confusion-{name}.png"), chart)
    sections = [
        _INTRODUCTION,
        _overview(reports, path),
        _path(path),
        _groups("By skin tone", "tones", reports),
        _groups("By source", "sources", reports),
        _fairness(fairness.measure(val)),
        *(_photographs(tally_photographs(pictures)) for pictures in photographs),
        _mistakes(reports),
    ]
    written = folder / "models.md"
    written.write_text("\n\n".join(sections) + "\n", encoding="utf-8")
    return written


_INTRODUCTION = """\
# The models, measured

Written by `python -m convert report`; do not edit by hand. Accuracy is that of the `.tflite` files
as they ship, on the `val` split of the sets that the README names; nothing was trained on it, but
for copies of some of its pictures ([how many](training.md#what-todays-commands-no-longer-give)),
and epochs, shifts of the last biases, temperatures and thresholds were chosen by it. Masks on
`masked_skin`, `masked_frame` and `masked_emotion` are pasted; those on `masked_glasses` are partly
real (see the sources). In brackets: the calibration error that answers as sure would have on as
many pictures if they were perfectly calibrated. The face detectors have tables of their own:
[detectors.md](detectors.md)."""


def _overview(reports: Mapping[str, Any], path: costs.Path) -> str:
    rows = []
    for name, report in reports.items():
        folder = MODELS / name
        node = NODES[name]
        model = build_keras(node.net, node.crop.size, node.channels, len(node.labels), batch=1)
        card = read_toml(folder / "card.toml")
        rows.append(
            [
                f"`{name}`",
                f"{model.count_params():,}",
                f"{costs.multiplications(model) / 1e6:.1f}",
                f"{(folder / 'model.tflite').stat().st_size / 1000:.0f}",
                f"{path.nodes[name]:.2f}",
                str(report["n"]),
                _percent(report["float"]["accuracy"]),
                _percent(report["accuracy"]),
                _percent(report["balanced_accuracy"]),
                f"{_percent(report['calibration_error'])} ({_percent(report['by_chance'])})",
                f"{card['output']['threshold']:.2f}",
                ", ".join(f"{k} {_percent(v)}" for k, v in report["per_class"].items()),
            ]
        )
    columns = (
        "node|parameters|million MACs|kB|ms|n|float %|int8 %|balanced %"
        "|calibration error % (by chance)|threshold|recall %"
    )
    total = sum((MODELS / name / "model.tflite").stat().st_size for name in reports)
    return f"{table(columns.split('|'), rows)}\n\nAll files together: {total / 1e6:.2f} MB."


def _path(path: costs.Path) -> str:
    return (
        "## One face through the tree\n\n"
        f"{path.whole_ms:.2f} ms on one thread, crops included, for every node that applies to a "
        f"bare face. The report's networks for mask, skin, glasses, frame and emotion, asked one "
        f"after the other with Keras `predict`, took {path.report_ms:.0f} ms in the same run: "
        f"{path.report_ms / path.whole_ms:.0f} times as long."
    )


def _groups(title: str, key: str, reports: Mapping[str, Any]) -> str:
    rows = [
        [
            f"`{name}`",
            group,
            str(figures["n"]),
            _percent(figures["accuracy"]),
            _percent(figures["balanced_accuracy"]),
        ]
        for name, report in reports.items()
        for group, figures in report[key].items()
    ]
    return f"## {title}\n\n{table(['node', 'group', 'n', 'accuracy %', 'balanced %'], rows)}"


def _fairness(found: fairness.Fairness) -> str:
    neutral = ", ".join(f"{_percent(share)} % of the {t}" for t, share in found.neutral.items())
    return (
        "## The report's own failures\n\nA beard is not dark skin: of "
        f"{found.bearded} light and medium faces on which the beard node is sure of a beard, "
        f"{_percent(found.bearded_dark)} % are taken for dark; of those where it is sure of none, "
        f"{_percent(found.beardless_dark)} %.\n\nEast-Asian faces (UTKFace's medium group) are "
        f"not all neutral: the emotion is neutral for {neutral} faces."
    )


def _photographs(tallies: Mapping[str, Tally]) -> str:
    rows = [
        [name, str(t.labelled), str(t.found), str(t.right), _percent(t.right / max(1, t.labelled))]
        for name, t in tallies.items()
    ]
    columns = ["attribute", "labelled", "answered", "right", "right of labelled %"]
    return (
        "## Whole photographs\n\nThrough the detector, the tree and its thresholds; nothing is "
        "tuned on them. A face that is not found, or for which the tree does not ask, counts as "
        f"wrong.\n\n{table(columns, rows)}"
    )


def _mistakes(reports: Mapping[str, Any]) -> str:
    lines = []
    for name, report in reports.items():
        labels, counts = report["labels"], report["confusion"]
        pairs = sorted(
            (
                (counts[i][j], labels[i], labels[j])
                for i in range(len(labels))
                for j in range(len(labels))
                if i != j and counts[i][j]
            ),
            reverse=True,
        )
        said = "; ".join(f"{a} taken for {b}: {n}" for n, a, b in pairs[:WORST]) or "none"
        lines.append(f"- `{name}` ([confusion](images/confusion-{name}.png)): {said}")
    return "## Most frequent mistakes\n\n" + "\n".join(lines)


def _mask_tones(data: Data) -> dict[str, Any]:
    """Sets with masks do not tell tones: bare faces of known tone, half with pasted masks."""
    samples = [s for s in borrow_samples(NODES["mask"], data, "val") if s.row.get("skin") in TONES]
    crops = load_crops(NODES["mask"], samples, data)
    return evaluate(MODELS / "mask", crops)["tones"]


def _time(sets: Iterable[PictureSet]) -> costs.Path:
    """On the first picture, taken as one face; what it shows hardly matters for the time."""
    pictures = next(iter(sets))
    image = pictures.image(pictures.rows[0]["path"])
    box = Box(0, 0, image.shape[1], image.shape[0])
    return costs.time_path(image, box, Cascade(load_tree(MODELS)))


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"
