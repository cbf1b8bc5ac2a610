"""Repeated timing, and the machine that was timed."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from edge.tflite import find_runtime

WARM_UP = 5


def measure(work: Callable[[], object], *, repeat: int) -> list[float]:
    """Milliseconds of each of `repeat` runs, after a warm-up that is not counted."""
    for _ in range(WARM_UP):
        work()
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return times


def summary(times: Sequence[float]) -> dict[str, Any]:
    """{median, p95, raw} of times in milliseconds."""
    return {
        "median": float(np.median(times)),
        "p95": float(np.percentile(times, 95)),
        "raw": [round(t, 4) for t in times],
    }


def machine() -> dict[str, Any]:
    """What was measured on, for whoever reads the figures."""
    cpu = platform.processor() or platform.machine()
    for line in _lines("/proc/cpuinfo") + _lines("/proc/device-tree/model"):
        if line.startswith(("model name", "Raspberry")):
            cpu = line.split(":")[-1].strip(" \t\0\n")
            break
    return {
        "cpu": cpu,
        "cores": len(os.sched_getaffinity(0)),
        "system": platform.platform(),
        "python": platform.python_version(),
        "opencv": cv2.__version__,
        "runtime": " ".join(find_runtime()),
        "date": time.strftime("%Y-%m-%d"),
    }


def _lines(path: str) -> list[str]:
    return Path(path).read_text(errors="replace").splitlines() if Path(path).exists() else []


def resident_mb() -> float:
    """Memory of this process, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 1e6
