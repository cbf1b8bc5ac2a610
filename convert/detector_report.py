"""docs/detectors.md: the TFLite detector against the Caffe one, on the same pictures."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from convert.detector_caffe import CaffeNetwork
from convert.detector_measures import Count, agreement, count, jitter, match, total
from convert.detector_sets import Material, Picture, read_frames, read_material
from convert.detector_trials import (
    FAR_HEIGHTS,
    Finder,
    around,
    far_recall,
    float_difference,
    interleaved_ms,
    kept,
    place,
    portrait_of,
)
from convert.markdown import table
from edge.detectors.caffe import CaffeDetector, caffe_files
from edge.detectors.card import load_detector_card
from edge.detectors.network import Network
from edge.detectors.ssd import to_faces
from edge.detectors.tflite import FIND, TFLiteDetector
from edge.paths import MODELS
from edge.types import Box, Face, Image

THRESHOLDS = (0.8, 0.65, 0.5)
LOWEST = 0.3
EQUALITY = 50  # pictures
FRAMES = 150  # of each clip
KNOWN_HEIGHTS = (100, 200, 300)  # pixels, in 1280x720
SQUARE = (300, 300)


def write_report(paths: Sequence[Path], folder: Path, *, rounds: int = 40) -> Path:
    """Measure on the sets in `paths` (detection, photos, clips, close-ups); time `rounds` calls."""
    cv2.setNumThreads(1)
    caffe = CaffeNetwork(*caffe_files())
    square = Network(load_detector_card(MODELS / FIND), SQUARE)
    mirror = TFLiteDetector(min_score=LOWEST)
    finders: dict[str, Finder] = {
        "Caffe, 300x300 (the report's)": partial(_caffe, caffe, shape=SQUARE),
        "TFLite, 300x300": partial(_tflite, square),
        "Caffe, the shapes below": lambda image: _caffe(
            caffe, image, mirror.shape_for(*image.shape[:2])
        ),
        "TFLite, shape by the frame": mirror.detect,
    }
    *same_input, _, shaped = finders
    with ExitStack() as stack:
        material = read_material(paths, stack)
        everything = [*material.boxed, *material.photos, *material.close]
        found = {name: [find(p.image) for p in everything] for name, find in finders.items()}
        images = [picture.image for picture in everything[:EQUALITY]]
        sections = [
            _INTRODUCTION.format(machine=platform.machine(), opencv=cv2.__version__),
            _equality(*float_difference(caffe, images), len(images)),
            _recall(everything, found, material),
            _groups(everything, found),
            _agreement(*(found[name] for name in same_input)),
            _jitter(material.clips, {name: finders[name] for name in (*same_input, shaped)}),
            _times(material.boxed[0].image, portrait_of(mirror, material.photos), rounds),
            _keeping(mirror, material.boxed),
            _far(mirror, material.photos),
        ]
    written = folder / "detectors.md"
    written.parent.mkdir(parents=True, exist_ok=True)
    written.write_text("\n\n".join(sections) + "\n", encoding="utf-8")
    return written


_INTRODUCTION = """\
# The face detectors, measured

Written by `python -m convert detector-report`; do not edit by hand. Both are the same network:
OpenCV's Caffe SSD, and its port to int8 TFLite. No picture here calibrated it.
A face is found when IoU is 0.5 or more; of the photographs only the number of faces is known, and
two of them show a second person in the background whom the labels leave out: who finds these is
counted as wrong. Machine: {machine}, OpenCV {opencv}, one thread."""


def _caffe(caffe: CaffeNetwork, image: Image, shape: tuple[int, int]) -> list[Face]:
    rows = caffe.run(cv2.resize(image, shape[::-1]), ["detection_out"])["detection_out"][0, 0]
    return to_faces(rows[:, 2], rows[:, 3:], image.shape[1], image.shape[0], LOWEST)


def _tflite(network: Network, image: Image) -> list[Face]:
    return to_faces(*network(image), image.shape[1], image.shape[0], LOWEST)


def _equality(offsets: float, scores: float, pictures: int) -> str:
    return (
        f"## Float port\n\nOn {pictures} pictures at 300x300 the Keras port differs from Caffe by "
        f"at most {offsets:.1e} (offsets) and {scores:.1e} (scores)."
    )


def _count(picture: Picture, faces: Iterable[Face], threshold: float) -> Count:
    sure = [face for face in faces if face.score >= threshold]
    return match(sure, picture.boxes) if picture.boxes else count(sure, picture.faces)


def _recall(
    everything: Sequence[Picture], found: dict[str, list[list[Face]]], material: Material
) -> str:
    rows = []
    end = len(material.boxed) + len(material.photos)
    for name, faces in found.items():
        for threshold in THRESHOLDS:
            counts = [_count(*pair, threshold) for pair in zip(everything, faces, strict=True)]
            boxed, photos = total(counts[: len(material.boxed)]), counts[len(material.boxed) : end]
            rows.append([name, f"{threshold}", *_cells(boxed), *_cells(total(photos))])
    header = ["Detector", "Score", "Groups: recall", "false", "Photographs: recall", "false"]
    return "## Finding faces\n\n" + table(header, rows)


def _cells(counts: Count) -> list[str]:
    return [f"{100 * counts.recall:.1f} % of {counts.faces}", str(counts.false)]


def _groups(everything: Sequence[Picture], found: dict[str, list[list[Face]]]) -> str:
    groups: dict[str, Callable[[Picture], bool]] = {
        "mask": lambda picture: picture.mask == "1" and picture.glasses != "sunglasses",
        "sunglasses": lambda picture: picture.mask != "1" and picture.glasses == "sunglasses",
        "both": lambda picture: picture.mask == "1" and picture.glasses == "sunglasses",
    }
    rows = []
    for name, faces in found.items():
        cells = []
        for belongs in groups.values():
            counts = [
                _count(picture, seen, 0.65)
                for picture, seen in zip(everything, faces, strict=True)
                if belongs(picture)
            ]
            cells.append(_cells(total(counts))[0] if counts else "none here")
        rows.append([name, *cells])
    note = "Recall at score 0.65, photographs and close-ups (tight crops, hard for all)."
    return f"## Masks and sunglasses\n\n{note}\n\n" + table(["Detector", *groups], rows)


def _agreement(caffe: Sequence[list[Face]], tflite: Sequence[list[Face]]) -> str:
    overlaps = [
        overlap
        for reference, faces in zip(caffe, tflite, strict=True)
        for overlap in agreement(faces, [face for face in reference if face.score >= 0.5])
    ]
    return (
        f"## Boxes\n\nMean IoU with Caffe's boxes at 300x300: {np.mean(overlaps):.3f} "
        f"({len(overlaps)} boxes of score 0.5 or more)."
    )


def _jitter(clips: Sequence[Path], finders: Mapping[str, Finder]) -> str:
    rows, sums = [], [list[np.ndarray]() for _ in finders]
    for clip in clips:
        frames = list(read_frames(clip, FRAMES))
        reference, *others = finders.values()
        lone = [_only(reference(frame)) for frame in frames]
        tracks = [lone]
        for find in others:
            tracks.append([_same(find(f), box) for f, box in zip(frames, lone, strict=True)])
        everywhere = [all(boxes) for boxes in zip(*tracks, strict=True)]
        values = [
            jitter([box if there else None for box, there in zip(track, everywhere, strict=True)])
            for track in tracks
        ]
        if len(values[0]):
            rows.append([clip.name, *(f"{1000 * value.mean():.1f}" for value in values)])
            for column, value in zip(sums, values, strict=True):
                column.append(value)
    pooled = [f"{1000 * np.concatenate(column).mean():.1f}" for column in sums]
    note = (
        "Mean second difference of centre and size over time, in thousandths of the face's height, "
        "on the frames where Caffe sees one face and the others see it too."
    )
    rows.append(["all frames", *pooled])
    return f"## Jitter\n\n{note}\n\n" + table(["Clip", *finders], rows)


def _only(faces: Iterable[Face]) -> Box | None:
    sure = [face.box for face in faces if face.score >= 0.5]
    return sure[0] if len(sure) == 1 else None


def _same(faces: Iterable[Face], box: Box | None) -> Box | None:
    if box is None:
        return None
    best = max((face.box for face in faces), key=box.iou, default=None)
    return best if best is not None and best.iou(box) >= 0.5 else None


def _times(image: Image, portrait: Image, rounds: int) -> str:
    narrow, wide = cv2.resize(image, (640, 480)), cv2.resize(image, (1280, 720))
    square = cv2.resize(image, (480, 480))
    tflite, caffe = TFLiteDetector(), CaffeDetector()
    rng = np.random.default_rng(0)
    known = {}
    for height in KNOWN_HEIGHTS:
        frame, box = place(portrait, tflite.detect(portrait)[0].box, height, rng)
        name = f"TFLite, a known face of {height} pixels"
        known[name] = partial(tflite.detect, frame, around(box))
    times = interleaved_ms(
        {
            "Caffe, 300x300": lambda: caffe.detect(narrow),
            "TFLite, 300x300 (square frames)": lambda: tflite.detect(square),
            "TFLite, 416x320 (4:3)": lambda: tflite.detect(narrow),
            "TFLite, 544x304 (16:9)": lambda: tflite.detect(wide),
            **known,
        },
        rounds,
    )
    first = times["Caffe, 300x300"]
    rows = [[name, f"{value:.2f}", f"{first / value:.1f}"] for name, value in times.items()]
    return "## Time\n\n" + table(["Call", "CPU ms", "Times as fast"], rows)


def _keeping(detector: TFLiteDetector, pictures: Sequence[Picture]) -> str:
    scores, overlaps = kept(detector, pictures)
    return (
        f"## Keeping known faces\n\nA region twice the face's size, its centre off by up to a "
        f"fifth: of {len(scores)} faces that a whole look finds at 0.5, "
        f"{100 * np.mean(scores >= 0.4):.1f} % score 0.4 or more again; mean IoU "
        f"{overlaps[overlaps > 0].mean():.3f}."
    )


def _far(detector: TFLiteDetector, photos: Sequence[Picture]) -> str:
    rows = [
        [f"{height}", *(f"{100 * value:.0f} %" for value in far_recall(detector, photos, height))]
        for height in FAR_HEIGHTS
    ]
    note = (
        "Single portraits, shrunk into a 1280x720 frame. A webcam that sees 60 to 70 degrees shows "
        "a face 3 m away 65 to 80 pixels high."
    )
    header = ["Face height, pixels", "One look", "With tiles"]
    return f"## Far faces\n\n{note} Recall at score 0.65.\n\n" + table(header, rows)
