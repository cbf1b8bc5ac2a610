"""What the mirror did, in numbers: counts, frame age, and the time each stage took."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

_RECENT = 10_000  # percentiles speak of so many of the newest frames, so that memory stays flat


def percentiles(values: Iterable[float], *wanted: int) -> dict[str, float | None]:
    """{"p50": ...}: the percentiles wanted, to 3 decimals; None when there are no values."""
    numbers = list(values)
    return {
        f"p{q}": round(float(np.percentile(numbers, q)), 3) if numbers else None for q in wanted
    }


class Stats:
    """Counts and times of one run; owned by the display thread."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        """`clock` gives seconds; only differences count."""
        self._clock = clock
        self.shown = 0
        self.painted = 0
        self.faces = 0
        self.pictures = 0
        self.detections = 0
        self.inferences = 0
        self._first_s: float | None = None
        self._last_s = 0.0
        self._ages_ms: deque[float] = deque(maxlen=_RECENT)
        self._shown_at_s: deque[float] = deque(maxlen=31)
        self._stages_ms: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=_RECENT))

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time the block as one run of stage `name`."""
        start = self._clock()
        yield
        self._stages_ms[name].append((self._clock() - start) * 1000)

    def frame_shown(self, *, age_s: float, faces: int) -> None:
        """One frame was shown, `age_s` seconds after its capture, with so many emoticons."""
        now = self._clock()
        if self._first_s is None:
            self._first_s = now
        self._last_s = now
        self._shown_at_s.append(now)
        self._ages_ms.append(age_s * 1000)
        self.shown += 1
        self.painted += faces > 0
        self.faces = faces

    @property
    def fps(self) -> float:
        """Frames shown a second, over the last second or so; 0 before there are two."""
        if len(self._shown_at_s) < 2:
            return 0.0
        elapsed = self._shown_at_s[-1] - self._shown_at_s[0]
        return (len(self._shown_at_s) - 1) / elapsed if elapsed > 0 else 0.0

    @property
    def age_s(self) -> float | None:
        """How old the newest frame was when it was shown; None before the first."""
        return self._ages_ms[-1] / 1000 if self._ages_ms else None

    @property
    def idle_s(self) -> float | None:
        """Seconds since a frame was shown; None before the first."""
        return None if self._first_s is None else self._clock() - self._last_s

    def recent(self) -> tuple[float, dict[str, float]]:
        """The medians over the last second or so, in ms: of the frame age, of each stage."""
        stages = {
            name: float(np.median(list(times)[-30:])) for name, times in self._stages_ms.items()
        }
        return float(np.median(list(self._ages_ms)[-30:] or [0.0])), stages

    def report(self, *, captured: int, dropped: int) -> dict[str, Any]:
        """The run so far as JSON-ready data."""
        seconds = self._last_s - self._first_s if self._first_s is not None else 0.0
        return {
            "captured": captured,
            "shown": self.shown,
            "dropped": dropped,
            "painted": self.painted,
            "seconds": round(seconds, 3),
            "fps": round((self.shown - 1) / seconds, 2) if seconds > 0 else None,
            "frame_age_ms": percentiles(self._ages_ms, 50, 95, 99),
            "stage_ms": {
                name: percentiles(times, 50, 95) for name, times in self._stages_ms.items()
            },
            "detections": self.detections,
            "inferences": self.inferences,
        }
