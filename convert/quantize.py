"""From a Keras file to a folder of models_tflite: full int8, calibrated on real crops."""

from __future__ import annotations

import contextlib
import hashlib
import io
import shutil
import textwrap
import warnings
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w

from convert.evaluate import evaluate
from convert.nets import build_keras
from convert.nodes import Node
from convert.samples import Crops
from edge.card import Card, load_card
from edge.classifier import Classifier, softmax, to_input
from edge.errors import ModelError

CALIBRATION = 400  # crops
SCALE, OFFSET = 1 / 127.5, -1.0
SUPPRESSED = 0.05  # share of the right answers that the threshold may cost
HIGHEST_THRESHOLD = 0.6
LOSS = 0.005  # of accuracy, that int8 may cost before the last layer stays float
LAST = ("FULLY_CONNECTED",)  # the operation that only the last layer has


def quantize(
    node: Node, source: Path, folder: Path, calibration: Crops, val: Crops, training: dict[str, Any]
) -> dict[str, Any]:
    """Write model.tflite, model.keras and card.toml into `folder`; the evaluation on val.

    `source` is the Keras file; ModelError when it is not this node's. Needs Keras on the
    TensorFlow backend. `training` goes into the card as it is.
    """
    import keras

    model = build_keras(node.net, node.crop.size, node.channels, len(node.labels), batch=1)
    try:
        model.set_weights(keras.models.load_model(source).get_weights())
    except (OSError, ValueError, TypeError, KeyError, zipfile.BadZipFile) as error:
        raise ModelError(
            f"{source}: expected the Keras file of a training of this node ({_line(error)})"
        ) from error
    folder.mkdir(parents=True, exist_ok=True)
    if source.resolve() != (folder / "model.keras").resolve():
        shutil.copyfile(source, folder / "model.keras")
    report = _ship(node, model, folder, calibration, val, training)
    if report["float"]["accuracy"] - report["accuracy"] > max(LOSS, 1.01 / report["n"]):
        training = {**training, "float_layers": ["the last"]}
        report = _ship(node, model, folder, calibration, val, training, float_ops=LAST)
    return report


def _ship(
    node: Node,
    model: Any,
    folder: Path,
    calibration: Crops,
    val: Crops,
    training: dict[str, Any],
    *,
    float_ops: Sequence[str] = (),
) -> dict[str, Any]:
    """Write model.tflite and its card; the evaluation on val."""
    inputs = [to_input(crop, _format(node)) for crop in calibration.images]
    content = to_int8(model, inputs, float_ops=float_ops)
    (folder / "model.tflite").write_bytes(content)
    card = _card(node, hashlib.sha256(content).hexdigest())
    _write(folder, card)
    classifier = Classifier(load_card(folder))
    logits = np.log(np.stack([classifier.classify_crop(crop) for crop in val.images]) + 1e-30)
    truth = np.array([node.labels.index(sample.label) for sample in val.samples])
    temperature = fit_temperature(logits, truth)
    card["output"]["temperature"] = round(temperature, 3)
    card["output"]["threshold"] = choose_threshold(softmax(logits, temperature), truth)
    card["training"] = training
    _write(folder, card)
    report = evaluate(folder, val)
    card["accuracy"] = {
        "split": "val",
        "int8": _short(report),
        "float": _short(report["float"]),
        "majority": round(float(np.bincount(truth).max() / len(truth)), 4),
    }
    _write(folder, card)
    return report


def to_int8(
    model: Any,
    inputs: Sequence[np.ndarray],
    *,
    pixels: bool = False,
    float_ops: Sequence[str] = (),
) -> bytes:
    """A Keras model as TFLite with int8 weights, activations and input, and float logits.

    `inputs`: what the network gets, (1, H, W, C) float32 each, to set the activations' ranges.
    `pixels`: the input is uint8, and the outputs stay int8. `float_ops`: TFLite's names of the
    operations that are left in float.
    """
    import tensorflow as tf

    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([value] for value in inputs)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.uint8 if pixels else tf.int8
    converter.inference_output_type = tf.int8 if pixels else tf.float32
    # Keras tells of every variable that it exports.
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        # It asks for statistics of the input, which only its old quantizer used.
        warnings.filterwarnings("ignore", "Statistics for quantized inputs")
        # Its debugger still runs its own interpreter.
        warnings.filterwarnings("ignore", r"\s*Warning: tf\.lite\.Interpreter is deprecated")
        if not float_ops:
            return bytes(converter.convert())
        converter.target_spec.supported_ops.append(tf.lite.OpsSet.TFLITE_BUILTINS)
        options = tf.lite.experimental.QuantizationDebugOptions(denylisted_ops=list(float_ops))
        debugger = tf.lite.experimental.QuantizationDebugger(
            converter=converter,
            debug_dataset=converter.representative_dataset,
            debug_options=options,
        )
        return bytes(debugger.get_nondebug_quantized_model())


def fit_temperature(logits: np.ndarray, truth: np.ndarray) -> float:
    """The temperature with the least negative log-likelihood, by golden-section-like narrowing."""

    def loss(temperature: float) -> float:
        chosen = softmax(logits, temperature)[np.arange(len(truth)), truth]
        return float(-np.log(chosen + 1e-12).mean())

    low, high = np.log(0.2), np.log(5.0)
    for _ in range(6):
        grid = np.linspace(low, high, 11)
        best = int(np.argmin([loss(float(np.exp(t))) for t in grid]))
        low, high = grid[max(best - 1, 0)], grid[min(best + 1, 10)]
    return float(np.exp((low + high) / 2))


def choose_threshold(probabilities: np.ndarray, truth: np.ndarray) -> float:
    """The score below which the mirror does not trust an answer.

    One right answer in twenty lies below it, if it is not capped.
    """
    right = probabilities.argmax(axis=1) == truth
    quantile = float(np.quantile(probabilities.max(axis=1)[right], SUPPRESSED))
    return round(min(max(quantile, 1 / probabilities.shape[1]), HIGHEST_THRESHOLD), 3)


def _format(node: Node) -> Card:
    """Only what `to_input` reads."""
    return Card(
        Path(), "", node.color, SCALE, OFFSET, node.crop, node.labels, 1.0, 0.0, node.default
    )


def _card(node: Node, sha256: str) -> dict[str, Any]:
    return {
        "model": {"file": "model.tflite", "sha256": sha256},
        "input": {
            "size": node.crop.size,
            "color": node.color,
            "scale": SCALE,
            "offset": OFFSET,
        },
        "crop": {"side": node.crop.side, "down": node.crop.down},
        "output": {
            "labels": list(node.labels),
            "default": node.default,
            "temperature": 1.0,
            "threshold": 0.0,
        },
    }


def _line(error: Exception) -> str:
    """The beginning of what Keras has to say."""
    return textwrap.shorten(str(error), 120, placeholder="...")


def _write(folder: Path, card: dict[str, Any]) -> None:
    (folder / "card.toml").write_text(tomli_w.dumps(card), encoding="utf-8")


def _short(report: dict[str, Any]) -> dict[str, Any]:
    names = ("n", "accuracy", "balanced_accuracy", "calibration_error", "per_class")
    return {name: report[name] for name in names}
