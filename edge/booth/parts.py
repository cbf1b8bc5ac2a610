"""What a booth is put together from."""

from __future__ import annotations

from dataclasses import dataclass

from edge.booth.album import Album
from edge.booth.gpio import Panel
from edge.booth.layouts import Layout
from edge.booth.printing import Printer
from edge.booth.share import Share
from edge.booth.stage import Stage
from edge.capture import Capture
from edge.compositor import Compositor
from edge.displays import Display
from edge.pipeline import Pipeline
from edge.stats import Stats
from edge.watchdog import Watchdog


@dataclass(frozen=True, kw_only=True)
class Parts:
    """All ready to use; closing them is their owner's."""

    capture: Capture
    pipeline: Pipeline
    mirror: Compositor  # paints what is shown
    camera: Compositor  # paints what is taken: no blink, no bounce
    display: Display
    stage: Stage
    layout: Layout
    album: Album
    share: Share | None
    printer: Printer | None
    panel: Panel
    stats: Stats
    watchdog: Watchdog
