"""The port of the Caffe network, against the real one."""

import numpy as np
import pytest

from convert.detector_caffe import CaffeNetwork
from convert.detector_scenes import make_scenes
from edge.detectors.caffe import caffe_files
from edge.errors import ModelError

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def caffe():
    return CaffeNetwork(*caffe_files())


@pytest.fixture(scope="module")
def picture():
    rng = np.random.default_rng(1)
    pool = [rng.integers(0, 256, (60, 50, 3), np.uint8) for _ in range(4)]
    *_, scene = make_scenes(pool, 416, 1, rng)
    return np.ascontiguousarray(scene[:320])


def test_every_layer_of_the_port_is_caffes(caffe, picture):
    from convert.detector import CONF, LOC, check_layers

    differences = check_layers(caffe, picture)
    assert sum(name.endswith((LOC, CONF)) for name in differences) == 12
    assert len(differences) == 65
    assert max(differences.values()) < 1e-4


class Spoiled(CaffeNetwork):
    """Gives one weight wrongly."""

    def weights(self, layer, count):
        weights = super().weights(layer, count)
        return [w * 1.01 for w in weights] if layer.name == "conv7_1_h" else weights


def test_a_layer_that_differs_is_named(picture):
    from convert.detector import check_layers

    with pytest.raises(ModelError, match="conv7_1_h: the port differs"):
        check_layers(Spoiled(*caffe_files()), picture)
