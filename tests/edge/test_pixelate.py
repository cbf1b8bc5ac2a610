from __future__ import annotations

import numpy as np
import pytest

from edge.pixelate import BLOCKS, FACE_BLOCKS, Pixelator
from edge.types import Box


@pytest.mark.parametrize(("width", "height"), [(640, 480), (480, 640), (64, 640)])
def test_the_longer_side_has_the_blocks_and_a_face_fewer(width: int, height: int) -> None:
    image = np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)
    pixelator = Pixelator()
    pixelator.pixelate(image, [])
    share = BLOCKS / max(width, height)
    colours = np.unique(image.reshape(-1, 3), axis=0)
    assert len(colours) <= round(width * share) * round(height * share)
    assert len(np.unique(image[:, 0], axis=0)) == round(height * share)
    face = Box(10, 20, 50, 80)
    pixelator.pixelate(image, [face])
    inside = np.unique(image[20:80, 10:50].reshape(-1, 3), axis=0)
    assert len(inside) <= FACE_BLOCKS * round(FACE_BLOCKS * 40 / 60)
