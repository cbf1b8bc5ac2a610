from pathlib import Path

import numpy as np
import pytest

from edge.cache import FIRST, HOLD_S, SETTLED_S, Reading, ResultCache
from edge.card import Card
from edge.crop import CropSpec
from edge.tree import Node, Tree


def card(*labels, threshold=0.0, default=None):
    return Card(
        path=Path("unused"),
        sha256="",
        color="rgb",
        scale=1.0,
        offset=0.0,
        crop=CropSpec(32, 1.0),
        labels=labels,
        temperature=1.0,
        threshold=threshold,
        default=default or labels[0],
    )


def node(name, attribute=None, when=None, *, refresh_s=0.1, smooth_s=0.2, samples=0):
    return Node(name, attribute or name, when or {}, refresh_s, smooth_s, samples)


MASK = ("none", "worn")
TREE = Tree(
    nodes=(
        node("mask"),
        node("emotion", when={"mask": ("none",)}),
        node("masked_emotion", "emotion", when={"mask": ("worn",)}),
        node("skin", samples=3, smooth_s=30.0),
    ),
    cards={
        "mask": card(*MASK),
        "emotion": card("happy", "neutral", threshold=0.6, default="neutral"),
        "masked_emotion": card("happy", "neutral"),
        "skin": card("light", "dark"),
    },
)


@pytest.fixture
def cache():
    return ResultCache(TREE)


def read(cache, name, first, time_s, *, track_id=1, weight=1.0):
    """Fold in a reading that gives the node's first label the probability `first`."""
    probabilities = np.array([first, 1 - first], np.float32)
    cache.update(Reading(track_id, name, probabilities, weight, time_s))


def shown(cache, name, track_id=1):
    return cache.attributes()[track_id][name].label


def test_the_first_reading_is_shown_at_once(cache):
    read(cache, "mask", 0.9, 0.0)
    attribute = cache.attributes()[1]["mask"]
    assert attribute.label == "none"
    assert attribute.score == pytest.approx(0.9)


def test_an_unsure_reading_shows_the_default(cache):
    read(cache, "emotion", 0.55, 0.0)
    assert shown(cache, "emotion") == "neutral"


def test_a_label_changes_only_when_the_new_one_lasts(cache):
    read(cache, "mask", 0.9, 0.0)
    times = np.arange(1, 40) / 20
    changed = None
    for time_s in times:
        read(cache, "mask", 0.0, time_s)
        if changed is None and shown(cache, "mask") == "worn":
            changed = time_s
    assert HOLD_S < changed < HOLD_S + 0.4


def test_a_flicker_never_shows(cache):
    read(cache, "mask", 0.9, 0.0)
    for i in range(1, 60):
        read(cache, "mask", 0.1 if i % 3 == 0 else 0.9, i / 10)
        assert shown(cache, "mask") == "none"


def test_a_poor_crop_weighs_less(cache):
    for track_id, weight in ((1, 1.0), (2, 0.05)):
        read(cache, "mask", 0.9, 0.0, track_id=track_id)
        for i in range(1, 4):
            read(cache, "mask", 0.0, i * 0.2, track_id=track_id, weight=weight)
    assert shown(cache, "mask", 1) == "worn"
    assert shown(cache, "mask", 2) == "none"


def test_only_nodes_whose_condition_holds_are_due(cache):
    assert cache.due([1], 0.0) == [(1, "mask"), (1, "skin")]
    read(cache, "mask", 0.9, 0.0)
    assert cache.due([1], 0.0) == [(1, "emotion"), (1, "skin")]
    read(cache, "mask", 0.0, 0.0, track_id=2)
    assert cache.due([2], 0.0) == [(2, "masked_emotion"), (2, "skin")]


def test_the_most_overdue_comes_first(cache):
    read(cache, "mask", 0.9, 0.0)
    read(cache, "emotion", 0.9, 0.05)
    read(cache, "skin", 0.9, 0.02)
    assert cache.due([1], 0.2) == [(1, "mask"), (1, "skin"), (1, "emotion")]
    assert cache.due([1], 0.11) == [(1, "mask")]


def test_a_value_read_often_enough_is_read_again_only_now_and_then(cache):
    for i in range(3):
        read(cache, "skin", 0.9, i / 10)
    soon, later = 0.1 + SETTLED_S, 0.2 + SETTLED_S
    for now in (soon, later):
        read(cache, "mask", 0.9, now)
        read(cache, "emotion", 0.9, now)
    assert cache.due([1], soon) == []
    assert cache.due([1], later) == [(1, "skin")]


def test_what_is_doubted_is_read_anew_and_soon_gives_way(cache):
    for i in range(20):
        read(cache, "skin", 1.0, i / 10)
    cache.doubt({1, 7})
    assert shown(cache, "skin") == "light"
    assert (1, "skin") in cache.due([1], 2.1)
    for i in range(8):
        read(cache, "skin", 0.0, 2.1 + i / 10)
    assert shown(cache, "skin") == "dark"


def test_what_is_averaged_follows_its_first_readings_and_is_then_held(cache):
    labels = []
    for i, first in enumerate((0.9, 0.0, 0.1, 0.9, 1.0)):
        read(cache, "skin", first, i / 10)
        labels.append(shown(cache, "skin"))
    assert labels == ["light", "dark", "dark", "dark", "dark"]


def test_a_label_that_is_hardly_ahead_does_not_replace_the_shown_one(cache):
    read(cache, "mask", 0.9, 0.0)
    for i in range(1, 60):
        read(cache, "mask", 0.47, i / 10)
    assert shown(cache, "mask") == "none"


def test_another_node_for_the_same_attribute_is_due_and_the_label_stays_meanwhile(cache):
    read(cache, "mask", 0.9, 0.0)
    read(cache, "emotion", 0.9, 0.0)
    for i in range(1, 20):
        read(cache, "mask", 0.0, i * 0.1)
    assert shown(cache, "mask") == "worn"
    assert shown(cache, "emotion") == "happy"
    assert cache.due([1], 1.9)[0] == (1, "masked_emotion")


def test_a_doubtful_average_falls_back_to_the_default(cache):
    read(cache, "emotion", 0.9, 0.0)
    for i in range(1, 40):
        read(cache, "emotion", 0.45, i / 10)
    assert shown(cache, "emotion") == "neutral"


def test_what_another_node_has_read_often_does_not_count_for_this_one():
    nodes = node("skin", samples=3), node("masked_skin", "skin", samples=3)
    cache = ResultCache(Tree(nodes, {each.name: card("light", "dark") for each in nodes}))
    for i in range(3):
        read(cache, "skin", 0.9, i / 10)
    read(cache, "masked_skin", 0.9, 0.3)
    assert (1, "masked_skin") in cache.due([1], 0.5)


def test_nothing_is_asked_for_the_sake_of_what_is_not_shown_yet():
    nodes = node("skin", samples=3), node("frame", when={"skin": ("light",)})
    cache = ResultCache(Tree(nodes, {each.name: card("light", "dark") for each in nodes}))
    for i in range(FIRST):
        assert (1, "frame") not in cache.due([1], 9.0)
        read(cache, "skin", 0.9, i / 10)
    assert (1, "frame") in cache.due([1], 9.0)


def test_who_is_gone_is_forgotten(cache):
    read(cache, "mask", 0.9, 0.0, track_id=1)
    read(cache, "mask", 0.9, 0.0, track_id=2)
    cache.expire({2})
    assert cache.attributes().keys() == {2}
