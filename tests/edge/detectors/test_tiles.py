import numpy as np
import pytest

from edge.detectors.tiles import detect_tile, tiles, uncut
from edge.types import Box, Face


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (640, 480), (333, 777)])
def test_tiles_cover_the_picture_and_share_a_fifth(width, height):
    seen = np.zeros((height, width), int)
    for left, top, right, bottom in tiles(width, height):
        assert left >= 0
        assert top >= 0
        seen[top:bottom, left:right] += 1
    assert seen.shape == (height, width)
    assert seen.min() == 1
    assert (seen[0] == 2).sum() == pytest.approx(width / 5, abs=2)
    assert (seen[:, 0] == 2).sum() == pytest.approx(height / 5, abs=2)


class Everywhere:
    """A detector that sees a face in the upper left and in the lower right corner."""

    def detect(self, image, region=None):
        height, width = image.shape[:2]
        return [
            Face(Box(0, 0, 20, 20), 1.0),
            Face(Box(width - 20, height - 20, width, height), 1.0),
            Face(Box(50, 50, 70, 70), 1.0),
        ]


def test_faces_cut_by_a_tile_are_left_to_its_neighbour():
    image = np.zeros((100, 200, 3), np.uint8)
    first, *_, last = tiles(200, 100)
    assert [f.box for f in detect_tile(Everywhere(), image, first)] == [Box(0, 0, 20, 20)]
    assert [f.box for f in detect_tile(Everywhere(), image, last)] == [Box(180, 80, 200, 100)]


@pytest.mark.parametrize(
    "box",
    [Box(0, 40, 20, 60), Box(40, 0, 60, 20), Box(80, 40, 100, 60), Box(40, 80, 60, 100)],
    ids=["left", "top", "right", "bottom"],
)
def test_only_inside_a_picture_does_the_edge_of_a_part_cut_a_face(box):
    faces = [Face(box, 1.0)]
    part = Box(0, 0, 100, 100)
    assert uncut(faces, part, np.zeros((100, 100, 3), np.uint8)) == faces
    moved = [Face(box.moved(50, 50), 1.0)]
    assert uncut(moved, part.moved(50, 50), np.zeros((200, 200, 3), np.uint8)) == []
