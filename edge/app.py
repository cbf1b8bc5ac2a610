"""Puts the mirror's parts together, as the options say."""

from __future__ import annotations

import json
import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import cv2

from edge.artwork import load_artwork
from edge.cameras import Camera, create_camera
from edge.cameras.turned import TurnedCamera
from edge.capture import Capture
from edge.cascade import Cascade
from edge.compositor import Compositor
from edge.config import MirrorConfig
from edge.detectors import create_detector
from edge.displays import Display, create_display
from edge.files import write_whole
from edge.finder import Finder, Look, Seen
from edge.language import load_language
from edge.metrics import Metric, MetricsServer, machine_metrics, mirror_metrics, parse_address
from edge.mirror import Mirror
from edge.overlay import Overlay
from edge.paths import MODELS
from edge.pipeline import Pipeline, Read
from edge.recognizer import Recognition, Recognizer
from edge.stats import Stats
from edge.tracker import STAY
from edge.tree import load_tree
from edge.watchdog import Watchdog
from edge.worker import InlineWorker, ThreadWorker, Worker

log = logging.getLogger(__name__)

_ENDLESS = ("demo", "fake")
_HANGUP = getattr(signal, "SIGHUP", None)  # Windows has none
_ENDS = (signal.SIGINT, signal.SIGTERM, *([_HANGUP] if _HANGUP else []))
_FALLBACK_FRAMES = 300
"""How much of an endless camera is written where there is no screen to show it on."""


def run_mirror(config: MirrorConfig, display: Display | None = None) -> None:
    """Run the mirror until its camera ends or somebody quits; raises MirrorError.

    On `display` if one is given, which is the caller's to close, else on the config's.
    """
    # One thread each: the display path, detection and recognition already are three threads.
    cv2.setNumThreads(1)
    stats = Stats()
    with ExitStack() as stack:
        camera = open_camera(config)
        capture: Capture | None = None
        stack.callback(lambda: (capture or camera).close())
        given = display is not None
        if display is None:
            display = stack.enter_context(
                closing(
                    create_display(
                        config.display,
                        fps=camera.fps,
                        fullscreen=config.fullscreen,
                        kiosk=config.kiosk,
                        screen=config.screen,
                        source=config.camera,
                        may_film=True,
                    )
                )
            )
        every = display.records and not camera.live
        capture = Capture(
            camera,
            mode="every" if every else "newest",
            frames=_frames(config, display),
            reopen=(lambda: open_camera(config)) if camera.live else None,
        )
        pipeline = stack.enter_context(closing(create_pipeline(config, stats, inline=every)))
        compositor = Compositor(
            load_artwork(config.artwork),
            mode=config.mode,
            pixelate=config.pixelate,
            calm=config.calm,
        )
        hints = not (given or display.records)  # the mirror's own window
        overlay = Overlay(
            load_language(config.language), hints=hints, keys=hints and not config.kiosk
        )
        watchdog = Watchdog()
        mirror = Mirror(
            capture,
            pipeline,
            compositor,
            display,
            overlay,
            stats=stats,
            watchdog=watchdog,
            flip=config.flip,
            kiosk=config.kiosk,
        )
        stack.enter_context(serve_metrics(config, lambda: mirror_metrics(stats, capture, pipeline)))
        capture.start()
        try:
            with signals_to(mirror.stop):
                mirror.run()
        finally:
            watchdog.stop()
            capture.close()
            write_report(config, stats, capture)


def write_report(config: MirrorConfig, stats: Stats, capture: Capture) -> None:
    """Write the run's figures, if the config says where; raises DisplayError."""
    if config.stats is not None:
        report = stats.report(captured=capture.captured, dropped=capture.dropped)
        write_whole(Path(config.stats), (json.dumps(report, indent=2) + "\n").encode())


def _frames(config: MirrorConfig, display: Display) -> int | None:
    """How many to capture; None: as many as there are."""
    fallen_back = config.display == "auto" and display.records
    if config.frames is not None or not (fallen_back and config.camera in _ENDLESS):
        return config.frames
    log.warning("only its first %d frames; another number: --frames N", _FALLBACK_FRAMES)
    return _FALLBACK_FRAMES


@contextmanager
def signals_to(stop: Callable[[], None]) -> Iterator[None]:
    """Let Ctrl-C, a service manager's stop and a closed terminal call `stop`.

    It ends what runs in its own time. A second Ctrl-C does not wait for that; a terminal that
    goes may tell of it more than once. Only the main thread is told of signals.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(number: int, frame: FrameType | None) -> None:
        again = signal.SIG_IGN if number == _HANGUP else before[signal.Signals(number)]
        signal.signal(number, again)
        stop()

    before = {number: signal.getsignal(number) for number in _ENDS}
    if _HANGUP and before[_HANGUP] is signal.SIG_IGN:  # as nohup wishes
        del before[_HANGUP]
    for number in before:
        signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def serve_metrics(config: MirrorConfig, collect: Callable[[], list[Metric]]) -> Iterator[None]:
    """Serve what `collect` gives, and the machine's figures, meanwhile, if the config says so."""
    if config.metrics is None:
        yield
        return
    server = MetricsServer(*parse_address(config.metrics), lambda: [*collect(), *machine_metrics()])
    with closing(server):
        yield


def open_camera(config: MirrorConfig) -> Camera:
    """The camera that the config names, as it says upright; raises CameraError."""
    camera = create_camera(config.camera, width=config.width, height=config.height, fps=config.fps)
    return TurnedCamera(camera, config.rotate) if config.rotate else camera


def create_pipeline(config: MirrorConfig, stats: Stats, *, inline: bool) -> Pipeline:
    """`inline`: in step with the frames, so that a film gives the same result every time."""
    tree = load_tree(MODELS)

    def make_detection() -> Any:
        return Finder(create_detector(config.detector, min_score=STAY)).find

    def make_recognition() -> Any:
        recognizer = Recognizer(Cascade(tree))

        def work(job: Read) -> Recognition:
            recognizer.expire(job.alive)
            return recognizer.read(job.frame, job.requests)

        return work

    detection: Worker[Look, Seen]
    recognition: Worker[Read, Recognition]
    if inline:
        detection, recognition = InlineWorker(make_detection), InlineWorker(make_recognition)
    else:
        detection = ThreadWorker(make_detection, "detection")
        recognition = ThreadWorker(make_recognition, "recognition")
    return Pipeline(detection, recognition, tree, stats, config.cpu_budget)
