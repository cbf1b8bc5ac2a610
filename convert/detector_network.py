"""The Caffe SSD rebuilt in Keras, for TFLite: NHWC, heads apart, priors outside the graph.

Equal to Caffe up to float rounding, with three changes of form:
- the mean is subtracted inside (by the first normalization), so that the input is plain pixels;
- the two-class softmax becomes one logit a prior, face against background: half the channels,
  and one rounding instead of two when quantized;
- the heads are not concatenated, so that each level keeps its own quantization, and the graph
  holds no sizes: one file runs at any input shape.
"""

from __future__ import annotations

import keras
import numpy as np
from keras import layers as kl

from convert.detector_caffe import CaffeNetwork, Layer
from edge.detectors.caffe import MEAN_BGR

LOC, CONF = "_mbox_loc", "_mbox_conf"
_AFTER_THE_HEADS = frozenset({"PriorBox", "Permute", "Flatten", "Concat", "Reshape", "Softmax"})


@keras.saving.register_keras_serializable("convert")
class ChannelNorm(keras.layers.Layer):
    """Caffe's Normalize: each pixel's channels brought to length 1, then scaled one by one."""

    def build(self, shape: tuple[int | None, ...]) -> None:
        """One scale a channel."""
        self.scale = self.add_weight(shape=(shape[-1],), name="scale")

    def call(self, x: keras.KerasTensor) -> keras.KerasTensor:
        """(..., channels) -> the same shape."""
        return keras.ops.normalize(x, axis=-1, epsilon=1e-10) * self.scale


def build(caffe: CaffeNetwork, height: int, width: int) -> dict[str, keras.KerasTensor]:
    """Caffe layer name -> Keras tensor, for a (1, height, width, 3) input of BGR pixels 0 to 255.

    The input is under "data".
    """
    data = keras.Input(batch_shape=(1, height, width, 3), name="data")
    blobs = {"data": data}
    tensors = {"data": data}
    produced: dict[str, str] = {}  # blob -> type of the layer that wrote it last
    norm: tuple[Layer, np.ndarray, np.ndarray] | None = None
    for layer in caffe.layers:
        if layer.type in _AFTER_THE_HEADS or layer.type == "DetectionOutput":
            continue
        inputs = [blobs[name] for name in layer.bottoms]
        if layer.type == "BatchNorm":  # waits for the Scale that follows it
            mean, variance, count = (w.ravel() for w in caffe.weights(layer, 3))
            offset = np.array(MEAN_BGR, np.float32) if layer.bottoms == ("data",) else 0
            norm = layer, mean / count + offset, variance / count
            blobs[layer.top] = inputs[0]
            continue
        if layer.type == "Scale":
            assert norm is not None
            folds = produced.get(layer.bottoms[0]) == "Convolution"
            output = _affine(caffe, layer, *norm, folds=folds)(inputs[0])
        else:
            output = _BUILDERS[layer.type](caffe, layer, inputs)
        blobs[layer.top] = tensors[layer.name] = output
        produced[layer.top] = layer.type
    return tensors


def _affine(
    caffe: CaffeNetwork,
    scale: Layer,
    norm: Layer,
    mean: np.ndarray,
    variance: np.ndarray,
    *,
    folds: bool,
) -> keras.Layer:
    """BatchNorm and Scale in one.

    After a convolution the converter folds it away; elsewhere a 1x1 depthwise convolution is
    one operation and one rounding, where a batch normalization becomes a product and a sum.
    """
    gamma, beta = (w.ravel() for w in caffe.weights(scale, 2))
    epsilon = norm.number("eps", 1e-5)
    if folds:
        layer = kl.BatchNormalization(epsilon=epsilon, name=scale.name)
        return _loaded(layer, len(mean), [gamma, beta, mean, variance])
    factor = gamma / np.sqrt(variance + epsilon)
    layer = kl.DepthwiseConv2D(1, name=scale.name)
    return _loaded(layer, len(mean), [factor.reshape(1, 1, -1, 1), beta - mean * factor])


def _loaded(layer: keras.Layer, channels: int, weights: list[np.ndarray]) -> keras.Layer:
    layer.build((1, None, None, channels))
    layer.set_weights(weights)
    return layer


def _convolution(
    caffe: CaffeNetwork, layer: Layer, inputs: list[keras.KerasTensor]
) -> keras.KerasTensor:
    size, stride = layer.whole("kernel_size"), layer.whole("stride", 1)
    pad, dilation = layer.whole("pad", 0), layer.whole("dilation", 1)
    bias = layer.flag("bias_term", True)
    weights = caffe.weights(layer, 2 if bias else 1)
    weights = [weights[0].transpose(2, 3, 1, 0), *(w.ravel() for w in weights[1:])]
    if layer.name.endswith(CONF):  # (background, face) of each prior -> face minus background
        weights = [w[..., 1::2] - w[..., 0::2] for w in weights]
    # TensorFlow's "same" pads like Caffe only where the stride is 1.
    same = stride == 1 and 2 * pad == dilation * (size - 1)
    x = inputs[0]
    if pad and not same:
        x = kl.ZeroPadding2D(pad)(x)
    convolution = kl.Conv2D(
        weights[0].shape[-1],
        size,
        strides=stride,
        dilation_rate=dilation,
        padding="same" if same else "valid",
        use_bias=bias,
        name=layer.name,
    )
    return _loaded(convolution, x.shape[-1], weights)(x)


def _pooling(
    caffe: CaffeNetwork, layer: Layer, inputs: list[keras.KerasTensor]
) -> keras.KerasTensor:
    """Caffe rounds the output size up; after a ReLU a border of zeros changes no maximum."""
    size, stride = layer.whole("kernel_size"), layer.whole("stride")
    x = kl.ZeroPadding2D(((0, stride - 1), (0, stride - 1)))(inputs[0])
    return kl.MaxPooling2D(size, stride, name=layer.name)(x)


def _normalize(
    caffe: CaffeNetwork, layer: Layer, inputs: list[keras.KerasTensor]
) -> keras.KerasTensor:
    (scale,) = caffe.weights(layer, 1)
    norm = ChannelNorm(name=layer.name)
    return _loaded(norm, scale.size, [scale.ravel()])(inputs[0])


_BUILDERS = {
    "Convolution": _convolution,
    "Pooling": _pooling,
    "Normalize": _normalize,
    "ReLU": lambda caffe, layer, inputs: kl.ReLU(name=layer.name)(inputs[0]),
    "Eltwise": lambda caffe, layer, inputs: kl.Add(name=layer.name)(inputs),
}
