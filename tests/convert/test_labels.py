import numpy as np
import pytest

from convert.labels import EMOTIONS, NOT_EMOTIONS, VOTES, label_of, soft_emotion
from edge.errors import PictureError


def ferplus(**votes):
    columns = dict.fromkeys((*VOTES.values(), *NOT_EMOTIONS), "0")
    columns.update({f"votes_{name}": str(count) for name, count in votes.items()})
    return {"path": "x.png", "fer_label": "angry", **columns}


def test_the_emotion_is_the_one_with_most_votes_whatever_fer_says():
    assert label_of(ferplus(neutral=4, happiness=5, sadness=1), "emotion") == "happy"


def test_the_labels_of_fer_are_had_too():
    assert label_of(ferplus(happiness=9), "fer") == "angry"


@pytest.mark.parametrize(
    "votes",
    [
        {"neutral": 4, "sadness": 4},
        {"neutral": 4, "unknown": 4},
        {"neutral": 4, "NF": 5},
        {"unknown": 10},
        {},
    ],
)
def test_without_a_unique_winner_above_unknown_and_not_a_face_there_is_no_emotion(votes):
    assert label_of(ferplus(**votes), "emotion") is None


def test_a_vote_that_is_no_number_is_named():
    with pytest.raises(PictureError, match=r"x\.png: votes_fear: expected a number .* got 'x'"):
        label_of(ferplus(fear="x"), "emotion")


def test_votes_become_shares_and_single_votes_are_noise():
    soft = soft_emotion(ferplus(anger=6, disgust=3, fear=1))
    expected = np.zeros(8, np.float32)
    expected[[EMOTIONS.index("angry"), EMOTIONS.index("disgust")]] = 2 / 3, 1 / 3
    np.testing.assert_allclose(soft, expected, rtol=1e-6)


def test_a_set_with_one_emotion_a_picture_is_certain():
    soft = soft_emotion({"path": "x", "emotion": "contempt", "subject": "S1"})
    assert soft is not None
    assert EMOTIONS[int(soft.argmax())] == "contempt"
    assert soft.sum() == 1


@pytest.mark.parametrize(
    ("column", "attribute", "value", "label"),
    [
        ("mask", "mask", "1", "worn"),
        ("mask", "mask", "0", "none"),
        ("hat", "hat", "1", "worn"),
        ("beard", "beard", "0", "none"),
        ("earrings", "earrings", "1", "worn"),
        ("skin", "skin", "medium", "medium"),
        ("glasses", "glasses", "sunglasses", "sunglasses"),
        ("frame_shape", "frame", "round", "round"),
    ],
)
def test_columns_and_values_map_to_the_nodes_labels(column, attribute, value, label):
    assert label_of({"path": "x", column: value}, attribute) == label


def test_an_empty_cell_and_a_missing_column_are_unknown():
    assert label_of({"path": "x", "hat": ""}, "hat") is None
    assert label_of({"path": "x"}, "skin") is None
