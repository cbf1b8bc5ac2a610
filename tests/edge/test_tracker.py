import math

import pytest

from edge.pose import Similarity
from edge.tracker import KEEP_S, REMEMBER_S, UNHEARD_S, Tracker
from edge.types import Box, Face

HERE = Box(100, 100, 180, 200)
THERE = Box(400, 100, 480, 200)
STILL = Similarity()


def face(box, score=0.95):
    return Face(box, score)


class Film:
    """A tracker driven frame by frame at 10 fps."""

    def __init__(self):
        self.tracker = Tracker()
        self.index = -1

    @property
    def now(self):
        return self.index / 10

    def frame(self, motion=STILL, faces=None, **options):
        self.index += 1
        motions = dict.fromkeys(self.tracker.poses, motion) if motion else {}
        self.tracker.move(motions, self.index, self.now)
        if faces is not None:
            self.tracker.observe(faces, self.index, self.now, **options)
        return self.tracker.tracks


@pytest.fixture
def film():
    return Film()


def ids(tracks):
    return [track.id for track in tracks]


def test_a_face_appears_with_its_first_detection(film):
    (track,) = film.frame(faces=[face(HERE)])
    assert track.box == pytest.approx(HERE)
    assert track.id == 1


def test_a_weak_detection_makes_no_track_but_keeps_one(film):
    assert film.frame(faces=[face(HERE, 0.5)]) == ()
    film.frame(faces=[face(HERE)])
    for _ in range(20):
        tracks = film.frame(faces=[face(HERE, 0.5)])
    assert ids(tracks) == [1]


def test_motion_carries_a_track_between_detections(film):
    film.frame(faces=[face(HERE)])
    (track,) = film.frame(Similarity(tx=7, ty=-3))
    assert track.box == pytest.approx(HERE.moved(7, -3))


def test_a_late_detection_is_carried_forward_by_the_motion_since(film):
    film.frame(faces=[face(HERE)])
    for _ in range(3):
        film.frame(Similarity(tx=20))
    film.tracker.observe([face(HERE)], 0, 0.0)
    (track,) = film.tracker.tracks
    assert track.box == pytest.approx(HERE.moved(60, 0))


@pytest.mark.parametrize(("late", "counts"), [(40, True), (330, False)])
def test_a_detection_corrects_a_frame_that_is_remembered_and_changes_nothing_else(
    film, late, counts
):
    film.frame(faces=[face(HERE)])
    for _ in range(late):
        film.frame()
    film.tracker.observe([face(HERE.moved(0, 30))], 1, 0.1)
    (track,) = film.tracker.tracks
    assert (track.box.top > HERE.top) == counts


def test_who_was_not_there_in_an_old_frame_was_not_missed_in_it(film):
    film.frame()
    film.frame(faces=[face(HERE)])
    film.tracker.observe([], 0, 0.0)
    assert not film.tracker.missing


def test_who_is_new_in_an_old_frame_can_be_missed_in_the_newest(film):
    film.frame()
    film.frame()
    film.tracker.observe([face(HERE)], 0, 0.0)
    film.tracker.observe([], 1, 0.1)
    assert film.tracker.missing


def test_a_new_face_in_an_old_frame_is_carried_by_the_motion_asked_for(film):
    film.frame()
    film.frame()
    film.frame()
    film.tracker.observe([face(HERE)], 1, 0.1, carry=lambda boxes: [Similarity(tx=30, ty=5)])
    (track,) = film.tracker.tracks
    assert track.box == pytest.approx(HERE.moved(30, 5))


def test_detections_correct_drift(film):
    film.frame(faces=[face(HERE)])
    for _ in range(40):
        (track,) = film.frame(Similarity(tx=0.5), faces=[face(HERE)])
    assert abs(track.box.left - HERE.left) < 8  # uncorrected it would be 20


def test_a_tilted_head_is_where_detections_say(film):
    film.frame(faces=[face(HERE)])
    (x, y), a, b = HERE.center, math.cos(0.5), math.sin(0.5)
    film.frame(Similarity(a, b, x - a * x + b * y, y - b * x - a * y))
    for _ in range(30):
        (track,) = film.frame(faces=[face(HERE.moved(16, 0))])
    assert track.box.center == pytest.approx((x + 16, y), abs=2)


def test_a_second_box_on_a_face_makes_nobody_new(film):
    film.frame(faces=[face(HERE)])
    assert ids(film.frame(faces=[face(HERE), face(HERE.moved(20, 10), 0.9)])) == [1]


def test_a_face_that_jumped_out_of_its_box_is_the_same(film):
    film.frame(faces=[face(HERE)])
    assert ids(film.frame(faces=[face(HERE.moved(55, 0))])) == [1]


def test_a_jittering_detector_does_not_shake_a_face_at_rest(film):
    film.frame(faces=[face(HERE)])
    places = []
    for i in range(60):
        (track,) = film.frame(faces=[face(HERE.moved(2 * (-1) ** i, 0))])
        places.append(track.box.left)
    assert max(places[20:]) - min(places[20:]) < 1.6  # of 4


def test_who_was_missed_seconds_ago_is_gone(film):
    film.frame(faces=[face(HERE)])
    for _ in range(250):
        film.frame()
    film.tracker.observe([], 30, film.now)
    while film.frame():
        assert film.now < 100


def test_a_missed_face_stays_for_a_moment_and_is_then_gone(film):
    film.frame(faces=[face(HERE)])
    missed = film.now + 0.1
    while film.frame(faces=[]):
        assert film.tracker.missing
        assert film.now - missed <= KEEP_S + 0.05
    assert film.now - missed > KEEP_S


def test_one_miss_among_late_answers_leaves_a_face_where_it_is(film):
    film.frame(faces=[face(HERE)])
    for late in (6, 6, 6):  # frames, longer than KEEP_S
        for _ in range(late):
            assert ids(film.frame()) == [1]
        film.tracker.observe([] if film.index == 12 else [face(HERE)], film.index - late, film.now)
    assert not film.tracker.missing
    for _ in range(30):
        assert ids(film.frame()) == [1]


def test_whose_answers_stop_after_a_miss_is_not_kept_for_ever(film):
    film.frame(faces=[face(HERE)])
    film.frame(faces=[])
    while film.frame():
        assert film.now <= 0.1 + UNHEARD_S + 0.05


@pytest.mark.parametrize("order", [1, -1])
def test_who_is_nearest_to_where_somebody_was_is_that_one(film, order):
    film.frame(faces=[face(HERE)])
    while film.frame(faces=[]):
        pass
    newcomers = [face(HERE), face(HERE.moved(70, 0))][::order]
    tracks = film.frame(faces=newcomers)
    assert {track.box.left: track.id for track in tracks} == {100: 1, 170: 2}


def test_an_undetected_face_stays_while_nobody_looks(film):
    film.frame(faces=[face(HERE)])
    for _ in range(100):
        tracks = film.frame()
    assert ids(tracks) == [1]


@pytest.mark.parametrize("place", [HERE, THERE])
def test_after_a_cut_everybody_is_somebody_new(film, place):
    film.frame(faces=[face(HERE)])
    tracks = film.frame(motion=None, faces=[face(place)], cut=True)
    assert ids(tracks) == [2]


@pytest.mark.parametrize("frames_at_rest", [0, 100])
def test_who_comes_back_soon_keeps_the_id(film, frames_at_rest):
    film.frame(faces=[face(HERE)])
    for _ in range(frames_at_rest):  # nobody looks
        film.frame()
    while film.frame(faces=[]):
        pass
    assert ids(film.frame()) == []
    assert film.tracker.observe([face(HERE.moved(10, 0))], film.index, film.now) == {1}
    assert ids(film.tracker.tracks) == [1]


def test_of_two_who_left_each_comes_back_as_himself(film):
    beside = HERE.moved(90, 0)
    film.frame(faces=[face(HERE), face(beside)])
    while film.frame(faces=[]):
        pass
    tracks = film.frame(faces=[face(beside.moved(3, 0)), face(HERE.moved(3, 0))])
    assert {track.id: track.box.left for track in tracks} == {1: 103, 2: 193}


def test_where_one_left_and_two_come_one_is_somebody_new(film):
    film.frame(faces=[face(HERE)])
    while film.frame(faces=[]):
        pass
    assert ids(film.frame(faces=[face(HERE), face(HERE.moved(70, 0))])) == [1, 2]


def test_who_is_new_did_not_come_back(film):
    film.frame()
    assert film.tracker.observe([face(HERE)], film.index, film.now) == set()
    assert film.tracker.observe([face(HERE)], film.index, film.now) == set()


def test_who_comes_back_late_is_somebody_new(film):
    film.frame(faces=[face(HERE)])
    for _ in range(int(10 * (KEEP_S + REMEMBER_S)) + 2):
        film.frame(faces=[])
    assert ids(film.frame(faces=[face(HERE)])) == [2]


def test_two_people_who_pass_each_other_keep_their_ids(film):
    left, right = Box(0, 100, 80, 200), Box(300, 110, 380, 210)
    film.frame(faces=[face(left), face(right)])
    first = film.tracker.tracks[0].id
    for step in range(1, 31):
        film.index += 1
        motions = {
            number: Similarity(tx=10 if number == first else -10) for number in film.tracker.poses
        }
        film.tracker.move(motions, film.index, film.now)
        film.tracker.observe(
            [face(right.moved(-10 * step, 0)), face(left.moved(10 * step, 0))],
            film.index,
            film.now,
        )
    boxes = {track.id: track.box for track in film.tracker.tracks}
    assert boxes[first].left == pytest.approx(300, abs=8)
    assert len(boxes) == 2


def test_a_face_that_flow_has_lost_waits_where_it_was(film):
    film.frame(faces=[face(HERE)])
    assert not film.tracker.lost
    (track,) = film.frame(motion=None)
    assert track.box == pytest.approx(HERE)
    assert film.tracker.lost
    assert not film.tracker.missing
    film.frame()
    assert not film.tracker.lost


def test_roll_follows_the_motion_and_fades_slowly(film):
    film.frame(faces=[face(HERE)])
    (track,) = film.frame(Similarity(a=0.98, b=0.199))
    assert track.roll == pytest.approx(0.2, abs=0.01)
    for _ in range(600):
        (track,) = film.frame()
    assert abs(track.roll) < 0.02
