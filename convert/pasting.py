"""Pasting drawn masks onto faces whose other labels are known.

The templates and their anchor points are MaskTheFace's (Anwar and Raychowdhury, Masked Face
Recognition for Secure Authentication, 2020), which places them by facial landmarks; here they
follow from the detector's box, with some play.
"""

from __future__ import annotations

import configparser
import hashlib
import zipfile
import zlib
from pathlib import Path

import cv2
import numpy as np

from edge.errors import PictureError
from edge.types import Box, Image

CONFIG = "masks.cfg.txt"
POINTS = "abcdef"
TARGETS = np.array(
    [[0.04, 0.50], [0.5, 0.46], [0.96, 0.50], [0.10, 0.82], [0.5, 1.02], [0.90, 0.82]], np.float32
)
"""Where the points belong in the detector's box: left, nose, right; jaw left, chin, jaw right."""
USED = ("surgical", "surgical_green", "surgical_blue", "N95", "KN95", "cloth")
"""The templates for frontal faces; those for turned ones do not fit an upright box."""


class MaskPaster:
    """A set of mask templates."""

    def __init__(self, path: Path) -> None:
        """Read a zip or a folder of RGBA pictures with their anchor points.

        Raises PictureError.
        """
        content = _read(path, CONFIG)
        try:
            drawings = _drawings(content.decode())
        except (configparser.Error, KeyError, ValueError) as error:
            raise PictureError(
                f"{path}: {CONFIG}: expected sections {', '.join(USED)}, each with a template and "
                f"the points mask_{POINTS[0]} to mask_{POINTS[-1]} ({' '.join(str(error).split())})"
            ) from error
        self._templates = []
        for name, points in drawings:
            file = _read(path, name)
            content += file
            picture = cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_UNCHANGED)
            if picture is None or picture.ndim != 3 or picture.shape[2] != 4:
                raise PictureError(f"{path}: {name} is not a picture with transparency")
            anchors = _fitted(points, picture[..., 3])
            self._templates.append((picture, anchors))
        self.sha1 = hashlib.sha1(content).hexdigest()  # tells this set from others

    def paste(self, image: Image, box: Box, *, seed: str) -> Image:
        """A copy of the picture whose face in `box` wears a mask; the same for the same seed."""
        rng = np.random.default_rng(zlib.crc32(seed.encode()))
        template, points = self._templates[rng.integers(len(self._templates))]
        places = TARGETS + rng.normal(0, 0.015, TARGETS.shape) + rng.normal(0, 0.02, 2)
        # The upper edge sits higher or lower on the nose.
        places[:3, 1] += rng.uniform(-0.03, 0.06)
        corners = np.array([box.left, box.top]) + places * np.array([box.width, box.height])
        warp, _ = cv2.findHomography(points, corners)
        height, width = image.shape[:2]
        # Averaged down first: a warp by a factor of ten would pick single pixels.
        shrink = max(1.0, template.shape[1] / (2 * max(box.width, 8.0)))
        small = cv2.resize(
            template, None, fx=1 / shrink, fy=1 / shrink, interpolation=cv2.INTER_AREA
        )
        warp = warp @ np.diag([shrink, shrink, 1.0])
        layer = cv2.warpPerspective(small, warp, (width, height)).astype(np.float32)
        alpha = layer[..., 3:] / 255
        # Dark and coloured ones too: cloth is sold in any colour.
        light = rng.choice([0.25, 0.7, 1.0]) * rng.uniform(0.8, 1.15, 3)
        mask = np.clip(layer[..., :3] * light, 0, 255)
        return (image * (1 - alpha) + mask * alpha + 0.5).astype(np.uint8)


def _drawings(text: str) -> list[tuple[str, np.ndarray]]:
    """File name and anchor points (6, 2) float32 of each template in USED.

    Raises KeyError, ValueError or configparser.Error.
    """
    parser = configparser.ConfigParser()
    parser.read_string(text[text.index("[") :])  # before the first section stands the licence
    return [
        (
            Path(parser[name]["template"]).name,
            np.array([parser[name][f"mask_{p}"].split(",") for p in POINTS], np.float32),
        )
        for name in USED
    ]


def _fitted(points: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Anchor points, given for a larger drawing, in the pixels of this one: extent onto extent."""
    left, top, width, height = cv2.boundingRect((alpha > 20).astype(np.uint8))
    low, high = points.min(axis=0), points.max(axis=0)
    return np.array([left, top]) + (points - low) / (high - low) * np.array([width, height])


def holds(path: Path, name: str) -> bool:
    """Whether a zip or a folder has a file of this name at its top."""
    if path.is_dir():
        return (path / name).is_file()
    try:
        with zipfile.ZipFile(path) as archive:
            return name in archive.namelist()
    except (OSError, zipfile.BadZipFile) as error:
        raise PictureError(f"{path}: expected a zip or a folder ({error})") from error


def _read(path: Path, name: str) -> bytes:
    try:
        if path.is_dir():
            return (path / name).read_bytes()
        with zipfile.ZipFile(path) as archive:
            return archive.read(name)
    except (OSError, KeyError, zipfile.BadZipFile, zlib.error) as error:
        raise PictureError(f"{path}: expected mask templates with {name} ({error})") from error
