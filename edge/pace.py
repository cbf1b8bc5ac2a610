"""How often to look: as needed, and never for more than a share of one core."""

from __future__ import annotations

import math


class Pace:
    """Spaces jobs of one kind; time is passed in."""

    def __init__(self, budget: float) -> None:
        """`budget`: the share of one core's time that these jobs may take, in (0, 1]."""
        self._budget = budget
        self._started_s = -math.inf
        self._rest_until_s = -math.inf

    def due(self, now: float, interval_s: float) -> bool:
        """Whether a job that is wanted every `interval_s` may start now."""
        return now >= self._rest_until_s and now - self._started_s >= interval_s

    def started(self, now: float) -> None:
        """A job starts."""
        self._started_s = now

    def finished(self, now: float, cost_s: float) -> None:
        """The job has taken `cost_s` of CPU time, and is over."""
        self._rest_until_s = now + cost_s * (1 / self._budget - 1)
