"""The whole booth on the demo camera, with its models; only the display is the test's."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import wait
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from edge.app import create_pipeline
from edge.booth.album import Album
from edge.booth.assembly import create_compositor, create_machine, create_stage
from edge.booth.booth import Booth
from edge.booth.gpio import NoPanel
from edge.booth.keeper import Keeper
from edge.booth.layouts import LAYOUTS, Layout, Picture
from edge.booth.machine import DEVELOP_S
from edge.booth.options import BoothConfig
from edge.booth.parts import Parts
from edge.booth.screens import Attract, Closing, Countdown, Develop, Live, Message, Result, Shoot
from edge.booth.share import Share
from edge.cameras.demo import DemoCamera
from edge.capture import Capture
from edge.displays import Click
from edge.errors import CameraError
from edge.stats import Stats
from edge.types import Frame, Image
from edge.watchdog import Watchdog

STEP_S = 0.2
ENOUGH = 300  # screens


class Visitors:
    """A camera that somebody may be in front of, and that can be unplugged."""

    live = False
    fps: float | None = 1 / STEP_S

    def __init__(self, evening: Evening) -> None:
        self._evening = evening
        self._demo = DemoCamera(width=320, height=240, fps=1 / STEP_S)

    def __iter__(self) -> Iterator[Frame]:
        for index in itertools.count():
            if not self._evening.plugged:
                raise CameraError("unplugged")
            image = self._demo.render(index) if self._evening.present else self._demo.background
            yield Frame(image, index, self._evening.now)

    def close(self) -> None:
        """Nothing to release."""


@dataclass
class Evening:
    """A display that lets time pass, and a place for what a test does at each screen."""

    now: float = 0.0
    present: bool = True
    plugged: bool = True
    seen: list[str] = field(default_factory=list)
    booth: Any = None
    album: Any = None
    image: Any = None
    act: Callable[[Any], str | None] = lambda screen: None
    records = False

    def clock(self) -> float:
        return self.now

    def show(self, image: Image) -> str | None:
        screen, self.image = self.booth.state.screen, image
        # The picture is made in a thread, in real time: wait for it.
        self.now += STEP_S / 100 if isinstance(screen, Develop) else STEP_S
        name = getattr(screen, "reason", None) or type(screen).__name__
        if self.seen[-1:] != [name]:
            self.seen.append(name)
        assert self.now < ENOUGH * STEP_S, self.seen
        return self.act(screen)

    def close(self) -> None:
        """Nothing to close."""


@pytest.fixture
def evening() -> Evening:
    return Evening()


def run(
    evening: Evening,
    keep: Path | None = None,
    layout: Layout = LAYOUTS["single"],
    share_s: float | None = None,
) -> Booth:
    config = BoothConfig(smile=False, idle_s=2, result_s=3)
    stats = Stats()
    with ExitStack() as stack:
        keeper = None
        if keep is not None:
            keeper = stack.enter_context(closing(Keeper(keep).start()))
        evening.album = Album(share_s=share_s or 60, keeper=keeper)
        share = None
        if share_s is not None:
            share = Share(evening.album, host="127.0.0.1", port=0, clock=evening.clock).start()
            stack.callback(share.close)
        capture = Capture(
            Visitors(evening),
            mode="every",
            reopen=lambda: Visitors(evening),
            clock=evening.clock,
            sleep=lambda _: None,
        )
        stack.enter_context(capture)
        pipeline = stack.enter_context(closing(create_pipeline(config, stats, inline=True)))
        parts = Parts(
            capture=capture,
            pipeline=pipeline,
            mirror=create_compositor(config, calm=False),
            camera=create_compositor(config, calm=True),
            display=evening,
            stage=create_stage(config),
            layout=layout,
            album=evening.album,
            share=share,
            printer=None,
            panel=NoPanel(),
            stats=stats,
            watchdog=Watchdog({}),
        )
        machine = replace(create_machine(config), shots=layout.shots, between_s=layout.between_s)
        booth = Booth(parts, machine, flip=True, clock=evening.clock)
        evening.booth = booth
        booth.run()
    return booth


def press_in_live(screen: Any) -> str | None:
    return "space" if isinstance(screen, Live) else None


def pictures(folder: Path) -> list[Image]:
    return [np.asarray(cv2.imread(str(path))) for path in sorted(folder.iterdir())]


@pytest.mark.parametrize("layout", ["single", "film"])
def test_a_visit_from_the_first_screen_to_the_last(
    evening: Evening, tmp_path: Path, layout: str
) -> None:
    def act(screen: Any) -> str | None:
        if isinstance(screen, Result):
            evening.present = False
        if isinstance(screen, Attract) and not evening.present:
            return "quit"
        return press_in_live(screen)

    evening.act = act
    run(evening, tmp_path / "kept", LAYOUTS[layout])
    assert evening.seen[:2] == ["Attract", "Live"]
    assert evening.seen[-3:] == ["Result", "Attract", "Closing"]
    (picture,) = pictures(tmp_path / "kept")
    assert picture.shape == (240, 320, 3)
    assert picture.std() > 20


def test_the_picture_is_of_that_moment_painted_and_not_mirrored(evening: Evening) -> None:
    shown: list[Image] = []

    def act(screen: Any) -> str | None:
        if isinstance(screen, Result):
            shown.append(evening.booth.picture.previews[0])
            return "q"
        return "space" if isinstance(screen, Live) else None

    evening.act = act
    run(evening)
    background = DemoCamera(width=320, height=240, fps=5).background
    corner = np.abs(shown[0][:40, :40].astype(int) - background[:40, :40]).max()
    assert corner == 0, "the room's left is the picture's left"


def test_the_code_goes_when_the_picture_cannot_be_fetched_any_more(evening: Evening) -> None:
    read: list[str] = []

    def act(screen: Any) -> str | None:
        if isinstance(screen, Result):
            read.append(cv2.QRCodeDetectorAruco().detectAndDecode(evening.image)[0])
        return "q" if isinstance(screen, Attract) and read else press_in_live(screen)

    evening.act = act
    run(evening, share_s=1.5)
    assert read[0].startswith("http://127.0.0.1:")
    assert read[-1] == ""


def test_a_guest_deletes_and_nothing_is_left(evening: Evening, tmp_path: Path) -> None:
    def act(screen: Any) -> str | None:
        if isinstance(screen, Message):
            return "q"
        return "d" if isinstance(screen, Result) else press_in_live(screen)

    evening.act = act
    run(evening, tmp_path / "kept")
    assert "booth_deleted" in evening.seen
    assert pictures(tmp_path / "kept") == []


def test_stopped_in_a_countdown_the_guest_is_told(evening: Evening, tmp_path: Path) -> None:
    def act(screen: Any) -> str | None:
        if isinstance(screen, Countdown):
            evening.booth.stop()
        return press_in_live(screen)

    evening.act = act
    booth = run(evening, tmp_path / "kept")
    assert isinstance(booth.state.screen, Closing)
    assert booth.state.screen.notice == "booth_closing_off"
    assert evening.seen[-1] == "Closing"
    assert pictures(tmp_path / "kept") == []


def test_a_picture_that_is_taken_is_kept_though_the_booth_ends(
    evening: Evening, tmp_path: Path
) -> None:
    stopped = threading.Event()

    def develop(shots: Sequence[Image]) -> Picture:
        assert stopped.wait(10)
        return LAYOUTS["single"].develop(shots)

    def act(screen: Any) -> str | None:
        if isinstance(screen, Develop):
            evening.booth.stop()
        if isinstance(screen, Closing):
            stopped.set()
        return press_in_live(screen)

    evening.act = act
    run(evening, tmp_path / "kept", Layout(1, 0.0, develop))
    assert len(pictures(tmp_path / "kept")) == 1


def test_a_picture_that_cannot_be_made_is_told(
    evening: Evening, caplog: pytest.LogCaptureFixture
) -> None:
    def develop(shots: Sequence[Image]) -> Picture:
        raise MemoryError("no memory")

    evening.act = lambda screen: "q" if isinstance(screen, Message) else press_in_live(screen)
    run(evening, layout=Layout(1, 0.0, develop))
    assert "booth_failed" in evening.seen
    assert "no memory" in caplog.text


def test_a_picture_given_up_is_told_once_and_disturbs_no_other_guest(evening: Evening) -> None:
    given_up = threading.Event()

    def develop(shots: Sequence[Image]) -> Picture:
        if not given_up.is_set():
            given_up.wait(60)
            raise MemoryError("no memory")
        return LAYOUTS["single"].develop(shots)

    def act(screen: Any) -> str | None:
        if isinstance(screen, Develop) and not given_up.is_set():
            evening.now += DEVELOP_S
        if isinstance(screen, Countdown) and "booth_failed" in evening.seen:
            given_up.set()
            if (late := evening.booth._darkroom._work) is not None:
                wait([late], 60)
        return "q" if isinstance(screen, Result) else press_in_live(screen)

    evening.act = act
    run(evening, layout=Layout(1, 0.0, develop))
    assert evening.seen.count("booth_failed") == 1
    assert evening.seen[-2:] == ["Result", "Closing"]


def test_without_a_face_there_is_no_picture_but_a_reason(evening: Evening) -> None:
    def act(screen: Any) -> str | None:
        evening.present = not isinstance(screen, Shoot | Countdown)
        return "q" if isinstance(screen, Message) else press_in_live(screen)

    evening.act = act
    run(evening)
    assert evening.seen[-2:] == ["booth_nobody", "Closing"]


def test_an_unplugged_camera_is_told_and_the_next_try_works(evening: Evening) -> None:
    def act(screen: Any) -> str | None:
        evening.plugged = "booth_no_camera" in evening.seen or not isinstance(
            screen, Countdown | Shoot
        )
        return "q" if isinstance(screen, Result) else press_in_live(screen)

    evening.act = act
    run(evening)
    assert evening.seen.index("booth_no_camera") < evening.seen.index("Result")


def test_a_touch_of_the_language_switch_changes_the_language(evening: Evening) -> None:
    languages = []

    def act(screen: Any) -> str | None:
        languages.append(evening.booth.state.language)
        return (Click(0.93, 0.08), None, "q")[min(len(languages), 3) - 1]

    evening.act, evening.present = act, False
    run(evening)
    assert languages[:3] == ["en", "ko", "ko"]
