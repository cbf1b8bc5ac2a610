import threading
from contextlib import closing

import cv2
import numpy as np
import pytest

from edge.album import Album
from edge.errors import DisplayError
from edge.files import write_picture

PICTURE = np.zeros((4, 6, 3), np.uint8)


@pytest.fixture
def card(tmp_path, monkeypatch):
    """The working folder is on a card that takes nothing until this is set."""
    ready = threading.Event()

    def slowly(path, image):
        assert ready.wait(10)
        write_picture(path, image)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("edge.album.write_picture", slowly)
    return ready


def test_a_slow_card_holds_nobody_up(card):
    with closing(Album()) as album:
        album.save(PICTURE)
        album.save(PICTURE)
        assert album.finished() == []
        card.set()
    assert [path.exists() for path in album.finished()] == [True, True]
    assert album.finished() == []


def test_what_changes_after_the_key_is_not_in_the_picture(card):
    picture = PICTURE.copy()
    with closing(Album()) as album:
        album.save(picture)
        picture[:] = 255
        card.set()
    (path,) = album.finished()
    np.testing.assert_array_equal(cv2.imread(str(path)), PICTURE)


def test_more_pictures_than_can_wait_are_written_all_the_same(card):
    threading.Timer(0.0, card.set).start()
    with closing(Album()) as album:
        for _ in range(12):
            album.save(PICTURE)
    assert len({*album.finished()}) == 12


def test_pictures_that_cannot_be_written_are_told(tmp_path, monkeypatch):
    folder = tmp_path / "unplugged"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    with closing(Album()) as album:
        album.save(PICTURE)
        album.save(PICTURE)
    assert [isinstance(outcome, DisplayError) for outcome in album.finished()] == [True, True]
