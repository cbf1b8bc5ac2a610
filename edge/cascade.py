"""The tree with its models loaded: a face's whole path from the root to the leaves."""

from __future__ import annotations

from edge.classifier import Classifier
from edge.tree import Tree
from edge.types import Attribute, Box, Image


class Cascade:
    """Every node's classifier; not to be shared between threads."""

    def __init__(self, tree: Tree) -> None:
        """Load the models; raises ModelError."""
        self.tree = tree
        self.classifiers = {name: Classifier(card) for name, card in tree.cards.items()}

    def recognize(self, image: Image, box: Box) -> dict[str, Attribute]:
        """Every attribute of one face, by name."""
        labels: dict[str, str] = {}
        attributes: dict[str, Attribute] = {}
        for node in self.tree.nodes:
            if node.applies(labels):
                probabilities = self.classifiers[node.name].classify(image, box)
                label, score = self.tree.interpret(node.name, probabilities)
                labels[node.attribute] = label
                attributes[node.attribute] = Attribute(node.attribute, label, score)
        return attributes
