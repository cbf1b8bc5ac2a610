from __future__ import annotations

import threading
import tracemalloc

import cv2
import numpy as np
import pytest

from edge.types import Image
from edge.web.broadcast import Broadcast


def picture(level: int) -> Image:
    return np.full((48, 64, 3), level, np.uint8)


def level(jpeg: bytes) -> float:
    return float(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR).mean())


def test_nobody_watches_nothing_is_kept():
    broadcast = Broadcast()
    assert broadcast.show(picture(10)) is None
    with broadcast.watching():
        assert broadcast.newest(0, 0.0) is None


def test_the_newest_is_given_and_what_was_missed_is_skipped():
    broadcast = Broadcast()
    with broadcast.watching():
        for value in (10, 100, 200):
            broadcast.show(picture(value))
        number, jpeg = broadcast.newest(0, 0.0)
        assert (number, level(jpeg)) == (3, pytest.approx(200, abs=2))
        assert broadcast.newest(number, 0.0) is None
        broadcast.show(picture(50))
        assert broadcast.newest(number, 0.0)[0] == 4


def test_who_comes_sees_nobody_who_was_there_before():
    broadcast = Broadcast()
    with broadcast.watching() as before:
        broadcast.show(picture(10))
        assert broadcast.newest(before, 0.0)[0] == 1
    for _ in range(50):
        broadcast.show(picture(100))
    with broadcast.watching() as before:
        for after in (0, before):
            assert broadcast.newest(after, 0.0) is None
        broadcast.show(picture(200))
        number, jpeg = broadcast.newest(before, 0.0)
        assert (number, level(jpeg)) == (2, pytest.approx(200, abs=2))
        # A second watcher, too, waits for what is shown after its arrival.
        with broadcast.watching() as later:
            assert broadcast.newest(later, 0.0) is None


def test_a_picture_leaves_the_memory_with_the_last_watcher():
    broadcast = Broadcast()
    image = np.random.default_rng(0).integers(0, 256, (480, 640, 3), np.uint8)
    tracemalloc.start()
    try:
        with broadcast.watching() as before:
            broadcast.show(image)
            broadcast.newest(before, 0.0)
            assert tracemalloc.get_traced_memory()[0] > image.nbytes
        assert tracemalloc.get_traced_memory()[0] < image.nbytes / 10
    finally:
        tracemalloc.stop()


def test_the_mirror_may_overwrite_its_picture():
    broadcast = Broadcast()
    image = picture(200)
    with broadcast.watching():
        broadcast.show(image)
        image[:] = 0
        assert level(broadcast.newest(0, 0.0)[1]) == pytest.approx(200, abs=2)


def test_a_picture_is_encoded_once_for_all():
    broadcast = Broadcast()
    with broadcast.watching(), broadcast.watching():
        assert broadcast.watchers == 2
        broadcast.show(picture(9))
        assert broadcast.newest(0, 0.0)[1] is broadcast.newest(0, 0.0)[1]
    assert broadcast.watchers == 0


def test_a_waiting_watcher_gets_the_next_picture():
    broadcast = Broadcast()
    seen = []
    with broadcast.watching():
        watcher = threading.Thread(target=lambda: seen.append(broadcast.newest(0, 30.0)))
        watcher.start()
        broadcast.show(picture(70))
        watcher.join(30)
    assert seen[0][0] == 1


def test_closing_ends_the_mirror_and_wakes_the_watchers():
    broadcast = Broadcast()
    seen = []
    watcher = threading.Thread(target=lambda: seen.append(broadcast.newest(0, 30.0)))
    watcher.start()
    broadcast.close()
    watcher.join(10)
    assert seen == [None]
    assert broadcast.show(picture(1)) == "quit"
