"""Whose stderr is it?"""

import os
import threading

import cv2

from edge.quiet import quiet_libraries, quiet_stderr


class Silence:
    """A thread that keeps stderr silent until it is told to leave."""

    def __init__(self):
        self.inside, self.leave = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        with quiet_stderr():
            self.inside.set()
            self.leave.wait(60)

    def end(self):
        self.leave.set()
        self.thread.join()


def test_two_threads_that_silence_it_give_it_back():
    before = os.fstat(2)
    first = Silence()
    first.inside.wait(60)
    assert not os.path.samestat(os.fstat(2), before)
    second = Silence()
    second.inside.wait(0.1)  # it waits outside, or takes for stderr what is none
    first.end()
    second.end()
    assert os.path.samestat(os.fstat(2), before)


def test_the_last_of_several_gives_opencvs_level_back():
    before = cv2.utils.logging.getLogLevel()
    one, other = quiet_libraries(), quiet_libraries()
    one.__enter__()
    other.__enter__()
    one.__exit__(None, None, None)
    assert cv2.utils.logging.getLogLevel() == cv2.utils.logging.LOG_LEVEL_SILENT
    other.__exit__(None, None, None)
    assert cv2.utils.logging.getLogLevel() == before
