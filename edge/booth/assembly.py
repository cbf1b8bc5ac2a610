"""Puts the booth together, as its options say."""

from __future__ import annotations

import time
from contextlib import ExitStack, closing
from pathlib import Path

import cv2

from edge.app import create_pipeline, open_camera, serve_metrics, signals_to, write_report
from edge.artwork import load_artwork
from edge.booth.album import Album
from edge.booth.booth import Booth
from edge.booth.gpio import open_panel
from edge.booth.keeper import Keeper
from edge.booth.layouts import LAYOUTS
from edge.booth.machine import Machine
from edge.booth.options import BoothConfig
from edge.booth.parts import Parts
from edge.booth.printing import Printer, check_printer
from edge.booth.result import Offers
from edge.booth.share import Share
from edge.booth.stage import Stage
from edge.capture import Capture
from edge.compositor import Compositor
from edge.displays import create_display
from edge.language import Language, available_languages, load_language
from edge.metrics import mirror_metrics
from edge.stats import Stats
from edge.watchdog import Watchdog


def run_booth(config: BoothConfig) -> None:
    """Run the booth until it is told to end; raises MirrorError."""
    # One thread each: the display path, detection and recognition already are three threads.
    cv2.setNumThreads(1)
    stats, watchdog = Stats(), Watchdog()
    if config.printer is not None:
        check_printer(config.printer)
    with ExitStack() as stack:
        keeper = None
        if config.keep is not None:
            keeper = stack.enter_context(closing(Keeper(Path(config.keep)).start()))
        album = Album(share_s=config.share_s, keeper=keeper)
        share = printer = None
        if config.share:
            share = Share(
                album, host=config.share_host, port=config.share_port, clock=time.monotonic
            )
            stack.enter_context(closing(share.start()))
        if config.printer is not None:
            printer = Printer(config.printer, evening=config.prints_evening)
            stack.enter_context(closing(printer))
        panel = stack.enter_context(closing(open_panel(button=config.button, led=config.led)))
        camera = open_camera(config)
        capture = Capture(
            camera,
            frames=config.frames,
            reopen=(lambda: open_camera(config)) if camera.live else None,
        )
        stack.enter_context(capture)
        display = stack.enter_context(
            closing(
                create_display(
                    config.display,
                    fullscreen=config.fullscreen,
                    kiosk=config.kiosk,
                    screen=config.screen,
                    source=config.camera,
                )
            )
        )
        pipeline = stack.enter_context(closing(create_pipeline(config, stats, inline=False)))
        kept = keeper.metrics if keeper else list
        stack.enter_context(
            serve_metrics(config, lambda: [*mirror_metrics(stats, capture, pipeline), *kept()])
        )
        parts = Parts(
            capture=capture,
            pipeline=pipeline,
            mirror=create_compositor(config, calm=config.calm),
            camera=create_compositor(config, calm=True),
            display=display,
            stage=create_stage(config),
            layout=LAYOUTS[config.layout],
            album=album,
            share=share,
            printer=printer,
            panel=panel,
            stats=stats,
            watchdog=watchdog,
        )
        booth = Booth(parts, create_machine(config), flip=config.flip)
        try:
            with signals_to(booth.stop):
                booth.run()
        finally:
            watchdog.stop()
            capture.close()
            write_report(config, stats, capture)


def create_compositor(config: BoothConfig, *, calm: bool) -> Compositor:
    """As the mirror's options say."""
    return Compositor(
        load_artwork(config.artwork), mode=config.mode, pixelate=config.pixelate, calm=calm
    )


def create_machine(config: BoothConfig) -> Machine:
    """The booth's rules."""
    layout = LAYOUTS[config.layout]
    return Machine(
        languages=tuple(_languages(config)),
        shots=layout.shots,
        countdown_s=config.countdown_s,
        between_s=layout.between_s,
        idle_s=config.idle_s,
        result_s=config.result_s,
        smile=config.smile,
        prints=0 if config.printer is None else config.prints_each,
    )


def create_stage(config: BoothConfig) -> Stage:
    """The booth's screens."""
    return Stage(
        config.screen_width,
        config.screen_height,
        load_artwork(config.artwork),
        _languages(config),
        kept=config.keep is not None,
        shots=LAYOUTS[config.layout].shots,
        smile=config.smile,
        button=config.button is not None,
        offers=Offers(config.share, config.printer is not None, config.network),
    )


def _languages(config: BoothConfig) -> dict[str, Language]:
    """Those that can be written here, by name, the config's first."""
    names = [config.language, *(n for n in available_languages() if n != config.language)]
    found: dict[str, Language] = {}
    for name in names:
        language = load_language(name)
        if all(language.title != other.title for other in found.values()):
            found[name] = language
    return found
