"""Measure the mirror on this machine: models, live runs, scale, and the report's way beside it.

For figures of one core: `taskset -c 0 .venv/bin/python scripts/benchmark.py`.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from benchmarks import live, models, output, replay, scale, soak
from benchmarks.timing import machine

from edge.config import MirrorConfig
from edge.detectors import DETECTORS, create_detector
from edge.errors import MirrorError

PARTS = ("models", "mirror", "scale")
LONG = ("soak",)


def build_parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)} (all three), or soak"
    )
    parser.add_argument("--minutes", type=_minutes, default=30.0, help="of the soak (30)")
    parser.add_argument("--quick", action="store_true", help="fewer runs; under a minute")
    parser.add_argument("--baseline", choices=("report",), help="also the report's way (slow)")
    parser.add_argument("--clip", action="append", default=[], metavar="FILE", help="of one person")
    parser.add_argument("--detector", choices=DETECTORS, default=MirrorConfig.detector)
    parser.add_argument("--out", type=Path, metavar="FILE.json", help="all figures, raw times too")
    parser.add_argument("--plot", type=Path, metavar="FILE.png")
    parser.add_argument("--compare", type=Path, metavar="FILE.json", help="an earlier --out")
    return parser


def _minutes(text: str) -> float:
    with suppress(ValueError):
        if 0.1 <= float(text) < math.inf:
            return float(text)
    raise argparse.ArgumentTypeError(f"expected a number from 0.1 on, got {text}")


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line, checked as far as can be before anything is measured."""
    parser = build_parser()
    args = parser.parse_args(arguments)
    known = (*PARTS, *LONG)
    if unknown := set(args.parts).difference(known):
        parser.error(f"expected parts of {', '.join(known)}, got {', '.join(sorted(unknown))}")
    for path in (args.out, args.plot):
        if path is not None and (path.is_dir() or not path.parent.is_dir()):
            parser.error(f"{path}: expected a file in a folder that is there")
    if args.plot is not None and find_spec("matplotlib") is None:
        parser.error("--plot needs matplotlib: .venv/bin/pip install matplotlib")
    if args.baseline and find_spec("keras") is None:
        parser.error("--baseline report needs the train extra: .venv/bin/pip install -e '.[train]'")
    for path in map(Path, args.clip):
        if not path.is_file():
            parser.error(f"--clip {path}: no such file")
    return args


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for and print it."""
    args = parse(arguments)
    try:
        measure_all(args)
    except (MirrorError, OSError) as error:
        print(f"benchmark: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def measure_all(args: argparse.Namespace) -> None:
    """Measure and print each part; then write and compare as was asked for."""
    before = None if args.compare is None else output.read_medians(args.compare)
    cv2.setNumThreads(1)
    parts = args.parts or PARTS
    progress = output.Progress(30 if args.quick else 90)
    repeat = 20 if args.quick else 100
    result: dict[str, Any] = {"machine": machine(), "models": [], "mirror": {}, "scale": {}}

    def keep() -> None:
        """What is measured so far: a soak may be broken off."""
        if args.out is not None:
            output.write_json(args.out, result)

    print(" | ".join(f"{key} {value}" for key, value in result["machine"].items()))
    if "models" in parts:
        result["models"] = models.run(repeat=repeat, progress=progress)
        progress.end()
        keep()
        print("\n" + output.model_table(result["models"]))
    if "mirror" in parts:
        result["mirror"] = measure_mirror(args, progress)
        progress.end()
        keep()
        print("\n" + output.live_table(result["mirror"]))
    if args.baseline:
        result["baseline"] = measure_baseline(args, progress)
        progress.end()
        keep()
        print("\n" + "\n".join(f"{k}: {v:.4g}" for k, v in result["baseline"].items()))
    if "scale" in parts:
        result["scale"] = scale.run(repeat=repeat, progress=progress)
        progress.end()
        keep()
        rows = ([size, *(p["path_ms"] for p in points)] for size, points in result["scale"].items())
        header = ["display path (ms)", *(f"{n} faces" for n in scale.FACES)]
        print("\n" + output.table(header, rows))
    if "soak" in parts:
        config = MirrorConfig(detector=args.detector)
        result["soak"] = soak.run(minutes=args.minutes, fps=60.0, config=config, progress=progress)
        progress.end()
        keep()
        print("\n" + "\n".join(f"{k}: {v}" for k, v in result["soak"].items() if k != "samples"))
    if args.plot is not None:
        output.plot(args.plot, result)
    if before is not None:
        print("\n" + output.compare(output.medians(result), before))


def measure_mirror(args: argparse.Namespace, progress: output.Progress) -> dict[str, Any]:
    """The live runs, by name."""
    config = MirrorConfig(detector=args.detector)
    seconds = 3 if args.quick else 10
    small, large = {"width": 640, "height": 480}, {"width": 1280, "height": 720}
    cases: dict[str, tuple[dict[str, Any], bool]] = {
        "640x480, 30 fps, 1 face": ({**small, "faces": 1, "speed": 1.0, "fps": 30.0}, True),
        "640x480, 30 fps, 1 face, fast": ({**small, "faces": 1, "speed": 3.0, "fps": 30.0}, True),
        "640x480, 60 fps, 1 face": ({**small, "faces": 1, "speed": 1.0, "fps": 60.0}, True),
        "640x480, 30 fps, 3 faces": ({**small, "faces": 3, "speed": 1.0, "fps": 30.0}, True),
        "1280x720, 30 fps, 3 faces": ({**large, "faces": 3, "speed": 1.0, "fps": 30.0}, True),
        "640x480, unpaced, 1 face": ({**small, "faces": 1, "speed": 1.0, "fps": 30.0}, False),
    }
    runs = {}
    for name, (film, paced) in cases.items():
        progress(name)
        camera = replay.demo(**film, frames=90 if args.quick else 300)
        frames = round(seconds * film["fps"])
        runs[name] = live.run(camera, frames=frames, paced=paced, config=config)
    for name, camera in (
        ("640x480, 30 fps, a visit", replay.visit(**small, fps=30.0)),
        ("640x480, 30 fps, still", replay.still(**small, fps=30.0)),
    ):
        progress(name)
        frames = 150 if "visit" in name else round(seconds * 30)
        runs[name] = live.run(camera, frames=frames, paced=True, config=config)
    for path in args.clip:
        progress(path)
        detector = create_detector(args.detector, min_score=0.5)
        camera = replay.clip(path, frames=300, detector=detector)
        frames = min(300, round(seconds * 30))
        runs[Path(path).name] = live.run(camera, frames=frames, paced=True, config=config)
    return runs


def measure_baseline(args: argparse.Namespace, progress: output.Progress) -> dict[str, float]:
    """The report's way and ours, unpaced, in the same run: medians and ratios."""
    from benchmarks import report_way

    camera = replay.demo(width=640, height=480, faces=1, speed=1.0, fps=30.0, frames=60)
    frames = [frame.image for frame, _ in zip(camera, range(60), strict=False)]
    ((box, _),) = camera.truth(0)
    theirs = report_way.run(frames, box, repeat=10 if args.quick else 40, progress=progress)
    config = MirrorConfig(detector=args.detector)
    progress("ours, unpaced")
    ours = live.run(camera, frames=600, paced=False, config=config)
    face_ms = models.face_path_ms(frames[0], box, repeat=50)
    frame_ms, net_ms = (float(np.median(theirs[key])) for key in ("frame_ms", "face_ms"))
    return {
        "report, fps": 1000 / frame_ms,
        "ours, unpaced, fps": ours["fps"],
        "ratio": ours["fps"] * frame_ms / 1000,
        "report, one face through its networks, ms": net_ms,
        "ours, one face through its networks, ms": face_ms,
        "ratio of networks": net_ms / face_ms,
    }


if __name__ == "__main__":
    sys.exit(main())
