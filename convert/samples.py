"""From labelled sets to the crops and targets of a node."""

from __future__ import annotations

import hashlib
import logging
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from convert import labels, spectacles
from convert.copies import copies_of_val
from convert.dataset import PictureSet, Row
from convert.framing import ALWAYS_FIXED, BoxCache
from convert.kept import read_array, write_array
from convert.kinds import kind_of
from convert.nodes import Node
from convert.pasting import MaskPaster
from edge.crop import CropSpec, crop_face
from edge.errors import ConfigError, PictureError
from edge.types import Box, Image

log = logging.getLogger(__name__)

CACHE = Path(os.path.expanduser("~/.cache/emoticon-mirror"))  # without a home: as it is
CONTEXT = 1.4  # sides of a training crop in units of the run-time crop's: room for the jitter
_VERSION = 1  # of kept crops: raise it when they are cut, or put something on, in another way

AGES = ((4, "infant"), (15, "child"), (35, "young"), (55, "middle"), (200, "old"))
"""(highest age in years, name)."""


@dataclass(frozen=True, eq=False)
class Sample:
    """One labelled face: which picture, which label, where its face is."""

    pictures: PictureSet
    row: Row
    label: str  # "": not known
    box: Box  # relative to the picture's width and height
    paste: bool  # a mask has to be pasted on first
    borrowed: bool = False  # from a set that does not have the label; see `borrow_samples`

    @property
    def source(self) -> str:
        """The set, and within it the collection, that the picture comes from."""
        kind, source = kind_of(self.pictures.columns), self.row.get("source")
        return f"{kind}/{source}" if source else kind


@dataclass(frozen=True, eq=False)
class Data:
    """Everything that training and evaluation draw from."""

    sets: Sequence[PictureSet]
    paster: MaskPaster | None  # None: no mask templates were given
    boxes: BoxCache

    @cached_property
    def copies(self) -> Mapping[PictureSet, frozenset[str]]:
        """For each set the paths of training pictures that copy one of val; see copies.py."""
        return copies_of_val(self.sets)


@dataclass(frozen=True, eq=False)
class Crops:
    """Samples ready for a network."""

    samples: Sequence[Sample]
    images: np.ndarray  # (N, side, side, 3) uint8 BGR
    targets: np.ndarray  # (N, labels) float32, each row sums to 1


def find_samples(node: Node, data: Data, split: str) -> list[Sample]:
    """Every picture of the split whose label for the node is known."""
    samples = []
    for pictures in data.sets:
        labelled = [
            (row, label)
            for row in pictures.rows
            if row.get("split") == split
            and (label := labels.label_of(row, node.attribute)) is not None
            and _fits(row, node)
        ]
        known = [(row, label) for row, label in labelled if label in node.labels]
        if unknown := {label for _, label in labelled} - set(node.labels):
            log.warning(
                "%s: %d pictures are passed over: expected %s to be one of %s, got %s",
                pictures.path,
                len(labelled) - len(known),
                node.attribute,
                ", ".join(labels.WORN if "worn" in node.labels else node.labels),
                ", ".join(sorted(unknown)),
            )
        found = data.boxes.find(pictures, [row for row, _ in known])
        for (row, label), (box, _) in zip(known, found, strict=True):
            paste = node.masked and row.get("mask") != "1"
            samples.append(Sample(pictures, row, str(label), box, paste))
    return samples


def borrow_samples(node: Node, data: Data, split: str = "train") -> list[Sample]:
    """Bare faces from sets that do not say what the node asks.

    For a mask, every other one gets a mask pasted on, so that the network cannot tell by the set;
    for a frame, each gets spectacles of one of the shapes drawn on; otherwise there is no label,
    and the node's teachers say what they see.
    """
    samples = []
    for pictures in data.sets:
        if kind_of(pictures.columns) in ALWAYS_FIXED:  # grey, and all of them labelled
            continue
        rows = [row for row in pictures.rows if row.get("split") == split and _bare(row, node)]
        found = data.boxes.find(pictures, rows)
        for i, (row, (box, _)) in enumerate(zip(rows, found, strict=True)):
            label = "" if node.teachers else node.labels[i % len(node.labels)]
            paste = node.masked or (node.attribute == "mask" and label == "worn")
            samples.append(Sample(pictures, row, label, box, paste, borrowed=True))
    return samples


def _bare(row: Row, node: Node) -> bool:
    """Whether a face is known to wear nothing that would contradict a borrowed label."""
    if node.attribute == "mask":
        return "mask" not in row
    if node.attribute == "frame":
        return row.get("glasses") == "none" and row.get("mask") != "1"
    return row.get("mask") != "1" and labels.label_of(row, node.attribute) is None


def _fits(row: Row, node: Node) -> bool:
    """Whether the face is one that this node gets to see: with or without a mask."""
    return node.masked or node.attribute == "mask" or row.get("mask") != "1"


def age_group(row: Row) -> str:
    """A coarse group of ages; "" when not known. UTKFace's file names begin with the age.

    Raises PictureError for an age that is none.
    """
    age = row.get("age")
    if not age:
        told = re.match(r"(?:.*/)?(\d+)_\d+_\d+_", row["path"])
        if not told:
            return ""
        age = told[1]
    oldest, _ = AGES[-1]
    if not age.isdecimal() or int(age) > oldest:
        raise PictureError(f"{row['path']}: age: expected years, 0 to {oldest}, got {age!r}")
    return next(name for limit, name in AGES if int(age) <= limit)


def face_of(sample: Sample, paster: MaskPaster | None) -> tuple[Image, Box]:
    """The sample's picture (with what has to be put on the face) and its face's box in pixels."""
    image = sample.pictures.image(sample.row["path"])
    box = sample.box.scaled(image.shape[1], image.shape[0])
    if sample.borrowed and sample.label in spectacles.SHAPES:
        image = spectacles.wear(image, box, sample.label, seed=sample.row["path"])
    if sample.paste:
        if paster is None:
            raise ConfigError("a face without a mask: give mask_templates.zip with --data too")
        image = paster.paste(image, box, seed=sample.row["path"])
    return image, box


def load_crops(
    node: Node,
    samples: Sequence[Sample],
    data: Data,
    *,
    context: float = 1.0,
    cache: Path | None = None,
    limit: int | None = None,
) -> Crops:
    """Cut every sample out as at run time; with `context`, wider by that factor.

    With `cache` (a folder) the crops are kept there and read again by a run that needs the same.
    With `limit`, only about so many, equally often of each label.
    """
    if limit is not None:
        samples = _some(samples, limit // len(node.labels))
    spec = CropSpec(
        2 * round(node.crop.size * context / 2), node.crop.side * context, node.crop.down
    )
    targets = np.stack([_target(node, sample) for sample in samples])
    kept = None
    if cache is not None:
        kept = cache / f"crops-{_fingerprint(spec, samples, data.paster)}.npy"
        known = read_array(kept)
        if known is not None:
            return Crops(samples, known, targets)
    images = np.empty((len(samples), spec.size, spec.size, 3), np.uint8)
    for i, sample in enumerate(samples):
        images[i] = crop_face(*face_of(sample, data.paster), spec)
    if kept is not None:
        write_array(kept, images)
    return Crops(samples, images, targets)


def _some(samples: Sequence[Sample], each: int) -> list[Sample]:
    """At most `each` samples of every label, spread over the sets."""
    by_label: dict[str, list[Sample]] = {}
    for sample in samples:
        by_label.setdefault(sample.label, []).append(sample)
    return [s for group in by_label.values() for s in group[:: -(-len(group) // each)]]


def _fingerprint(spec: CropSpec, samples: Sequence[Sample], paster: MaskPaster | None) -> str:
    """Tells crops from others by all that they are made of."""
    templates = paster.sha1 if paster and any(sample.paste for sample in samples) else ""
    key = [
        (_VERSION, spec, templates),
        *(
            (
                s.pictures.checksum(s.row["path"]),
                s.row["path"],  # the seed of what is put on the face
                s.box,
                s.paste,
                s.label if s.borrowed else "",
            )
            for s in samples
        ),
    ]
    return hashlib.sha1(repr(key).encode()).hexdigest()[:16]


def _target(node: Node, sample: Sample) -> np.ndarray:
    if not sample.label:
        return np.zeros(len(node.labels), np.float32)
    if node.attribute == "emotion":
        soft = labels.soft_emotion(sample.row)
        if soft is not None:
            return soft
    return labels.one_hot(sample.label, node.labels)
