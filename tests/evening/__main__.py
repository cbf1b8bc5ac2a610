"""An evening at the booth: scripts/check_evening.

500 guests come, trigger in every way, get their picture or a clear message, and go, while what
can break breaks. Everything is real but time, the camera's plug, the printer and the push
button: window, keys and touches, threads, models, files, codes, the server for phones.
"""

from __future__ import annotations

import argparse
import logging
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import cv2
import numpy as np

from edge.app import create_pipeline, signals_to
from edge.booth.album import Album
from edge.booth.assembly import create_compositor, create_machine, create_stage
from edge.booth.booth import Booth
from edge.booth.gpio import open_panel
from edge.booth.keeper import Keeper
from edge.booth.layouts import LAYOUTS
from edge.booth.options import BoothConfig
from edge.booth.parts import Parts
from edge.booth.printing import Printer
from edge.booth.share import Share
from edge.cameras.demo import portrait_file
from edge.capture import Capture
from edge.cascade import Cascade
from edge.detectors import DETECTORS, create_detector
from edge.displays.window import WindowDisplay
from edge.paths import MODELS
from edge.photo import find_portraits
from edge.pictures import read_picture
from edge.stats import Stats
from edge.tracker import APPEAR
from edge.tree import load_tree
from edge.types import Image
from edge.watchdog import Watchdog
from tests.evening import guests
from tests.evening.guests import BUTTON, FILLER, EveningError, Fault, Party, Steps, play
from tests.evening.world import STEP_S, EveningCamera, EveningDetector, World
from tests.screen import press, start_screen

MEMORY_MB = 10.0
"""So much more may be resident, by the median, in the last fifth of an evening than in the fourth.

Before that, whatever breaks for the first time takes memory for the first time.
"""


class EveningDisplay:
    """The real window; lets the guests act between two pictures, and time pass."""

    records = False

    def __init__(self, world: World) -> None:
        self._world = world
        self._window = WindowDisplay()
        self.guests: Steps | None = None

    def show(self, image: Image) -> str | None:
        """See `Display`; "quit" when the last guest has gone."""
        key = self._window.show(image)
        if not self._world.now:
            press("shift")  # focuses the window
        self._world.now += STEP_S
        try:
            if self.guests is not None:
                next(self.guests)
        except StopIteration:
            return "quit"
        return key

    def close(self) -> None:
        """See `Display`."""
        self._window.close()


def resident_mb() -> float:
    """The memory that this process has."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def portrait_smiles() -> bool:
    """Whether the models see the demo portrait smile, so that its guests trigger by it."""
    portrait = read_picture(portrait_file())
    detector = create_detector("tflite", min_score=APPEAR)
    found = find_portraits(portrait, detector, Cascade(load_tree(MODELS)))
    return [face.attributes["emotion"].label for face in found] == ["happy"]


def run_evening(world: World, count: int, faults: dict[int, Fault], keep: Path | None) -> Party:
    """Let `count` guests come to one booth."""
    config = BoothConfig(
        detector="evening",
        screen_width=960,
        screen_height=540,
        idle_s=1.0,
        result_s=4.0,
        keep=None if keep is None else str(keep),
        share_port=0,
        printer="Evening",
        button=BUTTON,
    )
    stats = Stats()
    memory: list[float] = []
    with ExitStack() as stack:
        keeper = None
        if keep is not None:
            keeper = stack.enter_context(closing(Keeper(keep, again_s=0.3).start()))
        album = Album(share_s=config.share_s, keeper=keeper)
        share = Share(album, host="127.0.0.1", port=0, clock=world.clock)
        stack.enter_context(closing(share.start()))
        printer = stack.enter_context(
            closing(Printer("Evening", evening=config.prints_evening, jam_s=0.5, poll_s=0.05))
        )
        panel = stack.enter_context(closing(open_panel(button=BUTTON, led=27)))
        capture = Capture(
            EveningCamera(world),
            mode="every",
            reopen=lambda: EveningCamera(world),
            clock=world.clock,
            sleep=lambda _: time.sleep(0.02),
        )
        stack.enter_context(capture)
        pipeline = stack.enter_context(closing(create_pipeline(config, stats, inline=False)))
        display = stack.enter_context(closing(EveningDisplay(world)))
        parts = Parts(
            capture=capture,
            pipeline=pipeline,
            mirror=create_compositor(config, calm=False),
            camera=create_compositor(config, calm=True),
            display=display,
            stage=create_stage(config),
            layout=LAYOUTS[config.layout],
            album=album,
            share=share,
            printer=printer,
            panel=panel,
            stats=stats,
            watchdog=Watchdog(),
        )
        booth = Booth(parts, create_machine(config), flip=True, clock=world.clock)
        party = Party(world, booth, keep, smiles=portrait_smiles())

        def visits() -> Iterator[Steps]:
            for number in range(count):
                yield party.visit(number, faults.get(number))
                memory.append(resident_mb())
                if number % 50 == 49:
                    print(
                        f"{number + 1} guests, {world.now:.0f} s, {memory[-1]:.0f} MB", flush=True
                    )

        display.guests = play(visits())
        with signals_to(booth.stop):
            booth.run()
        if pipeline.faults or capture.fault:
            raise EveningError(f"not healthy at the end: {pipeline.faults} {capture.fault}")
    fifth = len(memory) // 5
    grown = float(np.median(memory[-fifth:]) - np.median(memory[-2 * fifth : -fifth]))
    print(f"memory: {max(memory):.0f} MB at most, grown by {grown:.1f} MB in the last fifth")
    if grown > MEMORY_MB:
        raise EveningError(f"memory grew by {grown:.0f} MB")
    return party


def check_kept(keep: Path, party: Party) -> None:
    """Every picture that was not deleted is there, whole, and nothing else is."""
    files = sorted(path for path in keep.iterdir() if path.name != FILLER)
    broken = [path.name for path in files if cv2.imread(str(path)) is None]
    print(f"{len(files)} pictures kept, {party.expected_files} expected, broken: {broken}")
    if broken or len(files) != party.expected_files:
        raise EveningError("not the pictures that were to be kept")


def check_outcomes(party: Party, count: int, messages: dict[str, int]) -> None:
    """Every guest got a picture, but for those of whom it is known why not."""
    print(f"{dict(party.outcomes)}, {party.deleted} deleted, {party.fetched} fetched", flush=True)
    told = {key: party.outcomes[key] for key in messages}
    if told != messages or party.outcomes["picture"] != count - sum(messages.values()):
        raise EveningError(f"expected {messages}, and a picture for all others")


def main() -> None:
    """Play both parts; raises EveningError."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, required=True, help="an empty disk, a small one")
    parser.add_argument("--guests", type=int, default=500)
    args = parser.parse_args()
    logging.basicConfig(level=logging.ERROR)
    os.environ["DISPLAY"] = start_screen()
    time.sleep(1)  # the window manager takes over what is there already, which hides it a moment
    os.environ["GPIOZERO_PIN_FACTORY"] = "mock"
    DETECTORS["evening"] = f"{EveningDetector.__module__}:{EveningDetector.__name__}"
    first = args.guests * 3 // 5
    at = {part: round(first * part / 100) for part in (10, 20, 25, 30, 35, 40, 50, 60, 65, 70, 75)}
    with tempfile.TemporaryDirectory() as folder:
        world = EveningDetector.world = World(Path(folder))
        os.environ["PATH"] = f"{folder}/bin:{os.environ['PATH']}"
        os.chdir(folder)
        faults: dict[int, Fault] = {
            at[10]: guests.unplug_for_a_moment,
            at[20]: guests.unplug,
            at[25]: guests.fill_disk,
            at[30]: guests.remove_printer,
            at[35]: guests.free_disk,
            at[40]: guests.mend_printer,
            at[50]: guests.unplug_for_a_moment,
            at[60]: guests.crash_the_detector,
            at[65]: guests.jam_printer,
            at[70]: guests.unplug,
            at[75]: guests.unplug_for_a_moment,
            first - 1: guests.terminate,
        }
        party = run_evening(world, first, faults, args.keep)
        check_outcomes(party, first, {"booth_no_camera": 2, "booth_closing_off": 1})
        check_kept(args.keep, party)
        world.present = False
        world.mend_printer()
        before = sorted(Path(folder).rglob("*")) + sorted(args.keep.iterdir())
        second = run_evening(world, args.guests - first, {5: guests.crash_the_detector}, None)
        check_outcomes(second, args.guests - first, {})
        after = sorted(Path(folder).rglob("*")) + sorted(args.keep.iterdir())
        if after != before:
            raise EveningError(f"kept, but should not be: {set(after) ^ set(before)}")
    print("the evening is over, and all is well")


if __name__ == "__main__":
    main()
