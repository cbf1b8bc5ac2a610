from dataclasses import replace

import numpy as np
import pytest

from convert.nets import REPORT, REPORT_SIZE, Net, build_keras, build_torch, copy_weights

pytestmark = pytest.mark.train


def test_the_reports_net_has_its_parameters():
    assert build_keras(REPORT, REPORT_SIZE, 3, 6).count_params() == 3_305_414


@pytest.mark.parametrize(
    "net",
    [
        Net("tiny", ((4,), (6, 8)), dropout=0.3),
        Net("tiny", ((4,), (6, 6, 6), (8,) * 5), dropout=0.3, residual=True),
        Net("tiny", ((4,), (6, 8)), dropout=0.3, places=True),
        Net("tiny", ((4,), (6, 8)), dropout=0.3, dense=5),
    ],
    ids=["plain", "residual", "places", "dense"],
)
def test_the_torch_form_and_the_keras_form_answer_alike(net):
    import torch

    torch.manual_seed(3)
    source = build_torch(net, 16, 3, 4)
    source.train()
    source(torch.rand(8, 3, 16, 16))  # gives BatchNorm statistics of its own
    source.eval()
    target = build_keras(net, 16, 3, 4, batch=1)
    copy_weights(source, target)
    x = np.random.default_rng(0).random((1, 16, 16, 3), np.float32)
    with torch.no_grad():
        expected = source(torch.from_numpy(x).permute(0, 3, 1, 2)).numpy()
    np.testing.assert_allclose(target(x, training=False), expected, atol=1e-5)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras saving
def test_a_mirrored_net_answers_a_picture_and_its_mirror_image_alike(tmp_path):
    import keras

    net = Net("tiny", ((4,), (6, 8)), dropout=0.3)
    plain, mirrored = (build_keras(n, 16, 3, 4) for n in (net, replace(net, mirror=True)))
    mirrored.set_weights(plain.get_weights())
    mirrored.save(tmp_path / "model.keras")
    mirrored = keras.models.load_model(tmp_path / "model.keras")
    x = np.random.default_rng(0).random((5, 16, 16, 3), np.float32)
    flipped = x[:, :, ::-1]
    expected = (plain.predict_on_batch(x) + plain.predict_on_batch(flipped)) / 2
    np.testing.assert_allclose(mirrored.predict_on_batch(x), expected, atol=1e-5)
    np.testing.assert_allclose(mirrored.predict_on_batch(flipped), expected, atol=1e-5)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras saving
def test_a_net_with_a_margin_sees_in_both_forms_the_four_corners(tmp_path):
    import keras

    from convert.answers import logits

    net = Net("tiny", ((4,), (6, 8)), dropout=0.3, places=True, margin=2)
    source = build_torch(net, 20, 3, 4).eval()
    target = build_keras(net, 20, 3, 4)
    copy_weights(source, target)
    target.save(tmp_path / "model.keras")
    target = keras.models.load_model(tmp_path / "model.keras")
    images = np.random.default_rng(0).integers(0, 256, (5, 20, 20, 3), np.uint8)
    expected = logits(source, images, 3, net)
    found = target.predict_on_batch(images / np.float32(127.5) - 1)
    np.testing.assert_allclose(found, expected, atol=1e-5)
