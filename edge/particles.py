"""The little burst when a face changes: a pure function of the time since."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from edge.animation import noise

MAX_PARTICLES = 20
"""In one picture, whoever they belong to."""

BURST_S = 0.8


class Particle(NamedTuple):
    """One of them; lengths in units of the head's radius from its centre, y downwards."""

    x: float
    y: float
    size: float  # of its drawing: 1 as drawn
    turn: float  # radians


class _Burst(NamedTuple):
    number: int
    middle: float  # degrees of the direction, clockwise from the right
    spread: float  # degrees in all
    speed: float  # radii a second
    gravity: float  # radii a second squared
    start: float = 0.95  # radii from the centre


_BURSTS: Mapping[str, _Burst] = {
    "angry": _Burst(10, middle=-90, spread=130, speed=1.1, gravity=-0.6),
    "contempt": _Burst(4, middle=-50, spread=40, speed=0.6, gravity=-0.4),
    "disgust": _Burst(8, middle=-90, spread=150, speed=0.5, gravity=-1.0),
    "fear": _Burst(10, middle=-90, spread=170, speed=0.9, gravity=2.2),
    "happy": _Burst(14, middle=-90, spread=360, speed=1.2, gravity=0.4),
    "sad": _Burst(6, middle=90, spread=200, speed=0.2, gravity=2.0, start=0.5),
    "surprise": _Burst(12, middle=-90, spread=360, speed=1.6, gravity=0.0),
}
"""Emotion -> what flies when it appears; neutral comes quietly."""


def burst(emotion: str, person: int, since_s: float) -> list[Particle]:
    """What flies `since_s` seconds after a face turned to this emotion; empty when all is over."""
    kind = _BURSTS.get(emotion)
    if kind is None or not 0 <= since_s < BURST_S:
        return []
    return [_particle(kind, person, index, since_s) for index in range(kind.number)]


def _particle(kind: _Burst, person: int, index: int, time: float) -> Particle:
    share = (index + noise(person, index, 1)) / kind.number - 0.5
    angle = math.radians(kind.middle + kind.spread * share)
    speed = kind.speed * (0.7 + 0.6 * noise(person, index, 2))
    way = kind.start + speed * time
    part = time / BURST_S
    return Particle(
        x=math.cos(angle) * way,
        y=math.sin(angle) * way + kind.gravity * time * time / 2,
        size=(0.7 + 0.6 * noise(person, index, 3)) * min(1.0, 6 * part) * (1 - part * part),
        turn=(noise(person, index, 4) - 0.5) * 4 * time,
    )
