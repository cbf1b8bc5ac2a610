"""Results per person: smoothed probabilities, their age, and the label that is shown."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from edge.tree import Node, Tree
from edge.types import Attribute, Attributes

HOLD_S = 0.3
"""A shown label changes when another one has been ahead for so long,"""

MARGIN = 0.12
"""... by so much of probability."""

FIRST = 3
"""What is averaged and then left may change at any of so many readings; nothing is read for its
sake before."""

SETTLED_S = 3.0
"""What was read often enough is read again after so long: it may be somebody else by now."""


@dataclass(frozen=True)
class Reading:
    """What one node said about one person in one frame."""

    track_id: int
    node: str
    probabilities: np.ndarray  # (labels,) float32
    weight: float  # quality of the crop, in (0, 1]
    time_s: float  # capture time of the frame


@dataclass
class _Value:
    """One attribute of one person."""

    node: str  # the node that was read last
    mean: np.ndarray
    weight: float
    samples: float
    time_s: float
    shown: Attribute
    settled: bool  # whether others may depend on it yet, and it is held
    readings: int = 1
    rival: str | None = None  # a label that is ahead of the shown one,
    rival_since_s: float = 0.0  # ... since then


@dataclass
class ResultCache:
    """(track, attribute) -> smoothed value; owned by the display thread."""

    tree: Tree
    _values: dict[int, dict[str, _Value]] = field(default_factory=dict)

    def update(self, reading: Reading) -> None:
        """Fold a reading into the running average; older ones fade with the node's `smooth_s`."""
        node = next(n for n in self.tree.nodes if n.name == reading.node)
        values = self._values.setdefault(reading.track_id, {})
        value = values.get(node.attribute)
        if value is None:
            label, score = self.tree.interpret(node.name, reading.probabilities)
            values[node.attribute] = _Value(
                node.name,
                reading.probabilities,
                reading.weight,
                reading.weight,
                reading.time_s,
                Attribute(node.attribute, label, score),
                settled=node.samples == 0,
            )
            return
        elapsed = max(0.0, reading.time_s - value.time_s)
        if value.node != node.name:
            value.samples = 0.0
        value.weight = value.weight * math.exp(-elapsed / node.smooth_s) + reading.weight
        value.mean = value.mean + (reading.probabilities - value.mean) * (
            reading.weight / value.weight
        )
        value.node = node.name
        value.samples += reading.weight
        value.readings += 1
        value.time_s = max(value.time_s, reading.time_s)
        self._show(node, value)

    def _show(self, node: Node, value: _Value) -> None:
        """Let the shown label follow the average: once another is well ahead, and stays so."""
        card = self.tree.cards[node.name]
        label, _ = self.tree.interpret(node.name, value.mean)
        shown = value.shown.label
        probability = float(value.mean[card.labels.index(shown)])
        # Where no label reaches the threshold, the default is shown as if it just did.
        lead = max(card.threshold, float(value.mean.max())) - probability
        if not value.settled:
            shown, value.settled = label, value.readings >= FIRST
        elif label == shown or lead < MARGIN:
            value.rival = None
        elif label != value.rival:
            value.rival, value.rival_since_s = label, value.time_s
        elif value.time_s - value.rival_since_s >= HOLD_S:
            value.rival, shown = None, label
        score = float(value.mean[card.labels.index(shown)])
        value.shown = Attribute(node.attribute, shown, score)

    def attributes(self) -> Mapping[int, Attributes]:
        """What is shown of everybody, by track id."""
        return {
            track_id: {name: value.shown for name, value in values.items()}
            for track_id, values in self._values.items()
        }

    def due(self, track_ids: Iterable[int], now: float) -> list[tuple[int, str]]:
        """The (track, node) pairs to read now, the most overdue first."""
        pairs = []
        for track_id in track_ids:
            values = self._values.get(track_id, {})
            labels = {name: value.shown.label for name, value in values.items() if value.settled}
            for node in self.tree.nodes:
                if node.applies(labels):
                    overdue = _overdue(node, values.get(node.attribute), now)
                    if overdue >= 1.0:
                        pairs.append((overdue, track_id, node.name))
        # Equally overdue pairs (all those never read) keep the tree's order.
        pairs.sort(key=lambda pair: -pair[0])
        return [(track_id, name) for _, track_id, name in pairs]

    def doubt(self, track_ids: Iterable[int]) -> None:
        """Count what is known of these people for one reading only; it is shown meanwhile."""
        for track_id in track_ids:
            for value in self._values.get(track_id, {}).values():
                value.weight = min(value.weight, 1.0)
                value.samples = 0.0

    def expire(self, alive: Collection[int]) -> None:
        """Forget everybody who is not in `alive`."""
        for track_id in self._values.keys() - set(alive):
            del self._values[track_id]


def _overdue(node: Node, value: _Value | None, now: float) -> float:
    """Age in units of the node's refresh time; infinite when never read by this node."""
    if value is None or value.node != node.name:
        return math.inf
    settled = node.samples and value.samples >= node.samples
    return (now - value.time_s) / (SETTLED_S if settled else node.refresh_s)
