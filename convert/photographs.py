"""The whole pipeline on whole photographs: detector, crop, tree, thresholds. No tuning on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from convert.dataset import PictureSet
from convert.labels import label_of
from edge.cascade import Cascade
from edge.detectors import create_detector
from edge.paths import MODELS
from edge.photo import Portrait, find_portraits
from edge.tree import load_tree

ATTRIBUTES = ("mask", "glasses", "frame", "emotion", "skin", "beard")
MIN_SCORE = 0.5  # a photograph is not a stream: a face that is just found still counts


@dataclass
class Tally:
    """How often an attribute's label was right on the photographs that state it."""

    labelled: int = 0
    found: int = 0  # the face was detected and the tree came to this attribute
    right: int = 0


def tally_photographs(pictures: PictureSet) -> dict[str, Tally]:
    """Run every photograph through the mirror's own pipeline; its labels are the largest face's."""
    detector = create_detector("caffe", min_score=MIN_SCORE)
    cascade = Cascade(load_tree(MODELS))
    tallies = {name: Tally() for name in ATTRIBUTES}
    for row in pictures.rows:
        portraits = find_portraits(pictures.image(row["path"]), detector, cascade)
        answers = _largest(portraits)
        for name, tally in tallies.items():
            label = label_of(row, name)
            if label is None:
                continue
            tally.labelled += 1
            if name not in answers:
                continue
            tally.found += 1
            tally.right += answers[name] == label
    return tallies


def _largest(portraits: Iterable[Portrait]) -> dict[str, str]:
    face = max(portraits, key=lambda portrait: portrait.face.box.area, default=None)
    if face is None:
        return {}
    return {name: attribute.label for name, attribute in face.attributes.items()}
