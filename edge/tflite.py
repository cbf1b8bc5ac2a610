"""The one import of a TFLite interpreter: LiteRT, else tflite-runtime, else TensorFlow."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from edge.errors import DependencyError, ModelError
from edge.quiet import quiet_stderr

RUNTIMES = {
    "litert": ("ai_edge_litert.interpreter", "ai-edge-litert"),
    "tflite-runtime": ("tflite_runtime.interpreter", "tflite-runtime"),
    "tensorflow": ("tensorflow.lite", "tensorflow"),
}
"""Name -> (module that has Interpreter, distribution), in the order of preference."""


class Quantization(NamedTuple):
    """real = (stored - zero_point) * scale; scale 0 means the tensor is not quantized."""

    scale: float
    zero_point: int

    def quantize(self, real: np.ndarray, dtype: np.dtype) -> np.ndarray:
        """Round float32 values to the nearest stored ones, saturating at the dtype's range."""
        if self.scale == 0:
            return real.astype(dtype, copy=False)
        limits = np.iinfo(dtype)
        stored = np.rint(real / self.scale) + self.zero_point
        return np.clip(stored, limits.min, limits.max).astype(dtype)

    def dequantize(self, stored: np.ndarray) -> np.ndarray:
        """The float32 values that stored ones stand for."""
        if self.scale == 0:
            return stored.astype(np.float32, copy=False)
        return (stored.astype(np.float32) - self.zero_point) * np.float32(self.scale)


def find_runtime(name: str | None = None) -> tuple[str, str]:
    """The (name, version) of the runtime asked for, or of the first one installed.

    Raises DependencyError when there is none.
    """
    for runtime in RUNTIMES if name is None else (name,):
        try:
            return runtime, metadata.version(RUNTIMES[runtime][1])
        except metadata.PackageNotFoundError:
            continue
    wanted = RUNTIMES[name][1] if name else "ai-edge-litert"
    raise DependencyError(f"no TFLite interpreter found: pip install {wanted}")


class Interpreter:
    """A loaded model with one input; not to be shared between threads."""

    def __init__(
        self,
        path: Path,
        *,
        threads: int = 1,
        runtime: str | None = None,
        input_shape: tuple[int, ...] | None = None,
    ) -> None:
        """Load a `.tflite` file; raises ModelError when it is missing or not a model.

        A network without sizes of its own (only convolutions) can be run at another `input_shape`.
        """
        module = importlib.import_module(RUNTIMES[find_runtime(runtime)[0]][0])
        try:
            # The content, not the path: a file that is replaced later cannot pull the rug.
            content = path.read_bytes()
            with quiet_stderr():
                self._interpreter: Any = module.Interpreter(
                    model_content=content, num_threads=threads
                )
                if input_shape is not None:
                    index = self._interpreter.get_input_details()[0]["index"]
                    self._interpreter.resize_tensor_input(index, input_shape)
                self._interpreter.allocate_tensors()
        except (OSError, ValueError, RuntimeError) as error:
            raise ModelError(f"{path}: not a usable TFLite model ({error})") from error
        detail = self._interpreter.get_input_details()[0]
        self._input = detail["index"]
        self.input_shape: tuple[int, ...] = tuple(int(n) for n in detail["shape"])
        self.input_dtype = np.dtype(detail["dtype"])
        self.input_quantization = Quantization(*detail["quantization"])
        outputs = self._interpreter.get_output_details()
        self.output_shapes = [tuple(int(n) for n in d["shape"]) for d in outputs]
        self._outputs = [(d["index"], Quantization(*d["quantization"])) for d in outputs]

    def __call__(self, stored: np.ndarray) -> Sequence[np.ndarray]:
        """Run on one input of `input_shape` and `input_dtype`; float32 outputs, in file order."""
        self._interpreter.set_tensor(self._input, stored)
        self._interpreter.invoke()
        return [q.dequantize(self._interpreter.get_tensor(i)) for i, q in self._outputs]
