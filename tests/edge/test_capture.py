from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from edge.cameras import Camera
from edge.cameras.fake import FakeCamera
from edge.capture import Capture
from edge.errors import CameraError
from edge.types import Frame

WAIT_S = 10.0  # never reached unless the test fails


class ScriptedCamera:
    """Delivers as many frames as the test allows, then ends or fails."""

    fps = None

    def __init__(
        self, frames: int, *, live: bool = True, error: Exception | None = None, gate: bool = False
    ) -> None:
        self.live = live
        self.closed = 0
        self.exhausted = threading.Event()
        self.gate = threading.Event()
        if not gate:
            self.gate.set()
        self._frames = frames
        self._error = error

    def __iter__(self) -> Iterator[Frame]:
        for index in range(self._frames):
            yield Frame(np.zeros((2, 2, 3), np.uint8), index, float(index))
        self.exhausted.set()
        self.gate.wait(WAIT_S)
        if self._error is not None:
            raise self._error

    def close(self) -> None:
        self.closed += 1


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.naps: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.naps.append(round(seconds, 6))
        self.now += seconds


def accounted(capture: Capture, taken: int) -> bool:
    return taken + capture.dropped == capture.captured


def drain(capture: Capture) -> int:
    """Take frames to the end, as the mirror does; how many."""
    taken = 0
    while not capture.ended:
        taken += capture.newest() is not None
    return taken


def wait_for_the_thread() -> None:
    for thread in threading.enumerate():
        if thread.name == "capture":
            thread.join(WAIT_S)


def test_newest_frame_wins_and_the_others_are_counted() -> None:
    camera = ScriptedCamera(5, gate=True)
    with Capture(camera) as capture:
        assert camera.exhausted.wait(WAIT_S)
        frame = capture.newest()
        assert frame is not None
        assert frame.index == 4
        assert (capture.captured, capture.dropped) == (5, 4)
        assert not capture.ended
        camera.gate.set()
        assert capture.newest() is None
        assert capture.ended
    assert camera.closed == 1


def test_a_frame_is_taken_once_and_a_stall_is_told() -> None:
    camera = ScriptedCamera(1, gate=True)
    with Capture(camera) as capture:
        assert capture.newest(WAIT_S) is not None
        assert capture.newest(0.0) is None
        assert not capture.ended
        camera.gate.set()


def test_every_frame_is_had_when_the_camera_can_wait() -> None:
    camera = ScriptedCamera(50, live=False)
    with Capture(camera, mode="every") as capture:
        assert [frame.index for frame in capture] == list(range(50))
    assert (capture.captured, capture.dropped) == (50, 0)


def test_every_keeps_the_time_in_the_film() -> None:
    with Capture(FakeCamera(fps=10), mode="every", frames=3) as capture:
        assert [frame.time_s for frame in capture] == pytest.approx([0.0, 0.1, 0.2])


def test_every_is_refused_for_a_camera_that_cannot_wait() -> None:
    with pytest.raises(ValueError, match="cannot wait"):
        Capture(ScriptedCamera(1), mode="every")


@pytest.mark.parametrize("mode", ["newest", "every"])
@pytest.mark.parametrize("taken", [0, 1, 3])
def test_every_frame_is_accounted_for_when_the_consumer_leaves(mode: str, taken: int) -> None:
    with Capture(FakeCamera(fps=10000), mode=mode) as capture:  # type: ignore[arg-type]
        for _ in range(taken):
            assert capture.newest(WAIT_S) is not None
    assert accounted(capture, taken)
    assert capture.newest() is None
    assert capture.ended


@pytest.mark.parametrize("error", [CameraError("unplugged"), ZeroDivisionError("a bug")])
def test_the_cameras_error_reaches_the_consumer_after_the_last_frame(error: Exception) -> None:
    camera = ScriptedCamera(3, error=error, gate=True)
    with Capture(camera) as capture:
        assert capture.newest(WAIT_S) is not None
        assert camera.exhausted.wait(WAIT_S)
        camera.gate.set()
        with pytest.raises(type(error), match=str(error)):
            drain(capture)
        assert capture.ended
        assert capture.newest() is None
    assert capture.captured == 3
    assert camera.closed == 1


def test_an_error_before_anybody_looked_is_not_an_end() -> None:
    camera = ScriptedCamera(0, error=CameraError("no picture is readable"))
    capture = Capture(camera).start()
    wait_for_the_thread()
    assert not capture.ended
    with pytest.raises(CameraError):
        capture.newest()
    assert capture.ended
    capture.close()


def test_no_frame_is_lost_to_an_error() -> None:
    camera = ScriptedCamera(3, error=CameraError("unplugged"), gate=True)
    taken = 0
    with Capture(camera) as capture:
        assert camera.exhausted.wait(WAIT_S)
        camera.gate.set()
        try:
            for _frame in capture:
                taken += 1
        except CameraError:
            pass
    assert taken == 1
    assert accounted(capture, taken)


@pytest.mark.parametrize("limit", [0, 1, 7])
def test_the_limit_counts_captured_frames(limit: int) -> None:
    with Capture(FakeCamera(), mode="every", frames=limit) as capture:
        assert len(list(capture)) == limit
    assert capture.captured == limit


def test_a_film_is_paced_at_its_rate() -> None:
    clock = Clock()
    with Capture(FakeCamera(fps=20), frames=5, clock=clock, sleep=clock.sleep) as capture:
        last = list(capture)[-1]
    assert clock.naps == [0.0, 0.05, 0.05, 0.05, 0.05]
    assert last.index == 4
    assert last.time_s == pytest.approx(100.2)


def paced_naps(slow: Callable[[int], float]) -> list[float]:
    """The naps between the frames of a 10 fps film whose frame i takes slow(i) to decode."""
    clock = Clock()

    class SlowCamera(FakeCamera):
        def __iter__(self) -> Iterator[Frame]:
            for frame in super().__iter__():
                clock.now += slow(frame.index)
                yield frame

    with Capture(SlowCamera(fps=10), frames=6, clock=clock, sleep=clock.sleep) as capture:
        list(capture)
    return clock.naps


def test_a_little_lateness_is_caught_up() -> None:
    assert paced_naps(lambda index: 0.15 if index == 2 else 0.0) == [0.0, 0.1, 0.0, 0.05, 0.1, 0.1]


def test_after_a_long_pause_the_film_does_not_rush() -> None:
    assert paced_naps(lambda index: 3.0 if index == 2 else 0.0) == [0.0, 0.1, 0.0, 0.1, 0.1, 0.1]


def test_closing_does_not_wait_for_the_pace() -> None:
    capture = Capture(FakeCamera(fps=0.01)).start()
    assert capture.newest(WAIT_S) is not None
    capture.close()
    capture.close()
    assert accounted(capture, 1)


def test_a_camera_that_hangs_is_left_behind_loudly(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("edge.capture.JOIN_TIMEOUT_S", 0.01)
    camera = ScriptedCamera(1, gate=True)
    with Capture(camera) as capture:
        assert capture.newest(WAIT_S) is not None
    assert camera.closed == 0, "its driver is still in use"
    capture.close()
    assert len(caplog.records) == 1, "it is waited for once"
    assert "does not answer" in caplog.text
    camera.gate.set()


def test_a_camera_that_stops_is_opened_again_until_it_is_back() -> None:
    first = ScriptedCamera(3, error=CameraError("unplugged"))
    second = ScriptedCamera(2)
    answers: list[Camera | None] = [None, None, second]

    def reopen() -> Camera:
        camera = answers.pop(0)
        if camera is None:
            raise CameraError("not there")
        return camera

    clock = Clock()
    with Capture(first, reopen=reopen, clock=clock, sleep=clock.sleep) as capture:
        assert second.exhausted.wait(WAIT_S)
        frame = capture.newest(WAIT_S)
        assert frame is not None
        assert frame.index == 4, "frames are counted on"
        assert capture.fault is None
        assert capture.newest() is None
    assert clock.naps == [1.0, 1.0, 1.0]
    assert capture.restarts == 1
    assert (first.closed, second.closed) == (1, 1)
    assert (capture.captured, capture.dropped) == (5, 4)


def test_while_a_camera_is_gone_it_is_told_why() -> None:
    asked = threading.Event()
    gone = threading.Event()

    def reopen() -> Camera:
        asked.set()
        gone.wait(WAIT_S)
        raise CameraError("not there")

    clock = Clock()
    camera = ScriptedCamera(1, error=CameraError("unplugged"))
    capture = Capture(camera, reopen=reopen, clock=clock, sleep=clock.sleep).start()
    assert asked.wait(WAIT_S)
    assert capture.newest(WAIT_S) is not None
    assert capture.newest(0.001) is None
    assert not capture.ended
    assert capture.fault == "unplugged"
    # The thread looks for the camera when it is closed, and must end nevertheless.
    closer = threading.Thread(target=capture.close)
    closer.start()
    gone.set()
    closer.join(WAIT_S)
    assert not closer.is_alive()
    assert capture.ended


def test_a_camera_that_is_away_is_not_opened_again_after_the_end() -> None:
    asked, napping = [], threading.Event()
    wake = threading.Event()

    def reopen() -> Camera:
        asked.append(True)
        raise CameraError("not there")

    def sleep(seconds: float) -> None:
        napping.set()
        wake.wait(WAIT_S)

    camera = ScriptedCamera(1, error=CameraError("unplugged"))
    capture = Capture(camera, reopen=reopen, sleep=sleep).start()
    assert napping.wait(WAIT_S)
    closer = threading.Thread(target=capture.close)
    closer.start()
    while not capture.ended:
        capture.newest(0.001)
    wake.set()
    closer.join(WAIT_S)
    assert not asked


def test_a_camera_that_comes_back_after_the_end_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.capture.JOIN_TIMEOUT_S", 0.01)
    asked, back = threading.Event(), threading.Event()
    second = ScriptedCamera(1)

    def reopen() -> Camera:
        asked.set()
        back.wait(WAIT_S)
        return second

    clock = Clock()
    camera = ScriptedCamera(1, error=CameraError("unplugged"))
    capture = Capture(camera, reopen=reopen, clock=clock, sleep=clock.sleep).start()
    assert asked.wait(WAIT_S)
    capture.close()
    back.set()
    wait_for_the_thread()
    assert second.closed == 1
