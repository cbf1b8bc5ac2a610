import pytest

from edge.types import Box


def test_a_box_knows_its_sides_centre_and_area():
    box = Box(10, 20, 40, 80)
    assert (box.width, box.height, box.area) == (30, 60, 1800)
    assert box.center == (25, 50)


def test_an_inverted_box_is_empty():
    assert Box(5, 5, 3, 9).area == 0


def test_clipping_keeps_the_part_inside():
    assert Box(-5, 10, 50, 500).clipped(40, 100) == Box(0, 10, 40, 100)


def test_clipping_a_box_outside_leaves_nothing():
    assert Box(200, 0, 300, 50).clipped(100, 100).area == 0


def test_mirroring_twice_changes_nothing():
    box = Box(3, 4, 10, 20)
    assert box.mirrored(64) == Box(54, 4, 61, 20)
    assert box.mirrored(64).mirrored(64) == box


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (Box(0, 0, 10, 10), 1.0),
        (Box(5, 0, 15, 10), 1 / 3),
        (Box(10, 0, 20, 10), 0.0),
        (Box(-20, -20, -10, -10), 0.0),
        (Box(2, 2, 2, 2), 0.0),
    ],
)
def test_intersection_over_union(other, expected):
    assert Box(0, 0, 10, 10).iou(other) == pytest.approx(expected)
    assert other.iou(Box(0, 0, 10, 10)) == pytest.approx(expected)
