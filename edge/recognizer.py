"""Reads face crops with the cascade's models, and says how far each crop can be trusted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from edge.cache import Reading
from edge.cascade import Cascade
from edge.crop import crop_face
from edge.types import Box, Frame, Image

_FULL_SIZE = 64.0  # pixels of box height from which more detail no longer helps
_FULL_SHARPNESS = 300.0  # variance of the Laplacian of a crop that is in focus (webcams: 260 up)
_FULL_SYMMETRY = 0.4  # correlation with the mirror image that three in four frontal faces have
_TURNED = 0.3  # what is left of the quality of a face without any symmetry
_ASIDE = 8  # a face's middle may lie an eighth of the crop to either side
_MIN_QUALITY = 0.05
_SAME = 1.5  # mean absolute difference, in grey levels, of two crops of a face at rest


class Request(NamedTuple):
    """One crop to read."""

    track_id: int
    node: str
    box: Box  # in the pixels of the job's frame


@dataclass(frozen=True, eq=False)
class Recognition:
    """The answer to one job."""

    readings: list[Reading]
    inferences: int  # crops that had changed since they were last read


def quality(box: Box, crop: Image, width: int, height: int) -> float:
    """How far to trust a crop, in (0, 1]: small, cut off, blurred or turned away is less.

    Sharpness is the variance of the Laplacian (Pech-Pacheco et al., ICPR 2000). A head that is
    turned, tilted or half hidden is unlike its mirror image.
    """
    size = min(1.0, box.height / _FULL_SIZE)
    inside = box.clipped(width, height).area / box.area if box.area > 0 else 0.0
    grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)
    sharpness = min(1.0, float(cv2.Laplacian(grey, cv2.CV_32F).var()) / _FULL_SHARPNESS)
    frontal = min(1.0, max(_TURNED, _symmetry(grey) / _FULL_SYMMETRY))
    return max(_MIN_QUALITY, size * inside**2 * sharpness * frontal)


def _symmetry(grey: Image) -> float:
    """The correlation of a grey crop with its mirror image, wherever its middle is."""
    margin = grey.shape[1] // _ASIDE
    mirrored = cv2.flip(grey, 1)[:, margin:-margin]
    return float(cv2.matchTemplate(grey, mirrored, cv2.TM_CCOEFF_NORMED).max())


class Recognizer:
    """Runs jobs of crops; not to be shared between threads."""

    def __init__(self, cascade: Cascade) -> None:
        """Read with the models of `cascade`."""
        self._cascade = cascade
        self._last: dict[tuple[int, str], tuple[Image, np.ndarray]] = {}

    def read(self, frame: Frame, requests: Sequence[Request]) -> Recognition:
        """Answer every request; a crop that has not changed keeps its last answer."""
        image = frame.image
        height, width = image.shape[:2]
        readings = []
        inferences = 0
        for track_id, name, box in requests:
            classifier = self._cascade.classifiers[name]
            crop = crop_face(image, box, classifier.card.crop)
            last = self._last.get((track_id, name))
            if last is not None and cv2.norm(crop, last[0], cv2.NORM_L1) < _SAME * crop.size:
                probabilities = last[1]
            else:
                probabilities = classifier.classify_crop(crop)
                inferences += 1
                self._last[track_id, name] = crop, probabilities
            weight = quality(box, crop, width, height)
            readings.append(Reading(track_id, name, probabilities, weight, frame.time_s))
        return Recognition(readings, inferences)

    def expire(self, alive: Collection[int]) -> None:
        """Forget the crops of everybody who is not in `alive`."""
        self._last = {key: value for key, value in self._last.items() if key[0] in alive}
