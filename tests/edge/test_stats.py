import json

import pytest

from edge.stats import Stats, percentiles


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_percentiles_of_nothing_are_none():
    assert percentiles([], 50, 95) == {"p50": None, "p95": None}


def test_a_run_of_ten_frames_a_second(clock):
    stats = Stats(clock)
    for i in range(31):
        stats.frame_shown(age_s=0.020, faces=(i + 1) % 2)
        clock.now += 0.1
    report = stats.report(captured=40, dropped=9)
    assert (report["captured"], report["shown"], report["dropped"]) == (40, 31, 9)
    assert report["painted"] == 16
    assert report["seconds"] == pytest.approx(3.0)
    assert report["fps"] == pytest.approx(10.0)
    assert stats.fps == pytest.approx(10.0)
    assert report["frame_age_ms"] == {"p50": 20.0, "p95": 20.0, "p99": 20.0}


def test_stages_are_timed(clock):
    stats = Stats(clock)
    for milliseconds in (2, 4, 6):
        with stats.stage("motion"):
            clock.now += milliseconds / 1000
    assert stats.report(captured=0, dropped=0)["stage_ms"]["motion"]["p50"] == pytest.approx(4.0)
    assert stats.recent() == (0.0, {"motion": pytest.approx(4.0)})


def test_a_run_without_frames_is_still_json(clock):
    report = Stats(clock).report(captured=0, dropped=0)
    assert json.loads(json.dumps(report))["fps"] is None
