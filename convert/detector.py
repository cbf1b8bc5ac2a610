"""From the Caffe SSD to face_detector_300 and _160: port, check, quantize, write the cards."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tomli_w

from convert.dataset import PictureSet
from convert.detector_caffe import CaffeNetwork
from convert.detector_levels import read_levels
from convert.detector_network import CONF, LOC, build
from convert.detector_scenes import make_scenes, read_pool
from convert.quantize import to_int8
from edge.detectors.caffe import caffe_files
from edge.detectors.ssd import Level
from edge.detectors.tflite import FIND, KEEP
from edge.errors import ModelError
from edge.tflite import Interpreter
from edge.types import Image

log = logging.getLogger(__name__)

CALIBRATION = 100  # scenes
CHECKED = ((300, 300), (304, 544))  # height and width at which every layer is compared
TOLERANCE = 1e-4  # of each layer's largest value

SHAPES = {
    FIND: ((300, 300), (320, 416), (304, 544), (352, 272), (512, 288)),
    KEEP: ((128, 128), (160, 160)),
}
"""Inputs (height, width), chosen by measurement: see docs/detectors.md. Upright ones are smaller,
because upright pictures are of people near by, and a face may not be much larger than 315 pixels.
"""

BUILT_SIDE = 320
"""A multiple of 64: the maps before every stride are then even, where TensorFlow's own padding
is not Caffe's, so the converter keeps ours, and the file is right at all shapes."""

LEVELS = {FIND: 6, KEEP: 4}
"""The last two levels need an input of at least 257 pixels."""


def convert(sets: Sequence[PictureSet], models: Path, *, seed: int = 1) -> None:
    """Write both folders into `models`; raises ModelError when a layer is not Caffe's."""
    caffe = CaffeNetwork(*caffe_files())
    rng = np.random.default_rng(seed)
    pool = read_pool(sets, rng)
    for height, width in CHECKED:
        *_, scene = make_scenes(pool, max(height, width), 1, rng)
        differences = check_layers(caffe, np.ascontiguousarray(scene[:height, :width]))
        log.info(
            "%dx%d: %d layers within %.0e of Caffe's",
            *(width, height, len(differences), max(differences.values())),
        )
    for name in (FIND, KEEP):
        scenes = list(make_scenes(pool, BUILT_SIDE, CALIBRATION, rng))
        _write(caffe, name, scenes, models / name, [pictures.path.stem for pictures in sets])


def check_layers(caffe: CaffeNetwork, image: Image) -> dict[str, float]:
    """Largest difference of each layer of the Keras port from Caffe's, relative to its values."""
    tensors = build(caffe, *image.shape[:2])
    data = tensors.pop("data")
    outputs = keras.Model(data, list(tensors.values()))(image[None].astype(np.float32))
    expected = caffe.run(image, list(tensors))
    differences = {}
    for name, output in zip(tensors, outputs, strict=True):
        want = expected[name].transpose(0, 2, 3, 1)
        if name.endswith(CONF):
            want = want[..., 1::2] - want[..., 0::2]
        worst = float(np.abs(np.asarray(output) - want).max() / np.abs(want).max())
        if worst > TOLERANCE:
            raise ModelError(f"{name}: the port differs from Caffe by {worst:.1e}")
        differences[name] = worst
    return differences


def _write(
    caffe: CaffeNetwork, name: str, scenes: Sequence[Image], folder: Path, sources: list[str]
) -> None:
    tensors = build(caffe, BUILT_SIDE, BUILT_SIDE)
    stems = [tensor.removesuffix(LOC) for tensor in tensors if tensor.endswith(LOC)]
    stems = stems[: LEVELS[name]]
    heads = [stem + kind for stem in stems for kind in (LOC, CONF)]
    model = keras.Model(tensors["data"], [tensors[head] for head in heads])
    inputs = [scene[None].astype(np.float32) for scene in scenes]
    content = to_int8(model, inputs, pixels=True)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "model.tflite"
    path.write_bytes(content)
    places = _places(path, scenes[-1][None], [np.asarray(output) for output in model(inputs[-1])])
    at = dict(zip(heads, places, strict=True))
    levels = read_levels(caffe)
    card = {
        "model": {"file": path.name, "sha256": hashlib.sha256(content).hexdigest()},
        "input": {"color": "bgr", "shapes": [list(shape) for shape in SHAPES[name]]},
        "heads": [
            {**_fields(levels[stem]), "offsets": at[stem + LOC], "logits": at[stem + CONF]}
            for stem in stems
        ],
        "training": {
            "weights": caffe_files()[1].name,
            "calibration": f"{CALIBRATION} scenes of pictures from {', '.join(sources)}",
        },
    }
    (folder / "card.toml").write_text(tomli_w.dumps(card), encoding="utf-8")
    log.info("%s: %d bytes", path, len(content))


def _places(path: Path, stored: np.ndarray, expected: Sequence[np.ndarray]) -> list[int]:
    """Which of the file's outputs each Keras output has become: the converter sorts by itself."""
    outputs = Interpreter(path)(stored)
    return [
        min(
            (i for i, output in enumerate(outputs) if output.shape == want.shape),
            key=lambda i: float(np.abs(outputs[i] - want).mean()),
        )
        for want in expected
    ]


def _fields(level: Level) -> dict[str, Any]:
    return {
        "step": level.step,
        "first": level.first,
        "border": level.border,
        "min_size": level.min_size,
        "max_size": level.max_size,
        "ratios": list(level.ratios),
    }
