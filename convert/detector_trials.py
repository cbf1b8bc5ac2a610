"""The detector's trials: equality with Caffe, time, known faces, far faces."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median

import cv2
import keras
import numpy as np

from convert.detector_caffe import CaffeNetwork
from convert.detector_network import CONF, LOC, build
from convert.detector_sets import Picture
from edge.detectors.tflite import TFLiteDetector
from edge.detectors.tiles import detect_tile, tiles
from edge.types import Box, Face, Image

Finder = Callable[[Image], list[Face]]

SIDE = 300
FAR_HEIGHTS = (24, 32, 40, 50, 65, 80)  # pixels
FAR_FRAME = (1280, 720)
SURE = 0.65


def float_difference(caffe: CaffeNetwork, images: Sequence[Image]) -> tuple[float, float]:
    """Largest differences of the Keras port from Caffe at 300x300: of offsets and of scores."""
    tensors = build(caffe, SIDE, SIDE)
    heads = [name for name in tensors if name.endswith((LOC, CONF))]
    model = keras.Model(tensors["data"], [tensors[name] for name in heads])
    offsets = scores = 0.0
    for image in images:
        resized = cv2.resize(image, (SIDE, SIDE))
        outputs = model(resized[None].astype(np.float32))
        expected = caffe.run(resized, heads)
        for name, output in zip(heads, outputs, strict=True):
            got, want = np.asarray(output), expected[name].transpose(0, 2, 3, 1)
            if name.endswith(LOC):
                offsets = max(offsets, float(np.abs(got - want).max()))
            else:
                got, want = _sigmoid(got), _sigmoid(want[..., 1::2] - want[..., 0::2])
                scores = max(scores, float(np.abs(got - want).max()))
    return offsets, scores


def _sigmoid(logits: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-logits)))


def interleaved_ms(calls: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median milliseconds that this thread computes in each call; they take turns.

    Time of the processor, not of the clock: what else the machine does counts less.
    """
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            started = time.thread_time()
            call()
            times[name].append(1000 * (time.thread_time() - started))
    return {name: median(values) for name, values in times.items()}


def around(box: Box, aside: tuple[float, float] = (0.0, 0.0)) -> Box:
    """The square twice the face's size, its centre off by `aside` in units of the face."""
    unit = max(box.width, box.height)
    x, y = box.center
    x, y = x + aside[0] * unit, y + aside[1] * unit
    return Box(x - unit, y - unit, x + unit, y + unit)


def kept(detector: TFLiteDetector, pictures: Sequence[Picture]) -> tuple[np.ndarray, np.ndarray]:
    """Score and IoU of each face when looked at again; 0 where it is lost."""
    rng = np.random.default_rng(0)
    scores, overlaps = [], []
    for picture in pictures:
        for face in detector.detect(picture.image):
            if face.score < 0.5:
                continue
            shift = rng.uniform(-0.2, 0.2, 2)
            again = detector.detect(picture.image, around(face.box, (shift[0], shift[1])))
            best = max(again, key=lambda seen: seen.box.iou(face.box), default=None)
            same = best is not None and best.box.iou(face.box) > 0.4
            scores.append(best.score if best is not None and same else 0.0)
            overlaps.append(best.box.iou(face.box) if best is not None and same else 0.0)
    return np.array(scores), np.array(overlaps)


def far_recall(
    detector: TFLiteDetector, photos: Sequence[Picture], height: int
) -> tuple[float, float]:
    """Recall of faces `height` pixels high somewhere in a large frame: one look, and with tiles."""
    rng = np.random.default_rng(0)
    once, tiled = [], []
    for picture in photos:
        faces = [face for face in detector.detect(picture.image) if face.score >= SURE]
        if len(faces) != 1 or faces[0].box.height < height:
            continue
        frame, box = place(picture.image, faces[0].box, height, rng)
        seen = detector.detect(frame)
        once.append(_is_there(seen, box))
        for tile in tiles(*FAR_FRAME):
            seen += detect_tile(detector, frame, tile)
        tiled.append(_is_there(seen, box))
    return float(np.mean(once)), float(np.mean(tiled))


def portrait_of(detector: TFLiteDetector, photos: Sequence[Picture]) -> Image:
    """The photograph that its face fills most."""

    def share(image: Image) -> float:
        return max((f.box.height for f in detector.detect(image)), default=0.0) / image.shape[0]

    return max((photo.image for photo in photos), key=share)


def place(image: Image, box: Box, height: int, rng: np.random.Generator) -> tuple[Image, Box]:
    """The picture scaled until its face is so high, anywhere on a grey frame; and the face."""
    scale = height / box.height
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    small = small[: FAR_FRAME[1], : FAR_FRAME[0]]
    frame = np.full((FAR_FRAME[1], FAR_FRAME[0], 3), 110, np.uint8)
    left = int(rng.integers(0, FAR_FRAME[0] - small.shape[1] + 1))
    top = int(rng.integers(0, FAR_FRAME[1] - small.shape[0] + 1))
    frame[top : top + small.shape[0], left : left + small.shape[1]] = small
    return frame, box.scaled(scale, scale).moved(left, top)


def _is_there(faces: Sequence[Face], box: Box) -> bool:
    return any(face.score >= SURE and face.box.iou(box) >= 0.5 for face in faces)
