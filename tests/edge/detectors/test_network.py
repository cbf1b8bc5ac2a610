"""Decoding and suppression against OpenCV's DetectionOutput, and int8 against float."""

import cv2
import numpy as np
import pytest

from edge.detectors.caffe import MEAN_BGR, caffe_files, network_text
from edge.detectors.card import load_detector_card
from edge.detectors.network import Network
from edge.detectors.ssd import decode, suppress
from edge.paths import MODELS

SIZE = 300
LAYERS = ["mbox_loc", "mbox_conf_flatten", "mbox_priorbox", "detection_out"]


@pytest.fixture(scope="module")
def network():
    return Network(load_detector_card(MODELS / "face_detector_300"), (SIZE, SIZE))


@pytest.fixture(scope="module")
def caffe(astronaut):
    """Offsets (N, 4), scores (N,), priors (N, 4) and detections (K, 7) of OpenCV's own run."""
    prototxt, weights = caffe_files()
    net = cv2.dnn.readNetFromCaffe(
        np.frombuffer(network_text(prototxt).encode(), np.uint8),
        np.frombuffer(weights.read_bytes(), np.uint8),
    )
    net.setInput(cv2.dnn.blobFromImage(astronaut, 1.0, (SIZE, SIZE), MEAN_BGR))
    loc, conf, priors, rows = (np.array(output) for output in net.forward(LAYERS))
    return loc.reshape(-1, 4), conf.reshape(-1, 2)[:, 1], priors[0, 0].reshape(-1, 4), rows[0, 0]


def test_priors_are_caffes(network, caffe, astronaut):
    _, _, priors = network.raw(astronaut)
    corners = np.concatenate(
        [priors[:, :2] - priors[:, 2:] / 2, priors[:, :2] + priors[:, 2:] / 2], axis=1
    )
    expected = caffe[2]
    assert len(corners) == len(expected) == 8732
    np.testing.assert_allclose(corners / SIZE, expected, atol=1e-6)


def test_decoding_and_suppression_are_caffes(network, caffe, astronaut):
    offsets, scores, _, rows = caffe
    _, _, priors = network.raw(astronaut)
    likely = scores > 0.05
    rows = rows[rows[:, 2] > 0.05]
    corners = decode(offsets[likely], priors[likely]) / SIZE
    stays = suppress(scores[likely], corners)
    assert len(rows) > 10
    np.testing.assert_allclose(scores[likely][stays], rows[:, 2], atol=1e-6)
    np.testing.assert_allclose(corners[stays], rows[:, 3:], atol=1e-4)


def test_int8_is_near_the_float_network(network, caffe, astronaut):
    offsets, logits, _ = network.raw(astronaut)
    # Where it matters: the priors that Caffe takes for a face. A step of the quantization is
    # 0.03 to 0.06 of an offset, and the rounding of twenty layers adds a few of them.
    face = caffe[1] > 0.5
    assert face.sum() > 5
    assert np.abs(offsets - caffe[0])[face].mean() < 0.1
    assert np.abs(1 / (1 + np.exp(-logits)) - caffe[1])[face].mean() < 0.02
