"""(b) The mirror at work: rates, ages, and how far the emoticons are from the faces."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from contextlib import closing
from typing import Any

import numpy as np

from benchmarks.replay import ReplayCamera, Truth
from benchmarks.timing import resident_mb
from edge.app import create_pipeline
from edge.artwork import load_artwork
from edge.capture import Capture
from edge.compositor import Compositor
from edge.config import MirrorConfig
from edge.displays.none import NoDisplay
from edge.language import load_language
from edge.mirror import Mirror
from edge.overlay import Overlay
from edge.pipeline import Pipeline
from edge.stats import Stats
from edge.types import Frame, Scene, Track
from edge.watchdog import Watchdog

SETTLE = 15  # the first frames, in which everybody is still being found, are not judged


class Recorder(Pipeline):
    """The real pipeline, which also remembers what it told."""

    scenes: deque[Scene]

    def step(self, frame: Frame) -> Scene:
        """See `Pipeline`."""
        scene = super().step(frame)
        # The picture is dropped: only who was where is judged.
        told = Frame(np.empty(0), frame.index, frame.time_s)
        self.scenes.append(Scene(told, scene.tracks, scene.attributes))
        return scene


def run(
    camera: ReplayCamera,
    *,
    frames: int,
    paced: bool,
    config: MirrorConfig,
    judged: int | None = None,
) -> dict[str, Any]:
    """Let the mirror run on `frames` frames without a display and judge it.

    Paced, the camera does not wait and late frames are dropped. Unpaced, each frame is taken as
    soon as the last one is done; detection and recognition then run in step with the film, as
    often as they would beside it, so that their time is counted too.
    The newest `judged` frames are judged (None: all), and kept until then.
    """
    stats = Stats()
    pipeline = create_pipeline(config, stats, inline=not paced)
    recorder = Recorder(**{name: getattr(pipeline, name) for name in Pipeline.__annotations__})
    recorder.scenes = deque(maxlen=judged)
    capture = Capture(camera, mode="newest" if paced else "every", frames=frames)
    mirror = Mirror(
        capture,
        recorder,
        Compositor(load_artwork(config.artwork)),
        NoDisplay(),
        Overlay(load_language("en"), hints=False),
        stats=stats,
        watchdog=Watchdog(),
        flip=True,
    )
    wall, cpu = time.perf_counter(), time.process_time()
    with closing(recorder), capture:
        mirror.run()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    report = stats.report(captured=capture.captured, dropped=capture.dropped)
    report["shown_share"] = report["shown"] / report["captured"]
    report["cpu_share"] = cpu / wall
    report["detections_a_second"] = report["detections"] / wall
    report["inferences_a_second"] = report["inferences"] / wall
    report["memory_mb"] = resident_mb() - camera.held_mb
    report["path_ms"] = {
        q: sum(stage[q] or 0.0 for name, stage in report["stage_ms"].items() if name != "display")
        for q in ("p50", "p95")
    }
    report["overlay"] = judge(list(recorder.scenes), camera)
    return report


def judge(scenes: list[Scene], camera: ReplayCamera) -> dict[str, Any]:
    """How well the tracks shown match the truth, frame by frame.

    Centre error in face widths and IoU of the nearest track to each true face; ids switched:
    how often a true face's id changed; label changes a minute and face, by attribute.
    """
    errors, ious, rolls = [], [], []
    missed = extra = switched = 0
    last_id: dict[int, int] = {}
    changes: defaultdict[str, int] = defaultdict(int)
    last_label: dict[tuple[int, str], str] = {}
    for scene in scenes[SETTLE:]:
        truth = camera.truth(scene.frame.index)
        for which, (box, roll) in enumerate(truth):
            track = max(scene.tracks, key=lambda t: t.box.iou(box), default=None)
            if track is None or track.box.iou(box) == 0:
                missed += 1
                continue
            x, y = track.box.center
            errors.append(float(np.hypot(x - box.center[0], y - box.center[1]) / box.width))
            ious.append(track.box.iou(box))
            rolls.append(abs(track.roll - roll))
            switched += last_id.get(which, track.id) != track.id
            last_id[which] = track.id
        extra += max(0, len(scene.tracks) - len(truth))
        for number, attributes in scene.attributes.items():
            for name, attribute in attributes.items():
                before = last_label.setdefault((number, name), attribute.label)
                changes[name] += before != attribute.label
                last_label[number, name] = attribute.label
    minutes = _minutes(scenes)
    return {
        "centre_error_mean": float(np.mean(errors)) if errors else None,
        "centre_error_p95": float(np.percentile(errors, 95)) if errors else None,
        "iou_mean": float(np.mean(ious)) if ious else None,
        "roll_error_mean": float(np.mean(rolls)) if rolls else None,
        "missed": missed,
        "extra": extra,
        "ids_switched": switched,
        "label_changes_a_minute": {name: n / minutes for name, n in changes.items()},
        "appears_after_s": _delay(scenes, camera, appears=True),
        "gone_after_s": _delay(scenes, camera, appears=False),
    }


def _minutes(scenes: list[Scene]) -> float:
    return max(1e-9, (scenes[-1].frame.time_s - scenes[0].frame.time_s) / 60) if scenes else 1e-9


def _delay(scenes: list[Scene], camera: ReplayCamera, *, appears: bool) -> float | None:
    """Seconds from the first frame in which somebody is there (or gone) until it is shown."""
    since: float | None = None
    before: Truth | tuple[Track, ...] | None = None
    for scene in scenes:
        truth = camera.truth(scene.frame.index)
        if before is not None and bool(truth) is appears and bool(before) is not appears:
            since = scene.frame.time_s
        before = truth
        if since is not None and bool(scene.tracks) is appears:
            return scene.frame.time_s - since
    return None
