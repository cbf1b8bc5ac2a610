import pytest

from convert.detector_caffe import CaffeNetwork
from convert.detector_levels import read_levels
from edge.detectors.caffe import caffe_files
from edge.detectors.card import load_detector_card
from edge.detectors.tflite import FIND, KEEP
from edge.paths import MODELS


@pytest.fixture(scope="module")
def levels():
    return list(read_levels(CaffeNetwork(*caffe_files())).values())


def test_levels_are_caffes_at_the_trained_size(levels):
    assert [level.step for level in levels] == [8, 16, 32, 64, 64, 64]
    # 300x300: three cells of a step of 100, and one of 300, as the prototxt says.
    assert levels[4].priors(3, 3)[::4, 0].tolist() == [50, 150, 250] * 3
    assert levels[5].priors(1, 1)[0, :2].tolist() == [150, 150]


@pytest.mark.parametrize("name", [FIND, KEEP])
def test_shipped_cards_have_these_levels(levels, name):
    card = load_detector_card(MODELS / name)
    assert [head.level for head in card.heads] == levels[: len(card.heads)]
    assert card.path.stat().st_size < 3_000_000
