import cv2
import numpy as np
import pytest

from edge.cameras.demo import REFERENCE, DemoCamera, Placement
from edge.cameras.picamera2 import LoresBuffer
from edge.detectors import create_detector
from edge.finder import Finder, Look, region_around
from edge.types import Box, Frame


@pytest.fixture(scope="module")
def find():
    finder = Finder(create_detector("tflite", min_score=0.4))

    def find(image, *known, everywhere=False, tile=None):
        return finder.find(Look(Frame(image, 0, 0.0), known, everywhere, tile)).faces

    return find


@pytest.fixture(scope="module")
def camera():
    return DemoCamera(width=640, height=480)


def test_a_region_holds_the_face_with_room_around():
    region = region_around(Box(100, 100, 180, 200))
    assert region.center == (140, 150)
    assert region.width == region.height > 200


def test_a_face_that_is_almost_out_of_sight_is_not_looked_for(find, camera):
    assert find(camera.background, Box(739.7, 100, 839.7, 220)) == []


def test_a_look_everywhere_finds_somebody_new(find, camera):
    ((box, _),) = camera.truth(0)
    (face,) = find(camera.render(0), everywhere=True)
    assert face.box.iou(box) > 0.8


def test_somebody_new_is_looked_for_in_the_small_picture_where_there_is_one(camera):
    ((box, _),) = camera.truth(0)
    picture = cv2.resize(camera.render(0), (400, 300), interpolation=cv2.INTER_AREA)
    planes = cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420)
    stream = {"format": "YUV420", "size": (400, 300), "stride": 400}
    frame = Frame(camera.background, 0, 0.0, LoresBuffer(planes.ravel(), stream))
    finder = Finder(create_detector("tflite", min_score=0.4))
    (face,) = finder.find(Look(frame, (), everywhere=True)).faces
    assert face.box.iou(box) > 0.8


def test_a_known_face_is_found_on_its_region(find, camera):
    ((box, _),) = camera.truth(0)
    (face,) = find(camera.render(0), box.moved(8, -6))
    assert face.box.iou(box) > 0.75


def test_a_known_face_that_has_gone_is_not_found(find, camera):
    ((box, _),) = camera.truth(0)
    assert find(camera.background, box) == []


def test_a_known_face_is_reported_once(find, camera):
    ((box, _),) = camera.truth(0)
    assert len(find(camera.render(0), box, everywhere=True)) == 1


@pytest.mark.parametrize("apart", [1.2, 1.4, 1.6])
def test_a_neighbour_whom_the_edge_of_a_region_halves_is_found_whole(find, camera, apart):
    picture = camera.background.copy()
    for x in (200, 200 + apart * REFERENCE.width):
        camera.paint(picture, Placement(x=x, y=240, scale=1.0, roll=0.0))
    there = sorted(face.box for face in find(picture, everywhere=True))
    found = sorted(face.box for face in find(picture, *there))
    assert len(there) == len(found) == 2
    assert all(a.iou(b) > 0.8 for a, b in zip(there, found, strict=True))


def test_a_face_in_the_regions_of_two_is_reported_once(find, camera):
    picture = camera.background.copy()
    one = Placement(x=255, y=240, scale=0.8, roll=0.0)
    other = Placement(x=400, y=240, scale=1.6, roll=0.0)
    for pose in (one, other):
        camera.paint(picture, pose)
    there = sorted(face.box for face in find(picture, everywhere=True))
    assert len(there) == len(find(picture, *there)) == 2


def test_a_face_too_small_for_the_whole_picture_is_kept(find, camera):
    picture = camera.background.copy()
    camera.paint(picture, Placement(x=320, y=240, scale=0.22, roll=0.0))
    small = Box(310, 227, 330, 253)
    assert find(picture, everywhere=True) == []
    (face,) = find(picture, small, everywhere=True)
    assert face.box.iou(small) > 0.4


def test_a_known_face_out_of_sight_does_not_matter(find, camera):
    assert find(np.zeros_like(camera.background), Box(-300, -300, -200, -180)) == []
