import numpy as np
import pytest

from edge.errors import ModelError
from edge.tflite import RUNTIMES, Interpreter, Quantization, find_runtime


def test_quantizing_and_back_loses_at_most_half_a_step():
    quantization = Quantization(0.1, -20)
    real = np.linspace(-10, 14, 97, dtype=np.float32)
    stored = quantization.quantize(real, np.dtype(np.int8))
    assert stored.dtype == np.int8
    np.testing.assert_allclose(quantization.dequantize(stored), real, atol=0.0501)


def test_quantizing_rounds_to_the_nearest_step():
    stored = Quantization(0.5, 3).quantize(np.float32([0.4, -0.4]), np.dtype(np.int8))
    assert stored.tolist() == [4, 2]


def test_what_does_not_fit_saturates():
    stored = Quantization(0.1, 0).quantize(np.float32([-1e6, 1e6]), np.dtype(np.int8))
    assert stored.tolist() == [-128, 127]


def test_a_float_tensor_is_left_as_it_is():
    real = np.float32([0.25, -3.0])
    plain = Quantization(0.0, 0)
    np.testing.assert_array_equal(plain.dequantize(plain.quantize(real, real.dtype)), real)


def test_the_first_runtime_installed_is_taken():
    name, version = find_runtime()
    assert name in RUNTIMES
    assert version[0].isdigit()


@pytest.mark.parametrize("data", [b"", b"not a model", bytes(4096)], ids=len)
def test_a_file_that_is_no_model_is_named(tmp_path, data, capfd):
    path = tmp_path / "model.tflite"
    path.write_bytes(data)
    with pytest.raises(ModelError, match=r"model\.tflite: not a usable TFLite model"):
        Interpreter(path)
    assert capfd.readouterr().err == ""


def test_a_missing_model_is_named(tmp_path):
    with pytest.raises(ModelError, match=r"nothing\.tflite"):
        Interpreter(tmp_path / "nothing.tflite")
