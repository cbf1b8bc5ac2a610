"""Faces printed on shirts: the detector is as sure of them as of their wearers."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from edge.types import Box, Face, Image

DOUBTED = 0.5
"""The score of a face taken for a print: too low to be taken up, enough to keep a known one."""

# A print is centred under its wearer's chin and larger than life, in the ink's colours. Somebody
# who stands behind somebody else has a face of about the same size, and skin as red.
_ASIDE = 0.3  # of the wearer's face width, between the two centres
_BELOW = (-0.1, 1.0)  # of the wearer's face height, from the chin to the print's top
_LARGER = 1.4  # times the wearer's face height
_PALER = 3.0  # units of a* (CIE Lab) less red than the wearer's skin
_CORE = 0.25  # the colour is taken within so many box sides of the centre


def doubt_prints(image: Image, faces: Sequence[Face]) -> list[Face]:
    """The faces of a picture; those that seem printed on another one's chest are doubted.

    The order is kept; scores are lowered, never raised.
    """
    return [
        face._replace(score=min(face.score, DOUBTED))
        if any(_is_worn(image, face.box, other.box) for other in faces if other is not face)
        else face
        for face in faces
    ]


def _is_worn(image: Image, print_: Box, wearer: Box) -> bool:
    aside = abs(print_.center[0] - wearer.center[0]) / wearer.width
    below = (print_.top - wearer.bottom) / wearer.height
    return (
        aside < _ASIDE
        and _BELOW[0] < below < _BELOW[1]
        and print_.height > _LARGER * wearer.height
        and _redness(image, print_) < _redness(image, wearer) - _PALER
    )


def _redness(image: Image, box: Box) -> float:
    """The median a* of the middle of a face; 0 is neither red nor green."""
    x, y = box.center
    core = Box(
        x - _CORE * box.width,
        y - _CORE * box.height,
        x + _CORE * box.width,
        y + _CORE * box.height,
    ).clipped(image.shape[1], image.shape[0])
    left, top, right, bottom = (int(side) for side in core)
    part = image[top : max(bottom, top + 1), left : max(right, left + 1)]
    return float(np.median(cv2.cvtColor(part, cv2.COLOR_BGR2LAB)[..., 1])) - 128
