from dataclasses import replace

import numpy as np
import pytest

from convert.nodes import NODES
from convert.samples import Crops, Sample
from convert.sampling import chances, prior
from edge.types import Box

BEARD = replace(NODES["beard"], balance=1.0, borrow=0.0)


def crops(labels: str, *, borrowed: str = "", skins: str = "") -> Crops:
    """A crop a letter: n(one), w(orn) or ? (no label)."""
    skins = skins or " " * len(labels + borrowed)
    samples = [
        Sample(None, {"path": "x", "skin": skin}, letter, Box(0, 0, 1, 1), False, i >= len(labels))
        for i, (letter, skin) in enumerate(zip(labels + borrowed, skins, strict=True))
    ]
    targets = np.array([[s.label == "n", s.label == "w"] for s in samples], np.float32)
    return Crops(samples, np.empty((len(samples), 1, 1, 3), np.uint8), targets)


@pytest.mark.parametrize(("balance", "worn"), [(0.0, 0.25), (1.0, 0.5)])
def test_labels_are_drawn_as_often_as_they_occur_or_all_equally_often(balance, worn):
    found = chances(replace(BEARD, balance=balance), crops("nnnw"))
    assert found.sum() == pytest.approx(1)
    assert found[3] == pytest.approx(worn)


def test_within_each_age_group_the_labels_are_drawn_equally_often():
    node = replace(BEARD, same_ages=True)
    found = crops("nnnw" + "nw")
    for sample, age in zip(found.samples, [70] * 4 + [20] * 2, strict=True):
        sample.row["age"] = str(age)
    drawn = chances(node, found)
    # As many of an age are drawn as there are.
    np.testing.assert_allclose(drawn, [*[1 / 9] * 3, 1 / 3, 1 / 6, 1 / 6])


def test_favoured_pictures_are_drawn_oftener():
    found = chances(replace(BEARD, favour=("skin", "d", 3.0)), crops("nn", skins="dl"))
    assert found[0] == pytest.approx(3 * found[1])


def test_borrowed_pictures_have_their_share_whatever_their_number():
    node = replace(BEARD, borrow=0.25)
    found = chances(node, crops("nnnw", borrowed="?" * 12))
    assert found[4:].sum() == pytest.approx(0.25)
    assert found[3] == pytest.approx(0.75 / 2)


def test_the_prior_is_that_of_the_pictures_with_a_label():
    node = replace(BEARD, balance=0.0, borrow=0.5)
    np.testing.assert_allclose(prior(node, crops("nnnw", borrowed="??")), [0.75, 0.25])
