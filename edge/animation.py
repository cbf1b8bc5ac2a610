"""How an emoticon moves: pure functions of the time that is passed in.

Two faces are never cross-faded (that shows two mouths): a new one is swapped in at the lowest
point of a squash, then stretches and settles. Lengths are in the artwork's units (a canvas of
512), angles in radians, times in seconds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from edge.artwork import Look

POP_S = 0.30
KNOWN_S = 0.60  # a newcomer's features are read by then; until then they are just put on
CHANGE_S = 0.26
SWAP_S = 0.09
LEAVE_S = 0.20
BLINK_S = 0.12

_POP = ((0.0, 0.0), (0.18, 1.1), (POP_S, 1.0))
_LEAVE = ((0.0, 1.0), (0.06, 1.06), (LEAVE_S, 0.0))
_WIDE = ((0.0, 1.0), (SWAP_S, 1.12), (0.17, 0.95), (CHANGE_S, 1.0))
_TALL = ((0.0, 1.0), (SWAP_S, 0.91), (0.17, 1.08), (CHANGE_S, 1.0))
_BLINK_EVERY_S = 4.5  # give or take 1.5


class Stance(NamedTuple):
    """How a drawing stands: stretched about a pivot, turned, moved."""

    wide: float = 1.0
    tall: float = 1.0
    x: float = 0.0
    y: float = 0.0
    turn: float = 0.0


@dataclass(frozen=True)
class Act:
    """What one person's emoticon is doing."""

    person: int  # seeds what differs from person to person
    look: Look
    born_s: float
    before: Look | None = None  # the look that is being changed from
    changed_s: float = -math.inf
    felt_s: float = -math.inf  # when the emotion last changed
    left_s: float = math.inf  # when the person was gone

    def turned(self, look: Look, now: float) -> Act:
        """The act once this look is wanted; a change under way is finished first."""
        if look == self.look or now - self.changed_s < CHANGE_S:
            return self
        if now - self.born_s < KNOWN_S:
            return replace(self, look=look)
        felt_s = self.felt_s if look.emotion == self.look.emotion else now
        return replace(self, look=look, before=self.look, changed_s=now, felt_s=felt_s)

    def felt_for(self, now: float) -> float:
        """Seconds since the emotion that is drawn appeared; negative before that."""
        return now - max(self.born_s, self.felt_s + SWAP_S)

    def shown(self, now: float) -> Look:
        """The look to draw now: the old one until the squash is deepest."""
        if self.before is not None and now - self.changed_s < SWAP_S:
            return self.before
        return self.look

    def over(self, now: float) -> bool:
        """Whether the emoticon has shrunk away."""
        return now - self.left_s >= LEAVE_S

    def closed(self, now: float) -> bool:
        """Whether the eyes are closed: in a blink, or around the swap."""
        return 0.03 <= now - self.changed_s < SWAP_S + 0.04 or blinks(self.person, now)

    def face(self, now: float) -> Stance:
        """How the head stands."""
        idle = _IDLE.get(self.shown(now).emotion, _breathe)(self._phase(now))
        size = _between(_POP, now - self.born_s) * _between(_LEAVE, now - self.left_s)
        change = now - self.changed_s
        return idle._replace(
            wide=idle.wide * size * _between(_WIDE, change),
            tall=idle.tall * size * _between(_TALL, change),
        )

    def effect(self, now: float) -> Stance:
        """How the drawing in front of the head stands, about its own middle."""
        drift = _DRIFT.get(self.shown(now).emotion, _breathe)(self._phase(now))
        size = _between(_POP, self.felt_for(now))
        size *= _between(_LEAVE, now - self.left_s)
        return drift._replace(wide=drift.wide * size, tall=drift.tall * size)

    def _phase(self, now: float) -> float:
        """Seconds on a clock of the person's own, so that no two move in step."""
        return now + 10 * noise(self.person)


def noise(*key: int) -> float:
    """A number in [0, 1) that looks random but depends on the key alone."""
    state = 0
    for value in key:
        state = (state ^ (value & 0xFFFFFFFF)) * 0x9E3779B1 & 0xFFFFFFFF
        state = (state ^ state >> 15) * 0x85EBCA77 & 0xFFFFFFFF
        state ^= state >> 13
    return state / 2**32


def blinks(person: int, now: float) -> bool:
    """Whether this person's eyes are closed by a blink: every 3 to 6 s, each person apart."""
    clock = now + _BLINK_EVERY_S * noise(person, 1)
    turn = math.floor(clock / _BLINK_EVERY_S)
    start = turn * _BLINK_EVERY_S + 1.5 * noise(person, 2, turn)
    return 0 <= clock - start < BLINK_S


def _between(keys: Sequence[tuple[float, float]], time: float) -> float:
    """The value at `time` of a path through (time, value) keys, eased in and out of each."""
    if time <= keys[0][0]:
        return keys[0][1]
    for (start, value), (end, goal) in pairwise(keys):
        if time < end:
            part = (time - start) / (end - start)
            return value + (goal - value) * (1 - math.cos(math.pi * part)) / 2
    return keys[-1][1]


def _wave(time: float, period: float) -> float:
    return math.sin(2 * math.pi * time / period)


def _breathe(time: float) -> Stance:
    breath = 0.008 * _wave(time, 3.4)
    return Stance(wide=1 - breath, tall=1 + breath)


def _tremble(time: float) -> Stance:
    return Stance(x=2.5 * _wave(time, 0.11), y=1.5 * _wave(time, 0.073))


def _bob(time: float) -> Stance:
    return Stance(y=-4 * abs(_wave(time, 1.4)), turn=0.02 * _wave(time, 2.8))


def _sink(time: float) -> Stance:
    return Stance(y=3 + 2 * _wave(time, 4.0), turn=0.015 * _wave(time, 5.0))


def _fume(time: float) -> Stance:
    swell = 0.012 * _wave(time, 0.7)
    return Stance(wide=1 + swell, tall=1 + swell, x=1.2 * _wave(time, 0.13))


def _tilt(time: float) -> Stance:
    return Stance(turn=0.04 * _wave(time, 4.2))


def _sway(time: float) -> Stance:
    return Stance(x=3 * _wave(time, 2.6), turn=0.025 * _wave(time, 2.6))


_IDLE: Mapping[str, Callable[[float], Stance]] = {
    "angry": _fume,
    "contempt": _tilt,
    "disgust": _sway,
    "fear": _tremble,
    "happy": _bob,
    "sad": _sink,
}
"""Emotion -> how its head moves; the others breathe."""


def _throb(time: float) -> Stance:
    size = 1 + 0.12 * max(0.0, _wave(time, 0.7))
    return Stance(wide=size, tall=size)


def _float(time: float) -> Stance:
    return Stance(x=3 * _wave(time, 3.1), y=5 * _wave(time, 2.3))


def _twinkle(time: float) -> Stance:
    size = 1 + 0.07 * _wave(time, 0.9)
    return Stance(wide=size, tall=size, turn=0.05 * _wave(time, 1.7))


def _slide(time: float) -> Stance:
    """Down the cheek, smaller at the ends, and again."""
    part = time / 1.8 % 1
    size = min(1.0, 5 * part, 5 * (1 - part))
    return Stance(wide=size, tall=size, y=-14 + 44 * part * part)


def _shiver(time: float) -> Stance:
    return Stance(x=2 * _wave(time, 0.09), y=6 * (time / 0.9 % 1))


_DRIFT: Mapping[str, Callable[[float], Stance]] = {
    "angry": _throb,
    "contempt": _float,
    "disgust": _float,
    "fear": _shiver,
    "happy": _twinkle,
    "sad": _slide,
    "surprise": _throb,
}
"""Emotion -> how the drawing in front of the head moves."""
