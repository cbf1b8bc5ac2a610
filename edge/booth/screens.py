"""What a guest can be looking at, and what can happen to it: values only."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

# Screens. `since_s`: when it came up; every time is in monotonic seconds.


@dataclass(frozen=True)
class Attract:
    """Nobody is there: come closer."""

    since_s: float
    near_s: float | None = None  # since when somebody is near


@dataclass(frozen=True)
class Live:
    """The mirror; waits for a trigger."""

    since_s: float
    seen_s: float  # when somebody was seen last
    armed: bool = True  # a smile counts; after a picture it must have ended first
    smile_s: float | None = None  # since when somebody smiles


@dataclass(frozen=True)
class Countdown:
    """The mirror, with the seconds to the next shot."""

    since_s: float
    due_s: float
    taken: int = 0  # shots that are done


@dataclass(frozen=True)
class Shoot:
    """A shot is due; waits for a frame that is good enough."""

    since_s: float
    taken: int = 0


@dataclass(frozen=True)
class Develop:
    """All shots are done; the picture is being made."""

    since_s: float


@dataclass(frozen=True)
class Result:
    """The picture, and what can be done with it."""

    since_s: float  # or when the guest last did something
    prints: int = 0  # asked for
    notice: str | None = None  # key of a text: how the printing goes


@dataclass(frozen=True)
class Message:
    """Something to tell, for a moment: why there is no picture, or that it is deleted."""

    since_s: float
    reason: str  # key of a text


@dataclass(frozen=True)
class Closing:
    """The booth is ending."""

    since_s: float
    notice: str | None  # key of a text; None when nobody is there to read it


Screen: TypeAlias = Attract | Live | Countdown | Shoot | Develop | Result | Message | Closing


@dataclass(frozen=True)
class State:
    """Everything that decides what is shown."""

    screen: Screen
    language: str
    pressed_s: float = -math.inf  # when the trigger was pressed last


# Events.


@dataclass(frozen=True)
class Tick:
    """Time has passed, and the camera delivered nothing."""


@dataclass(frozen=True)
class Seen:
    """A frame was looked at."""

    faces: int
    near: bool = False  # one of them is near enough
    smiling: bool = False  # the nearest


@dataclass(frozen=True)
class Press:
    """The trigger: space, a click or touch, the GPIO button."""


@dataclass(frozen=True)
class NextLanguage:
    """The language switch."""


@dataclass(frozen=True)
class Print:
    """Print my picture."""


@dataclass(frozen=True)
class Delete:
    """Delete my picture."""


@dataclass(frozen=True)
class Taken:
    """The shot that was due is done."""


@dataclass(frozen=True)
class Refused:
    """What was asked for cannot be had."""

    reason: str  # key of a text


@dataclass(frozen=True)
class Developed:
    """The picture is made."""


@dataclass(frozen=True)
class PrintNews:
    """How the printing that was asked for ended."""

    notice: str  # key of a text
    printed: bool


@dataclass(frozen=True)
class Stop:
    """The booth is told to end."""


Event: TypeAlias = (
    Tick
    | Seen
    | Press
    | NextLanguage
    | Print
    | Delete
    | Taken
    | Refused
    | Developed
    | PrintNews
    | Stop
)
