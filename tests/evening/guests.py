"""What guests do, frame by frame: each visit is a generator that goes on when a frame is shown."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import gpiozero
import numpy as np

from edge.booth.booth import Booth
from edge.booth.machine import DOUBLE_S, PATIENCE_S
from edge.booth.screens import Attract, Closing, Countdown, Live, Message, Result, Screen
from edge.displays.window import TITLE
from edge.types import Image
from tests.evening.world import World

PATIENCE_OF_A_GUEST_S = 40.0
BUTTON = 17
FILLER = "filler"

Steps = Generator[None, None, None]
Fault = Callable[["Party"], Steps]


class EveningError(AssertionError):
    """A guest did not get what is promised."""


@dataclass
class Party:
    """The guests of one evening, and what came of it."""

    world: World
    booth: Booth
    keep: Path | None
    smiles: bool  # the models see that the demo portrait smiles
    outcomes: Counter[str] = field(default_factory=Counter)
    deleted: int = 0
    fetched: int = 0
    expected_files: int = 0

    def visit(self, number: int, fault: Fault | None) -> Steps:
        """Come, trigger, get a picture or a clear message, do something with it, leave."""
        self.world.present = True
        yield from self.until(Live)
        yield from self.pause(DOUBLE_S + 0.2)
        yield from self.trigger(number)
        yield from self.until(Countdown)
        if fault is not None:
            yield from fault(self)
        screen = yield from self.until(Result, Message)
        if isinstance(screen, Message):
            self.outcomes[screen.reason] += 1
        else:
            self.outcomes["picture"] += 1
            self.expected_files += self.keep is not None
            yield from self.enjoy(number)
        yield from self.leave(number)

    def trigger(self, number: int) -> Steps:
        """Each in another way; some twice."""
        ways = [self.press_key, self.click, self.press_button]
        ways += [self.wait_smiling] if self.smiles else []
        ways[number % len(ways)]()
        if number % 10 == 3:
            self.press_key()
            self.press_button()
        yield

    def press_key(self, key: str = "space") -> None:
        subprocess.run(["xdotool", "key", key], check=True, timeout=10)

    def click(self, x: float = 0.5, y: float = 0.5) -> None:
        """At this place of the window."""
        _, _, width, height = cv2.getWindowImageRect(TITLE)
        left, top = cv2.getWindowImageRect(TITLE)[:2]
        place = [str(round(left + x * width)), str(round(top + y * height))]
        subprocess.run(["xdotool", "mousemove", *place, "click", "1"], check=True, timeout=10)

    def press_button(self) -> None:
        factory: Any = gpiozero.Device.pin_factory
        pin = factory.pin(f"GPIO{BUTTON}")
        pin.drive_low()
        pin.drive_high()

    def wait_smiling(self) -> None:
        """The portrait smiles already."""

    def enjoy(self, number: int) -> Steps:
        """Fetch the picture, print it, delete it: some of each."""
        if number % 25 == 1:
            yield from self.fetch()
        if number % 20 == 2:
            yield from self.print_it()
        if number % 7 == 4:
            self.press_key("d")
            screen = yield from self.until(Message)
            if screen.reason != "booth_deleted":
                raise EveningError(f"deleting: {screen}")
            self.deleted += 1
            self.expected_files -= self.keep is not None

    def fetch(self) -> Steps:
        """Read the code off the screen, and get the picture with it."""
        address = ""
        for _ in range(10):
            yield
            shot = subprocess.run(
                ["import", "-window", "root", "png:-"], check=True, capture_output=True, timeout=20
            ).stdout
            screen = cv2.imdecode(np.frombuffer(shot, np.uint8), cv2.IMREAD_COLOR)
            # OpenCV's other reader fails on 2 % of all codes, sound as they are.
            address = cv2.QRCodeDetectorAruco().detectAndDecode(screen)[0]
            if address:
                break
        else:
            raise EveningError("the code on the screen cannot be read")
        with urllib.request.urlopen(address, timeout=10) as answer:
            data = answer.read()
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        if picture is None:
            raise EveningError("what was fetched is no picture")
        if not self.fetched:
            browse(address, picture)
        wrong = address[:-1] + ("A" if address[-1] != "A" else "B")
        try:
            urllib.request.urlopen(wrong, timeout=10).close()
            raise EveningError("another address gives a picture too")
        except urllib.error.HTTPError as error:
            error.close()
        self.fetched += 1

    def print_it(self) -> Steps:
        """Ask twice; one print, or one reason, comes of it."""
        before = self.world.prints
        self.press_key("p")
        self.press_key("p")
        deadline = self.world.now + PATIENCE_OF_A_GUEST_S
        while True:
            yield
            screen = self.booth.state.screen
            if isinstance(screen, Result) and screen.notice not in (None, "booth_printing"):
                break
            if self.world.now > deadline:
                raise EveningError(f"no news of a print: {screen}")
        self.outcomes[str(screen.notice)] += 1
        if self.world.prints - before > 1:
            raise EveningError("a doubled press was printed twice")

    def leave(self, number: int) -> Steps:
        """Most say that they are done; the others just go."""
        if number % 3 and isinstance(self.booth.state.screen, Result):
            self.press_key()
        self.world.present = False
        yield from self.until(Attract)

    def until(self, *kinds: type[Screen]) -> Generator[None, None, Any]:
        """Wait for one of these screens."""
        deadline = self.world.now + PATIENCE_OF_A_GUEST_S
        while not isinstance(self.booth.state.screen, kinds):
            if self.world.now > deadline:
                raise EveningError(f"waiting for {kinds}: {self.booth.state}")
            yield
        return self.booth.state.screen

    def pause(self, seconds: float) -> Steps:
        end = self.world.now + seconds
        while self.world.now < end:
            yield


def browse(address: str, picture: Image) -> None:
    """Open the address in a real browser; it must show the picture."""
    with tempfile.TemporaryDirectory() as folder:
        shot = f"{folder}/shot.png"
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        command += [f"--user-data-dir={folder}", "--window-size=800,600", f"--screenshot={shot}"]
        subprocess.run([*command, address], check=True, capture_output=True, timeout=120)
        seen = cv2.imread(shot)
    likeness = 0.0 if seen is None else cv2.matchTemplate(seen, picture, cv2.TM_CCOEFF_NORMED).max()
    print(f"Chromium shows the picture of {address.rpartition('/')[0]}: {likeness:.3f} alike")
    if likeness < 0.98:
        raise EveningError("Chromium shows something else")


def unplug_for_a_moment(party: Party) -> Steps:
    """The camera is back before the guest's patience ends: there is a picture."""
    party.world.plugged = False
    yield from party.pause(2.0)
    party.world.plugged = True


def unplug(party: Party) -> Steps:
    """The camera is away when the picture is due, and long after: there is a message."""
    party.world.plugged = False
    screen = yield from party.until(Message)
    if screen.reason != "booth_no_camera":
        raise EveningError(f"the camera is away, and the guest is told: {screen}")
    party.world.plugged = True


def crash_the_detector(party: Party) -> Steps:
    """It comes back by itself: there is a picture."""
    party.world.detector_works = False
    yield from party.pause(PATIENCE_S / 2)
    party.world.detector_works = True


def fill_disk(party: Party) -> Steps:
    """Nothing fits on it any more; guests get their pictures all the same."""
    assert party.keep is not None
    with (party.keep / FILLER).open("wb", buffering=0) as filler:
        try:
            while True:
                filler.write(bytes(4096))
        except OSError:
            pass
    yield


def free_disk(party: Party) -> Steps:
    """There is room again."""
    assert party.keep is not None
    (party.keep / FILLER).unlink()
    yield


def remove_printer(party: Party) -> Steps:
    """CUPS is gone: who wants to print is told."""
    party.world.remove_printer()
    yield


def jam_printer(party: Party) -> Steps:
    """Paper jams: the next who prints is told."""
    party.world.jam_printer()
    yield


def mend_printer(party: Party) -> Steps:
    """It works again."""
    party.world.mend_printer()
    yield


def terminate(party: Party) -> Steps:
    """The service manager ends the booth: there is a message."""
    os.kill(os.getpid(), signal.SIGTERM)
    screen = yield from party.until(Closing)
    party.outcomes[str(screen.notice)] += 1
    while True:
        yield


def play(visits: Iterator[Steps]) -> Steps:
    """One visit after the other."""
    for visit in visits:
        yield from visit
