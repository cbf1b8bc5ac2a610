"""How often each training picture is drawn."""

from __future__ import annotations

import numpy as np

from convert.nodes import Node
from convert.samples import Crops, age_group


def chances(node: Node, train: Crops) -> np.ndarray:
    """How likely each crop is to be the next one drawn, (N,) with sum 1.

    By `node.balance`, `same_ages` and `favour`; borrowed ones have `node.borrow` of it together.
    """
    label = train.targets.argmax(1)
    borrowed = np.array([sample.borrowed for sample in train.samples])
    ages = np.array([age_group(sample.row) if node.same_ages else "" for sample in train.samples])
    weights = np.ones(len(label))
    for age in set(ages.tolist()):
        for part in (borrowed, ~borrowed):
            here = (ages == age) & part
            count = np.bincount(label[here], minlength=len(node.labels)).astype(float)
            weights[here] = count[label[here]] ** -node.balance
            if node.same_ages and here.any():
                weights[here] *= here.sum() / weights[here].sum()
    if node.favour is not None:
        column, value, times = node.favour
        weights *= [times if s.row.get(column) == value else 1.0 for s in train.samples]
    for part, share in ((borrowed, node.borrow), (~borrowed, 1 - node.borrow)):
        if part.any():
            weights[part] *= share / weights[part].sum()
    return np.asarray(weights / weights.sum())


def prior(node: Node, train: Crops) -> np.ndarray:
    """How often each label is drawn, (labels,) with sum 1; pictures without one do not count."""
    known = train.targets.any(axis=1)
    label = train.targets.argmax(1)[known]
    drawn = np.bincount(label, chances(node, train)[known], len(node.labels))
    return np.asarray(drawn / drawn.sum())
