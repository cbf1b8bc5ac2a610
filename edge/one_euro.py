"""The One-Euro filter: steady at rest, quick in motion.

Casiez, Roussel, Vogel: 1 EUR Filter, CHI 2012.
"""

from __future__ import annotations

import math

import numpy as np


def _weight(cutoff_hz: np.ndarray | float, elapsed_s: float) -> np.ndarray | float:
    """The share of the new value in a first-order low-pass filter."""
    return 1.0 / (1.0 + 1.0 / (2 * math.pi * cutoff_hz * elapsed_s))


class OneEuro:
    """Filters a vector, each element by itself; time is passed in."""

    def __init__(self, *, min_cutoff_hz: float, beta: float, speed_cutoff_hz: float = 1.0) -> None:
        """`min_cutoff_hz` rules at rest; `beta` (Hz per unit a second) opens it in motion."""
        self._min_cutoff_hz = min_cutoff_hz
        self._beta = beta
        self._speed_cutoff_hz = speed_cutoff_hz
        self._value: np.ndarray | None = None
        self._speed = np.zeros(0)
        self._time_s = 0.0

    def update(self, value: np.ndarray, time_s: float) -> np.ndarray:
        """The filtered value after a new measurement, (N,) float64."""
        if self._value is None:
            self._value, self._speed, self._time_s = value, np.zeros_like(value), time_s
            return value
        elapsed = time_s - self._time_s
        if elapsed > 0:
            speed = (value - self._value) / elapsed
            self._speed = self._speed + _weight(self._speed_cutoff_hz, elapsed) * (
                speed - self._speed
            )
            cutoff = self._min_cutoff_hz + self._beta * np.abs(self._speed)
            self._value = self._value + _weight(cutoff, elapsed) * (value - self._value)
            self._time_s = time_s
        return self._value
