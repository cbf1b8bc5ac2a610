"""The networks, described once; built in Keras (what is kept) and in torch (what trains fast).

Keras on the torch backend trains these nets at 0.3 times the speed of plain torch in bfloat16,
because its BatchNormalization is assembled from many small operations. So training runs on the
torch form, and its weights move to the Keras form, from which everything else starts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Net:
    """A plain convolutional net: stages of 3x3 convolutions, each stage ends by halving.

    `stages[i]` holds the filters of stage i's convolutions. Ours: BatchNorm after each convolution,
    max pooling between stages, global average pooling at the end. With `residual`, the convolutions
    after a stage's first go in pairs, and each pair's input is added to its output before the last
    ReLU (He et al., Deep Residual Learning, CVPR 2016). With `places`, each channel weighs the
    places of the last map in its own way, for the parts of a face are always at much the same
    places (Chen et al., MobileFaceNets, CCBR 2018). With `mirror`, the answer is the mean of those
    to the picture and to its mirror image, for twice the time. With a `margin`, what the
    convolutions see is that much smaller on each side, and the answer is the mean of those to the
    picture's four corners, every other one mirrored (after Krizhevsky et al., ImageNet
    Classification with Deep Convolutional Neural Networks, NIPS 2012). With `dense`, the report's
    form: convolutions without padding or BatchNorm, max pooling and dropout after every stage, a
    hidden dense layer on the flattened map. Those named TRUNK have a form of their own, and only in
    torch.
    """

    name: str
    stages: tuple[tuple[int, ...], ...]
    dropout: float
    dense: int = 0
    residual: bool = False
    places: bool = False
    mirror: bool = False  # in the Keras form; training sees mirrored pictures anyway,
    margin: int = 0  # ... and shifted ones; pixels
    rate: float = 0.08  # of learning, at its peak
    decay: float = 0.998  # of the moving average of the weights, a step


class View(NamedTuple):
    """A part of the picture that the convolutions see."""

    left: int
    top: int
    mirrored: bool


def views(net: Net) -> tuple[View, ...]:
    """All that a net sees of a picture, in the order of its batch."""
    if net.margin:
        end = 2 * net.margin
        return View(0, 0, False), View(end, end, False), View(end, 0, True), View(0, end, True)
    return (View(0, 0, False), View(0, 0, True)) if net.mirror else (View(0, 0, False),)


REPORT = Net("report", ((32,), (64,), (128,)), dropout=0.5, dense=128, rate=0.01)
"""Table 3 of the report: 3,305,414 parameters with a 128x128x3 input and six outputs."""
REPORT_SIZE = 128
TRUNK = "faces"
"""The name of nets that begin with what a network learned elsewhere: see faces.py."""


def build_keras(
    net: Net, size: int, channels: int, outputs: int, *, batch: int | None = None
) -> Any:
    """The Keras model: (batch, size, size, channels) float32 -> (batch, outputs) logits.

    `batch` fixes the batch size, which conversion needs (a dynamic one is three times slower).
    """
    import keras
    from keras import layers

    picture = keras.Input(batch_shape=(batch, size, size, channels))
    seen = [_cut(picture, view, net.margin) for view in views(net)]
    x = layers.Concatenate(axis=0)(seen) if len(seen) > 1 else picture
    for i, stage in enumerate(net.stages):
        if i and not net.dense:
            x = layers.MaxPooling2D()(x)
        for j, filters in enumerate(stage):
            padding = "valid" if net.dense else "same"
            if net.residual and j % 2 == 1:
                skipped = x
            x = layers.Conv2D(filters, 3, padding=padding, use_bias=bool(net.dense))(x)
            if not net.dense:
                x = layers.BatchNormalization(epsilon=1e-5)(x)
            if net.residual and j and j % 2 == 0:
                x = layers.Add()([x, skipped])
            x = layers.ReLU()(x)
        if net.dense:
            x = layers.Dropout(net.dropout)(layers.MaxPooling2D()(x))
    if net.dense:
        x = layers.Dense(net.dense, activation="relu")(layers.Flatten()(x))
    elif net.places:
        x = layers.Flatten()(layers.DepthwiseConv2D(x.shape[1], use_bias=False)(x))
    else:
        x = layers.GlobalAveragePooling2D()(x)
    if len(seen) > 1:  # the last layer is linear: the mean of its inputs does
        x = keras.ops.mean(keras.ops.reshape(x, (len(seen), -1, x.shape[-1])), axis=0)
    answer = layers.Dense(outputs)(layers.Dropout(net.dropout)(x))
    return keras.Model(picture, answer, name=net.name)  # it stands in every tensor's name


def _cut(picture: Any, view: View, margin: int) -> Any:
    import keras

    if margin:
        left, top, end = view.left, view.top, 2 * margin
        picture = keras.layers.Cropping2D(((top, end - top), (left, end - left)))(picture)
    return keras.ops.flip(picture, axis=2) if view.mirrored else picture


def build_torch(net: Net, size: int, channels: int, outputs: int) -> torch.nn.Sequential:
    """The same net on one view, (N, channels, H, H); its dense layers take the map as NHWC."""
    from torch import nn

    size -= 2 * net.margin

    if net.name == TRUNK:
        from convert import faces

        return faces.build(outputs, net.dropout)

    parts: list[nn.Module] = []
    for i, stage in enumerate(net.stages):
        if i and not net.dense:
            parts.append(nn.MaxPool2d(2))
            size //= 2
        for j, filters in enumerate(stage):
            padding = 0 if net.dense else 1
            convolution = nn.Conv2d(channels, filters, 3, padding=padding, bias=bool(net.dense))
            size -= 2 - 2 * padding
            channels = filters
            if net.residual and j and j % 2 == 0:
                # The pair's first convolution, its BatchNorm and its ReLU are the last parts.
                pair = [*parts[-3:], convolution, nn.BatchNorm2d(filters)]
                parts[-3:] = [_residual(pair), nn.ReLU(inplace=True)]
                continue
            parts.append(convolution)
            if not net.dense:
                parts.append(nn.BatchNorm2d(filters))
            parts.append(nn.ReLU(inplace=True))
        if net.dense:
            parts += [nn.MaxPool2d(2), nn.Dropout(net.dropout)]
            size //= 2
    if net.dense:
        parts += [_FlattenNHWC(), nn.Linear(channels * size * size, net.dense), nn.ReLU()]
        channels = net.dense
    elif net.places:
        weights = nn.Conv2d(channels, channels, size, groups=channels, bias=False)
        nn.init.constant_(weights.weight, 1 / size**2)  # begins as the mean
        parts += [weights, nn.Flatten()]
    else:
        parts += [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    parts += [nn.Dropout(net.dropout), nn.Linear(channels, outputs)]
    return nn.Sequential(*parts)


def _residual(parts: list[torch.nn.Module]) -> torch.nn.Module:
    import torch

    class Residual(torch.nn.Sequential):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x + super().forward(x)

    return Residual(*parts)


def _FlattenNHWC() -> torch.nn.Module:  # noqa: N802
    import torch

    class FlattenNHWC(torch.nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x.permute(0, 2, 3, 1).flatten(1)

    return FlattenNHWC()


def copy_weights(source: torch.nn.Sequential, target: Any) -> None:
    """Move the weights of `build_torch`'s net into `build_keras`'s model of the same shape."""
    from torch import nn

    values: list[np.ndarray] = []
    for part in source.modules():
        if isinstance(part, nn.Conv2d):
            order = (2, 3, 0, 1) if part.groups > 1 else (2, 3, 1, 0)
            values.append(part.weight.detach().float().permute(order).numpy())
        elif isinstance(part, nn.Linear):
            values.append(part.weight.detach().float().T.numpy())
        elif isinstance(part, nn.BatchNorm2d):
            values += [part.weight.detach().numpy(), part.bias.detach().numpy()]
            values += [
                mean.numpy() for mean in (part.running_mean, part.running_var) if mean is not None
            ]
            continue
        else:
            continue
        if part.bias is not None:
            values.append(part.bias.detach().float().numpy())
    target.set_weights(values)
