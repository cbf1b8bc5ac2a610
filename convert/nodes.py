"""What each node of the cascade is: labels, crop, network, training. To change one, edit here."""

from __future__ import annotations

from dataclasses import dataclass, replace

from convert.labels import EMOTIONS
from convert.nets import REPORT, REPORT_SIZE, Net
from edge.crop import CropSpec
from edge.errors import ConfigError

WORN = ("none", "worn")
SKIN = ("light", "medium", "dark")
GLASSES = ("none", "eyeglasses", "sunglasses")
FRAME = ("round", "square")

SMALL = Net("ours", ((16,), (32,), (48, 48), (64, 64, 64)), dropout=0.2)
MIRRORED = replace(SMALL, mirror=True)
DEEP = Net("ours", ((18,), (36,) * 3, (50,) * 3, (66,) * 3), dropout=0.2, residual=True)
LARGE = Net("ours", ((32,), (64,) * 3, (96,) * 3, (144,) * 3), dropout=0.3, residual=True)
MEDIUM = Net("ours", LARGE.stages[:3], dropout=0.2, residual=True, mirror=True)
TEACHER = Net("ours", ((48,), (96,) * 3, (192,) * 3, (256,) * 3), dropout=0.4, residual=True)
FACES = Net("faces", (), dropout=0.3, rate=0.03, decay=0.995)


@dataclass(frozen=True)
class Node:
    """One classifier: what it tells apart, what it sees, how it is trained."""

    attribute: str  # the column it answers; see labels.py
    labels: tuple[str, ...]
    default: str  # shown when the network is not sure enough
    crop: CropSpec
    net: Net = SMALL
    color: str = "bgr"  # of the input, as in the card
    epochs: tuple[int, ...] = (15,)  # of each cycle of the learning rate
    seed: int = 1
    restart: float = 0.75  # the peak of a later cycle's rate, relative to the first's
    average: bool = False  # keep the mean of the weights at the end of each cycle, not the last
    smoothing: float = 0.05  # of labels; 0 where they are shares of votes already
    masked: bool = False  # sees faces under a mask: real ones, and others with a mask pasted on
    tint: float = 1.0  # how strongly light and colour may be changed in training
    balance: float = 1.0  # 0: labels drawn as often as they occur; 1: all equally often
    fit: bool = False  # the last biases to val; see `Trainer.fit`
    sparing: bool = False  # with the rarer of two labels; see `biases.sparing`
    favour: tuple[str, str, float] | None = None  # (column, value, times as often)
    same_ages: bool = False  # draw the labels equally often within each age group
    start: str | None = None  # begin with the features of this node's network
    beards: bool = False  # shade lower faces at random: a beard must not count
    borrow: float = 0.0  # share of pictures of sets without the column; see `borrow_samples`
    teachers: tuple[str, ...] = ()  # learn from the answers of these larger networks too
    mix: float = 0.0  # spread of mixup; 0: none

    @property
    def channels(self) -> int:
        """Of the input."""
        return 1 if self.color == "grey" else 3


FACE = CropSpec(48, 1.05, 0.0)
EYES = CropSpec(64, 0.82, -0.12)
UPPER = CropSpec(48, 0.90, -0.10)
AROUND = CropSpec(96, 1.50, -0.10)

NODES = {
    "mask": Node("mask", WORN, "none", FACE, epochs=(12, 16), borrow=0.75),
    "skin": Node(
        "skin", SKIN, "light", FACE, tint=0.4, same_ages=True, beards=True, epochs=(20, 15)
    ),
    "masked_skin": Node(
        "skin",
        SKIN,
        "light",
        FACE,
        MIRRORED,
        masked=True,
        tint=0.4,
        same_ages=True,
        start="skin",
        epochs=(10,),
    ),
    "glasses": Node(
        "glasses", GLASSES, "none", EYES, epochs=(18, 25), favour=("skin", "dark", 2.0)
    ),
    "masked_glasses": Node(
        "glasses", GLASSES, "none", EYES, masked=True, start="glasses", epochs=(12,)
    ),
    "frame": Node(
        "frame", FRAME, "square", EYES, MIRRORED, start="glasses", epochs=(30,), borrow=0.5
    ),
    "frame_dark": Node(
        "frame",
        FRAME,
        "square",
        EYES,
        MIRRORED,
        start="frame",
        epochs=(60,),
        favour=("skin", "dark", 8.0),
    ),
    "masked_frame": Node(
        "frame",
        FRAME,
        "square",
        EYES,
        MIRRORED,
        masked=True,
        start="frame",
        epochs=(30,),
        fit=True,
        borrow=0.5,
    ),
    "emotion": Node(
        "emotion",
        EMOTIONS,
        "neutral",
        CropSpec(48, 0.90, 0.016),
        replace(LARGE, mirror=True),
        color="grey",
        epochs=(26, 12),
        restart=0.625,
        average=True,
        smoothing=0.0,
        balance=0.3,
        fit=True,
        borrow=0.15,
        teachers=("emotion_teacher", "emotion_faces"),
    ),
    "masked_emotion": Node(
        "emotion",
        EMOTIONS,
        "neutral",
        UPPER,
        MEDIUM,
        color="grey",
        masked=True,
        start="emotion",
        epochs=(12,),
        smoothing=0.0,
        balance=0.3,
    ),
    "hat": Node("hat", WORN, "none", AROUND, DEEP, epochs=(40,), seed=2, sparing=True, mix=0.3),
    "beard": Node(
        "beard",
        WORN,
        "none",
        CropSpec(52, 1.03, 0.10),
        replace(SMALL, places=True, margin=2),
        epochs=(24,),
        borrow=0.4,
        teachers=("beard_teacher",),
        mix=0.2,
    ),
    "earrings": Node("earrings", WORN, "none", CropSpec(80, 1.30, 0.08), epochs=(60,)),
}
"""The cascade's nodes by name."""

TRIALS = {
    "fer": Node(
        "fer",
        tuple(emotion for emotion in EMOTIONS if emotion != "contempt"),
        "neutral",
        NODES["emotion"].crop,
        LARGE,
        color="grey",
        start="emotion",
        epochs=(4,),
        balance=0.3,
    ),
}
"""Trained for a figure and not shipped. fer: FER2013's own labels, as others publish theirs."""

TEACHERS = {
    "emotion_teacher": replace(
        NODES["emotion"], net=TEACHER, epochs=(36,), borrow=0.0, teachers=()
    ),
    "emotion_faces": replace(NODES["emotion"], net=FACES, epochs=(8,), borrow=0.0, teachers=()),
    "beard_teacher": replace(
        NODES["beard"],
        net=replace(LARGE, places=True, margin=2),
        epochs=(35,),
        borrow=0.0,
        teachers=(),
    ),
}
"""Too large to ship: what a node learns from."""

NET_NAMES = ("ours", "report")


def node_named(name: str, net: str = "ours") -> Node:
    """The node of this name; with `net` "report", with the report's own network and input."""
    known = NODES | TRIALS | TEACHERS
    if name not in known:
        raise ConfigError(f"node: expected one of {', '.join(known)}, got {name!r}")
    node = known[name]
    if net == "ours":
        return node
    if node.teachers:  # they see another input, and what is borrowed needs their answers
        node = replace(node, teachers=(), borrow=0.0)
    return replace(node, crop=replace(node.crop, size=REPORT_SIZE), net=REPORT, color="rgb")
