from __future__ import annotations

from dataclasses import replace

import pytest

from edge.booth.machine import (
    CLOSING_S,
    DEVELOP_S,
    DOUBLE_S,
    MESSAGE_S,
    NEAR_S,
    PATIENCE_S,
    PRINTING,
    SMILE_S,
    Machine,
)
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
    Tick,
)

MACHINE = Machine(languages=("en", "ko"), prints=1)
GUEST = Seen(1, near=True)
SMILE = Seen(1, near=True, smiling=True)


def at(screen: Screen) -> State:
    return State(screen, "en")


def play(state: State, *moves: tuple[float, Event], machine: Machine = MACHINE) -> State:
    for now, event in moves:
        state = machine.step(state, event, now)
    return state


def test_a_whole_visit() -> None:
    state = play(MACHINE.start(0.0), (1.0, GUEST), (1.0 + NEAR_S, GUEST))
    assert isinstance(state.screen, Live)
    state = play(state, (5.0, Press()), (7.9, GUEST))
    assert state.screen == Countdown(5.0, due_s=8.0)
    state = play(state, (8.0, GUEST))
    assert state.screen == Shoot(8.0)
    state = play(state, (8.1, Taken()), (8.3, Developed()))
    assert state.screen == Result(8.3)
    assert play(state, (38.2, GUEST)) == state
    assert play(state, (38.4, GUEST)).screen == Attract(38.4)


def test_who_passes_is_no_guest() -> None:
    state = play(MACHINE.start(0.0), (1.0, GUEST), (1.4, Seen(1, near=False)), (1.5, GUEST))
    assert isinstance(play(state, (1.5 + NEAR_S - 0.1, GUEST)).screen, Attract)


def test_a_smile_must_be_held() -> None:
    start = at(Live(0.0, 0.0))
    assert isinstance(play(start, (1.0, SMILE), (1.0 + SMILE_S, SMILE)).screen, Countdown)
    broken = play(start, (1.0, SMILE), (2.0, GUEST), (2.1, SMILE), (1.0 + SMILE_S, SMILE))
    assert isinstance(broken.screen, Live)
    stalled = play(start, (1.0, SMILE), (1.1 + SMILE_S, Tick()), (1.2 + SMILE_S, GUEST))
    assert isinstance(stalled.screen, Live)
    machine = replace(MACHINE, smile=False)
    held = play(start, (1.0, SMILE), (1.0 + SMILE_S, SMILE), machine=machine)
    assert isinstance(held.screen, Live)


def test_the_smile_of_the_last_picture_takes_no_other() -> None:
    state = play(at(Result(0.0)), (2.0, Press()), (2.1, SMILE), (9.0, SMILE))
    assert isinstance(state.screen, Live)
    state = play(state, (9.1, GUEST), (9.2, SMILE), (9.2 + SMILE_S, SMILE))
    assert isinstance(state.screen, Countdown)


def test_a_strip_counts_down_before_each_shot() -> None:
    machine = replace(MACHINE, shots=4, between_s=2.0)
    state = at(Shoot(0.0))
    for taken in (1, 2, 3):
        state = play(state, (taken * 10.0, Taken()), machine=machine)
        assert state.screen == Countdown(taken * 10.0, taken * 10.0 + 2.0, taken)
        state = play(state, (taken * 10.0 + 2.0, Tick()), machine=machine)
    assert play(state, (40.0, Taken()), machine=machine).screen == Develop(40.0)


def test_doubled_presses_count_once() -> None:
    state = play(at(Live(0.0, 0.0)), (1.0, Press()), (1.1, Press()))
    assert state.screen == Countdown(1.0, 4.0)
    state = play(MACHINE.start(0.0), (1.0, Press()), (1.0 + DOUBLE_S / 2, Press()))
    assert isinstance(state.screen, Live), "the second does not start the countdown"
    assert isinstance(play(state, (3.0, Press())).screen, Countdown)


def test_a_shot_that_cannot_be_taken_is_given_up_with_the_reason() -> None:
    state = play(at(Shoot(0.0)), (1.0, Refused("booth_nobody")))
    assert isinstance(state.screen, Shoot), "it is tried for a while"
    state = play(state, (PATIENCE_S, Refused("booth_no_camera")))
    assert state.screen == Message(PATIENCE_S, "booth_no_camera")
    assert isinstance(play(state, (PATIENCE_S + MESSAGE_S, Tick())).screen, Live)


def test_what_cannot_be_kept_is_not_taken() -> None:
    state = play(at(Countdown(0.0, 3.0)), (0.0, Refused("booth_full")))
    assert state.screen == Message(0.0, "booth_full")


def test_a_picture_that_cannot_be_made_is_given_up() -> None:
    assert play(at(Develop(0.0)), (1.0, Refused("x"))).screen == Message(1.0, "x")
    assert isinstance(play(at(Develop(0.0)), (DEVELOP_S, Tick())).screen, Message)


def test_printing_is_limited_and_a_failure_is_not_counted() -> None:
    state = play(at(Result(0.0)), (1.0, Print()), (1.1, Print()))
    assert state.screen == Result(1.0, 1, PRINTING), "asking twice is asking once"
    assert play(state, (200.0, Tick())) == state, "the guest waits for it"
    failed = play(state, (2.0, PrintNews("booth_print_failed", printed=False)))
    assert failed.screen == Result(2.0, 0, "booth_print_failed")
    assert play(failed, (3.0, Print())).screen == Result(3.0, 1, PRINTING)
    printed = play(state, (2.0, PrintNews("booth_printed", printed=True)), (3.0, Print()))
    assert printed.screen == Result(3.0, 1, "booth_print_enough")


def test_without_a_printer_nothing_is_printed() -> None:
    machine = replace(MACHINE, prints=0)
    assert play(at(Result(0.0)), (1.0, Print()), machine=machine).screen == Result(0.0)


def test_news_of_another_guests_print_is_not_shown() -> None:
    state = play(at(Result(0.0)), (1.0, PrintNews("booth_print_jam", printed=False)))
    assert state.screen == Result(0.0)


def test_a_guest_can_delete() -> None:
    assert play(at(Result(0.0)), (1.0, Delete())).screen == Message(1.0, "booth_deleted")


@pytest.mark.parametrize("event", [Delete(), Print(), Taken(), Developed(), Refused("x")])
@pytest.mark.parametrize("screen", [Attract(0.0), Live(0.0, 0.0), Message(0.0, "x")])
def test_what_has_no_meaning_here_does_nothing(screen: Screen, event: Event) -> None:
    assert play(at(screen), (1.0, event)).screen == screen


def test_the_language_goes_round_and_is_the_first_again_for_the_next_guest() -> None:
    state = play(MACHINE.start(0.0), (1.0, NextLanguage()))
    assert state.language == "ko"
    assert play(state, (2.0, NextLanguage())).language == "en"
    state = play(state, (3.0, Press()))
    assert state.language == "ko"
    state = play(state, (3.0 + MACHINE.idle_s, Tick()))
    assert state == State(Attract(13.0), "en", 3.0)


def test_ends_at_once_when_nobody_is_there() -> None:
    state = play(MACHINE.start(0.0), (1.0, Stop()))
    assert MACHINE.over(state, 1.0)


@pytest.mark.parametrize("screen", [Countdown(0.0, 3.0), Shoot(0.0)])
def test_a_guest_who_loses_the_picture_is_told(screen: Screen) -> None:
    state = play(at(screen), (1.0, Stop()), (1.1, Stop()), (1.2, Press()))
    assert state.screen == Closing(1.0, "booth_closing_off")
    assert not MACHINE.over(state, 1.2)
    assert MACHINE.over(state, 1.0 + CLOSING_S)
