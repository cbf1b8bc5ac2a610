import numpy as np
import pytest

from edge.crop import CropSpec, crop_face, crop_window
from edge.types import Box


def gradient(height, width):
    rows, columns = np.mgrid[:height, :width]
    return np.stack([rows, columns, np.zeros_like(rows)], axis=2).astype(np.uint8)


def test_the_window_is_a_square_around_the_longer_side():
    assert crop_window(Box(10, 10, 30, 50), CropSpec(32, 1.5)) == Box(-10, 0, 50, 60)


def test_down_shifts_the_window_in_units_of_the_longer_side():
    upper = crop_window(Box(0, 0, 30, 40), CropSpec(32, 1.0, -0.25))
    assert upper == Box(-5, -10, 35, 30)


def test_a_crop_of_its_own_size_is_the_pictures_pixels():
    image = gradient(100, 120)
    crop = crop_face(image, Box(20, 30, 52, 62), CropSpec(32, 1.0))
    np.testing.assert_array_equal(crop, image[30:62, 20:52])


def test_shrinking_averages_areas():
    image = np.zeros((128, 128, 3), np.uint8)
    image[::4] = 200
    crop = crop_face(image, Box(0, 0, 128, 128), CropSpec(32, 1.0))
    np.testing.assert_array_equal(crop, np.full((32, 32, 3), 50, np.uint8))


def test_beyond_the_border_the_edge_is_repeated():
    image = gradient(50, 60)
    crop = crop_face(image, Box(-10, -20, 30, 20), CropSpec(40, 1.0))
    np.testing.assert_array_equal(crop[20:, 10:], image[:20, :30])
    np.testing.assert_array_equal(crop[:20, 10:], np.repeat(image[:1, :30], 20, axis=0))
    assert crop[0, 0].tolist() == image[0, 0].tolist()


@pytest.mark.parametrize(
    "box",
    [
        Box(-100, -100, -60, -60),
        Box(200, 10, 240, 50),
        Box(10, 300, 50, 340),
        Box(-500, -500, 600, 600),
        Box(10, 10, 10.2, 10.4),
    ],
)
def test_any_box_gives_a_crop(box):
    crop = crop_face(gradient(50, 60), box, CropSpec(24, 1.3, 0.1))
    assert crop.shape == (24, 24, 3)
    assert crop.dtype == np.uint8
