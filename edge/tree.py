"""The tree of models as data: cascade.toml, and what each node's answer means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from edge.card import Card, load_card, read_toml
from edge.errors import ModelError, told


@dataclass(frozen=True)
class Node:
    """One model of the tree; cascade.toml tells what each field means."""

    name: str
    attribute: str
    when: Mapping[str, tuple[str, ...]]
    refresh_s: float
    smooth_s: float
    samples: int

    def applies(self, labels: Mapping[str, str]) -> bool:
        """Whether a face with these labels (attribute name -> label) is asked about here."""
        return all(labels.get(name) in allowed for name, allowed in self.when.items())


@dataclass(frozen=True)
class Tree:
    """All nodes, each behind those that it depends on, and their cards by node name."""

    nodes: tuple[Node, ...]
    cards: Mapping[str, Card]

    def interpret(self, name: str, probabilities: np.ndarray) -> tuple[str, float]:
        """(label, probability) of node `name`; its card's default when it is not sure enough."""
        card = self.cards[name]
        best = int(probabilities.argmax())
        if probabilities[best] < card.threshold:
            best = card.labels.index(card.default)
        return card.labels[best], float(probabilities[best])


def load_tree(folder: Path) -> Tree:
    """Read cascade.toml and every node's card, whose model is verified; raises ModelError."""
    path = folder / "cascade.toml"
    try:
        nodes = tuple(_node(entry) for entry in read_toml(path)["node"])
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{path}: {told(error)}") from error
    cards: dict[str, Card] = {}
    known: dict[str, tuple[str, ...]] = {}  # the labels of each attribute
    for node in nodes:
        if missing := set(node.when) - set(known):
            raise ModelError(
                f"{path}: node {node.name!r} depends on {sorted(missing)}, "
                "which no node before it gives"
            )
        for name, wanted in node.when.items():
            if not set(wanted) <= set(known[name]):
                raise ModelError(
                    f"{path}: node {node.name!r}: when: {name}: expected labels of "
                    f"{', '.join(known[name])}, got {', '.join(wanted)}"
                )
        card = cards[node.name] = load_card(folder / node.name)
        labels = known.setdefault(node.attribute, card.labels)
        if card.labels != labels:  # their answers are averaged with each other
            raise ModelError(
                f"{folder / node.name / 'card.toml'}: expected the labels of the other nodes for "
                f"{node.attribute}, {', '.join(labels)}; got {', '.join(card.labels)}"
            )
    return Tree(nodes, cards)


def _node(entry: Mapping[str, Any]) -> Node:
    when = entry.get("when", {})
    return Node(
        name=str(entry["name"]),
        attribute=str(entry["attribute"]),
        when={name: tuple(labels) for name, labels in when.items()},
        refresh_s=float(entry["refresh_s"]),
        smooth_s=float(entry["smooth_s"]),
        samples=int(entry["samples"]),
    )
