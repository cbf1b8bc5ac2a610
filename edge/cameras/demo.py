"""The demo camera: a real portrait that moves along a known path over a background."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from edge.errors import CameraError, DependencyError
from edge.types import Box, Frame, Image

PACKAGE = "skimage"
REFERENCE = Box(179.0, 57.5, 272.0, 177.0)
"""Her face as the Caffe detector boxes it (mean over 120 frames), in pixels of the portrait."""

FACE_HEIGHT = 0.28  # of the frame's, for one face at its mean size
MAX_FACES = 3
SWAY = 0.35  # of the room beside the face that it uses, left and right
NOD = 0.25  # the same, up and down
SCALE = 0.12  # how much the face grows and shrinks
ROLL = 0.2  # radians, to either side

# Her outline, cut out once with cv2.grabCut: x,y pairs in pixels of the portrait.
_OUTLINE = """
202,24 186,39 164,52 157,59 154,69 158,103 171,115 175,127 182,131 183,148 154,152 132,168 122,184
121,202 114,206 91,228 77,236 66,247 47,279 41,295 40,307 27,343 27,367 20,391 21,418 25,431 26,477
30,492 38,501 40,511 511,511 511,492 505,491 499,479 492,478 492,467 500,462 501,456 494,453 492,422
477,385 454,362 417,346 394,345 363,349 359,345 359,329 356,324 351,287 346,283 339,263 304,235
290,202 256,175 256,165 263,153 267,136 274,133 289,116 299,91 295,59 287,44 275,32 247,19 228,17
"""


class Placement(NamedTuple):
    """Where one face is: a similarity of the portrait."""

    x: float  # the middle of the face, pixels
    y: float
    scale: float  # frame pixels for each pixel of the portrait
    roll: float  # radians, clockwise on the screen is positive


def portrait_file() -> Path:
    """scikit-image's astronaut (NASA, public domain), found without importing the package."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise DependencyError("the demo camera's portrait is missing: pip install scikit-image")
    return Path(next(iter(spec.submodule_search_locations))) / "data" / "astronaut.png"


class DemoCamera:
    """An endless film of one to three moving faces whose place is known at every frame.

    Each face runs a figure of eight, nods, rolls and changes its size, smoothly; the same
    arguments always give the same frames.
    """

    live = False

    def __init__(
        self,
        *,
        width: int | None = None,
        height: int | None = None,
        fps: float | None = None,
        faces: int = 1,
        speed: float = 0.5,
    ) -> None:
        """`speed`: a face's top speed, in face widths a second; 0 keeps it still.

        Raises DependencyError without scikit-image's portrait.
        """
        if not 1 <= faces <= MAX_FACES:
            raise ValueError(f"faces: expected 1 to {MAX_FACES}, got {faces}")
        self.fps: float = fps or 30.0
        self._size = width or 640, height or 480
        self._faces = faces
        self._portrait, self._outline = _cut_out(portrait_file())
        self.background = _background(*self._size)
        # Three people stand in a third of the width each, and further away.
        lane = self._size[0] / faces
        self._scale = min(
            FACE_HEIGHT * self._size[1] / REFERENCE.height, lane / 2.4 / REFERENCE.width
        )
        self._sway = SWAY * (lane - REFERENCE.width * self._scale)
        self._nod = NOD * (self._size[1] - REFERENCE.height * self._scale) / 2
        top_speed = speed * REFERENCE.width * self._scale  # pixels a second
        # A figure of eight is fastest where it crosses itself: hypot(sway, 2 nod) a radian.
        self._radians_a_frame = top_speed / math.hypot(self._sway, 2 * self._nod) / self.fps

    def placements(self, index: int) -> list[Placement]:
        """Each face's place in frame `index`, from left to right."""
        width, height = self._size
        placements = []
        nod = self._nod * math.sin(2 * self._radians_a_frame * index)
        for face in range(self._faces):
            # All nod together, so that nobody's shoulders hide a neighbour's face.
            phase = self._radians_a_frame * index + face * 2.0
            placements.append(
                Placement(
                    x=width * (face + 0.5) / self._faces + self._sway * math.sin(phase),
                    y=height * 0.42 + nod,
                    scale=self._scale * (1 + SCALE * math.cos(phase)),
                    roll=ROLL * math.sin(phase + 1.0),
                )
            )
        return placements

    def truth(self, index: int) -> list[tuple[Box, float]]:
        """The box and roll (radians) of each face in frame `index`, from left to right.

        The box is what a detector answers for the upright face: rolling does not change it.
        """
        boxes = []
        for at in self.placements(index):
            half_width = REFERENCE.width * at.scale / 2
            half_height = REFERENCE.height * at.scale / 2
            box = Box(at.x - half_width, at.y - half_height, at.x + half_width, at.y + half_height)
            boxes.append((box, at.roll))
        return boxes

    def render(self, index: int) -> Image:
        """Frame `index`; a new (height, width, 3) array."""
        image = self.background.copy()
        for at in self.placements(index):
            self.paint(image, at)
        return image

    def __iter__(self) -> Iterator[Frame]:
        """See `Camera`."""
        index = 0
        while True:
            yield Frame(self.render(index), index, index / self.fps)
            index += 1

    def close(self) -> None:
        """See `Camera`."""

    def paint(self, image: Image, at: Placement) -> None:
        """Paint the portrait over the picture, at this place."""
        cos, sin = at.scale * math.cos(at.roll), at.scale * math.sin(at.roll)
        x, y = REFERENCE.center
        matrix = np.array(
            [[cos, -sin, at.x - cos * x + sin * y], [sin, cos, at.y - sin * x - cos * y]]
        )
        corners = self._outline @ matrix[:, :2].T + matrix[:, 2]
        left, top = np.clip(np.floor(corners.min(axis=0)).astype(int), 0, self._size)
        right, bottom = np.clip(np.ceil(corners.max(axis=0)).astype(int) + 1, 0, self._size)
        matrix[:, 2] -= left, top
        warped = cv2.warpAffine(self._portrait, matrix, (right - left, bottom - top))
        part = image[top:bottom, left:right]
        veil = cv2.cvtColor(255 - warped[..., 3], cv2.COLOR_GRAY2BGR)
        cv2.multiply(part, veil, dst=part, scale=1 / 255)
        cv2.add(part, cv2.cvtColor(warped, cv2.COLOR_BGRA2BGR), dst=part)


def _cut_out(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """The portrait as premultiplied BGRA, and its outline as (N, 2) float64."""
    portrait = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if portrait is None:
        raise CameraError(f"{path}: not readable; reinstall scikit-image")
    outline = np.array([pair.split(",") for pair in _OUTLINE.split()], dtype=np.int32)
    alpha = np.zeros(portrait.shape[:2], np.uint8)
    cv2.fillPoly(alpha, [outline], 255, cv2.LINE_AA)
    alpha = cv2.GaussianBlur(alpha, (5, 5), 0)[..., None]
    premultiplied = np.rint(portrait * (alpha / 255)).astype(np.uint8)
    return np.concatenate([premultiplied, alpha], axis=2), outline.astype(np.float64)


def _background(width: int, height: int) -> Image:
    """A blurred room of soft patches, with a little grain that stays in its place."""
    random = np.random.default_rng(7)
    patches = random.uniform(90, 165, (5, 7, 1)) + random.uniform(-8, 8, (5, 7, 3))
    room = cv2.resize(patches, (width, height), interpolation=cv2.INTER_CUBIC)
    grain = random.normal(0, 3, (height, width, 1))
    return np.clip(room + grain, 0, 255).astype(np.uint8)
