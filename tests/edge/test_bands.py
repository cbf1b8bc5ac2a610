import cv2
import numpy as np
import pytest

from edge.affine import rotation, scaling, translation
from edge.bands import bands, outline_of

SIZE = 700


@pytest.fixture(scope="module")
def disc():
    alpha = np.zeros((600, 500), np.uint8)
    cv2.ellipse(alpha, (250, 300), (249, 299), 0, 0, 360, 255, -1)
    alpha[280:320, 100:150] = 0  # a hole does not count
    return alpha


def test_an_outline_holds_what_is_not_clear(disc):
    outline = outline_of(disc).astype(np.float32)
    ys, xs = np.nonzero(disc)
    for x, y in zip(xs[::997].tolist(), ys[::997].tolist(), strict=True):
        assert cv2.pointPolygonTest(outline, (x + 0.5, y + 0.5), False) > 0
    assert cv2.contourArea(outline) < 0.8 * disc.size


def test_the_outline_of_nothing_is_the_rectangle():
    outline = outline_of(np.zeros((5, 9), np.uint8))
    assert outline.min(axis=0).tolist() == [0, 0]
    assert outline.max(axis=0).tolist() == [9, 5]


@pytest.mark.parametrize("scale", [0.1, 0.6, 1.2])
@pytest.mark.parametrize("roll", [-2.0, 0.0, 0.3])
@pytest.mark.parametrize("corner", [(-150, -200), (100, 120), (400, 500)])
def test_bands_hold_all_that_is_painted_and_no_row_twice(disc, scale, roll, corner):
    to_canvas = translation(*corner) @ rotation(roll) @ scaling(scale, scale)
    centred = translation(-0.5, -0.5) @ to_canvas @ translation(0.5, 0.5)
    painted = cv2.warpAffine(disc, np.reshape(centred, (2, 3)), (SIZE, SIZE)) > 0
    rows = 0
    for left, top, right, bottom in bands(outline_of(disc), to_canvas, SIZE, SIZE):
        assert 0 <= left < right <= SIZE
        assert rows <= top < bottom <= SIZE
        rows = bottom
        painted[top:bottom, left:right] = False
    assert not painted.any()


def test_bands_of_a_large_disc_leave_much_of_its_rectangle_out(disc):
    found = bands(outline_of(disc), scaling(2.0, 2.0), 1000, 1200)
    assert len(found) > 2
    area = sum((right - left) * (bottom - top) for left, top, right, bottom in found)
    assert area < 0.9 * 4 * disc.size


def test_what_is_outside_has_no_bands(disc):
    assert bands(outline_of(disc), translation(-600, 0), SIZE, SIZE) == []
    assert bands(outline_of(disc), translation(0, 800), SIZE, SIZE) == []
