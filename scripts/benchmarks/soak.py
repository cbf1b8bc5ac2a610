"""(e) A long run: whether memory stays flat, and whether anything is left behind."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from benchmarks import live, replay
from benchmarks.timing import resident_mb
from edge.config import MirrorConfig

WARM_S = 60.0
"""What is taken in the first minute is not counted as growth."""

_SAMPLE_S = 5.0


def run(
    *, minutes: float, fps: float, config: MirrorConfig, progress: Callable[[str], None]
) -> dict[str, Any]:
    """Memory in MB over the run, its growth after the first minute, threads left at the end."""
    before = set(threading.enumerate())
    ended = threading.Event()
    samples: list[tuple[float, float]] = []

    def watch() -> None:
        while not ended.wait(_SAMPLE_S):
            samples.append((len(samples) * _SAMPLE_S, resident_mb()))
            progress(f"soak, {samples[-1][0] / 60:.0f} of {minutes:.0f} min")

    watcher = threading.Thread(target=watch, name="watch")
    watcher.start()
    camera = replay.demo(width=640, height=480, faces=2, speed=1.0, fps=fps, frames=120)
    try:
        report = live.run(
            camera, frames=round(minutes * 60 * fps), paced=True, config=config, judged=1000
        )
    finally:
        ended.set()
        watcher.join()
    settled = [mb for at_s, mb in samples if at_s >= WARM_S]
    return {
        "minutes": minutes,
        "fps": report["fps"],
        "shown %": 100 * report["shown_share"],
        "memory after a minute, MB": settled[0] if settled else None,
        "memory at most after that, MB": max(settled, default=None),
        "growth, MB": settled[-1] - settled[0] if settled else None,
        "threads left": sorted(t.name for t in set(threading.enumerate()) - before),
        "samples": samples,
    }
