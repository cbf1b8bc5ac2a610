"""The booth's state machine: (state, event, now) -> state, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from edge.booth.screens import (
    Attract,
    Closing,
    Countdown,
    Delete,
    Develop,
    Developed,
    Event,
    Live,
    Message,
    NextLanguage,
    Press,
    Print,
    PrintNews,
    Refused,
    Result,
    Screen,
    Seen,
    Shoot,
    State,
    Stop,
    Taken,
)

NEAR_S = 0.6
"""Somebody who is near for so long is a guest, and not one who passes."""

SMILE_S = 1.5
"""A smile held for so long is a trigger."""

PATIENCE_S = 5.0
"""A shot that cannot be taken for so long is given up."""

DEVELOP_S = 20.0
"""So is a picture that is not made."""

DOUBLE_S = 0.7
"""A press so soon after another is the same one."""

PRINTING = "booth_printing"
"""The notice while a print is under way: asking again does nothing."""

MESSAGE_S = 4.0
CLOSING_S = 2.0


@dataclass(frozen=True, kw_only=True)
class Machine:
    """The rules of one booth; `languages` are what the switch goes through, the default first."""

    languages: Sequence[str]
    shots: int = 1
    countdown_s: float = 3.0
    between_s: float = 2.0  # from one shot of a picture to the next
    idle_s: float = 10.0
    result_s: float = 30.0
    smile: bool = True
    prints: int = 0  # at most, of one picture

    def start(self, now: float) -> State:
        """Nobody is there."""
        return State(Attract(now), self.languages[0])

    def step(self, state: State, event: Event, now: float) -> State:
        """The state after an event; `now` in monotonic seconds, never less than before."""
        match event:
            case Stop():
                return replace(state, screen=_closing(state.screen, now))
            case NextLanguage() if not isinstance(state.screen, Closing):
                place = self.languages.index(state.language) + 1
                return replace(state, language=self.languages[place % len(self.languages)])
            case Press():
                if now - state.pressed_s < DOUBLE_S:
                    return replace(state, pressed_s=now)
                state = replace(state, pressed_s=now)
        screen = self._next(state.screen, event, now)
        if isinstance(screen, Attract) and not isinstance(state.screen, Attract):
            return replace(state, screen=screen, language=self.languages[0])
        return replace(state, screen=screen)

    def over(self, state: State, now: float) -> bool:
        """Whether the booth has ended."""
        screen = state.screen
        if not isinstance(screen, Closing):
            return False
        return screen.notice is None or now - screen.since_s >= CLOSING_S

    def _next(self, screen: Screen, event: Event, now: float) -> Screen:
        match screen:
            case Attract():
                return self._attract(screen, event, now)
            case Live():
                return self._live(screen, event, now)
            case Countdown() if isinstance(event, Refused):
                return Message(now, event.reason)
            case Countdown() if now >= screen.due_s:
                return Shoot(now, screen.taken)
            case Shoot():
                return self._shoot(screen, event, now)
            case Develop():
                return self._develop(screen, event, now)
            case Result():
                return self._result(screen, event, now)
            case Message() if now - screen.since_s >= MESSAGE_S or isinstance(event, Press):
                return Live(now, now, armed=False)
        return screen

    def _attract(self, screen: Attract, event: Event, now: float) -> Screen:
        match event:
            case Press():
                return Live(now, now)
            case Seen(near=True) if screen.near_s is None:
                return replace(screen, near_s=now)
            case Seen(near=True) if screen.near_s is not None and now - screen.near_s >= NEAR_S:
                return Live(now, now)
            case Seen(near=False):
                return replace(screen, near_s=None)
        return screen

    def _live(self, screen: Live, event: Event, now: float) -> Screen:
        match event:
            case Press():
                return Countdown(now, now + self.countdown_s)
            case Seen(faces, smiling=smiling):
                screen = self._smile(screen, smiling, now)
                if screen.smile_s is not None and now - screen.smile_s >= SMILE_S:
                    return Countdown(now, now + self.countdown_s)
                if faces:
                    screen = replace(screen, seen_s=now)
        return Attract(now) if now - screen.seen_s >= self.idle_s else screen

    def _smile(self, screen: Live, smiling: bool, now: float) -> Live:
        if not smiling:
            return replace(screen, armed=True, smile_s=None)
        if self.smile and screen.armed and screen.smile_s is None:
            return replace(screen, smile_s=now)
        return screen

    def _shoot(self, screen: Shoot, event: Event, now: float) -> Screen:
        match event:
            case Taken():
                taken = screen.taken + 1
                return (
                    Countdown(now, now + self.between_s, taken)
                    if taken < self.shots
                    else (Develop(now))
                )
            case Refused(reason) if now - screen.since_s >= PATIENCE_S:
                return Message(now, reason)
        return screen

    def _develop(self, screen: Develop, event: Event, now: float) -> Screen:
        match event:
            case Developed():
                return Result(now)
            case Refused(reason):
                return Message(now, reason)
        return Message(now, "booth_failed") if now - screen.since_s >= DEVELOP_S else screen

    def _result(self, screen: Result, event: Event, now: float) -> Screen:
        match event:
            case Press():
                return Live(now, now, armed=False)
            case Delete():
                return Message(now, "booth_deleted")
            case Print() if self.prints and screen.notice != PRINTING:
                if screen.prints < self.prints:
                    return Result(now, screen.prints + 1, PRINTING)
                return replace(screen, since_s=now, notice="booth_print_enough")
            case PrintNews(notice, printed) if screen.notice == PRINTING:
                # What was not printed does not count.
                return Result(now, screen.prints - (not printed), notice)
        # Whoever waits for a print wants to know what becomes of it.
        waits = screen.notice == PRINTING
        return screen if waits or now - screen.since_s < self.result_s else Attract(now)


def _closing(screen: Screen, now: float) -> Closing:
    match screen:
        case Closing():
            return screen
        case Attract():
            return Closing(now, None)
        case Countdown() | Shoot():
            return Closing(now, "booth_closing_off")
    return Closing(now, "booth_closing")
