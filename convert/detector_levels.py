"""The priors of the Caffe SSD, made to fit every input size."""

from __future__ import annotations

from collections.abc import Mapping

from convert.detector_caffe import CaffeNetwork
from edge.detectors.ssd import Level

TRAINED_SIDE = 300  # pixels


def read_levels(caffe: CaffeNetwork) -> dict[str, Level]:
    """The priors of each level, by the name of its heads without their ending.

    Caffe's PriorBox takes a step from the prototxt. On the last two maps it is not the distance
    of their cells: it fits the three and one cells of a 300x300 input, but no other. There the
    middle cell keeps its prior, its neighbours follow at the true distance, and the outermost,
    which see the picture's border, stay as much further out as they were trained.
    """
    strides = _strides(caffe)
    levels = {}
    for layer in caffe.layers:
        if layer.type != "PriorBox":
            continue
        step, stride = layer.number("step"), strides[layer.bottoms[0]]
        first, border = step / 2, 0.0
        if step != stride:
            beside = round(TRAINED_SIDE / step) // 2  # cells on each side of the middle one
            first = TRAINED_SIDE / 2 - beside * stride
            border = beside * (step - stride)
        levels[layer.name.removesuffix("_mbox_priorbox")] = Level(
            step=stride,
            first=first,
            border=border,
            min_size=layer.number("min_size"),
            max_size=layer.number("max_size"),
            ratios=tuple(float(ratio) for ratio in layer.options["aspect_ratio"]),
        )
    return levels


def _strides(caffe: CaffeNetwork) -> Mapping[str, float]:
    """Distance of neighbouring cells of each blob, in pixels of the input."""
    strides = {"data": 1.0}
    for layer in caffe.layers:
        own = layer.number("stride", 1) if layer.type in ("Convolution", "Pooling") else 1
        strides[layer.top] = strides.get(layer.bottoms[0], 1.0) * own
    return strides
