"""How faces move from frame to frame: sparse optical flow to a similarity transform.

Pyramidal Lucas-Kanade (Bouguet, 2000) on points inside the face, kept where flow forward and
backward agree (Kalal et al., Forward-Backward Error, ICPR 2010). It works on a small grey
picture, all faces in one call, so that a further face costs next to nothing.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Mapping, Sequence

import cv2
import numpy as np

from edge.pose import Pose, Similarity
from edge.types import Box, Frame, Image

GREY_HEIGHT = 240
"""Frames are shrunk by a whole factor to about this height before they are compared."""

_POINTS = 20
_MIN_POINTS = 8
_WINDOW = (11, 11)
_LEVELS = 3
_MAX_ROUND_TRIP = 0.7  # pixels of the small picture between a point and its return
_INSIDE = 0.8  # the share of the box's sides from which points are taken
_HISTORY = 32  # small pictures kept for detections that come late
_COARSE = 4  # the coarse step looks at every fourth pixel of the small picture
_MIN_CORRELATION = 0.7
_NONE = np.empty((0, 1, 2), np.float32)  # points


def small_size(width: int, height: int) -> tuple[int, int]:
    """(width, height) of the small grey picture of a frame of this size."""
    factor = _factor(height)
    return max(1, width // factor), height // factor


def _factor(height: int) -> int:
    return max(1, round(height / GREY_HEIGHT))


class Motion:
    """Remembers the last frames, small and grey, and the points followed through them."""

    def __init__(self) -> None:
        """Nothing is remembered yet."""
        self._greys: deque[tuple[int, Image]] = deque(maxlen=_HISTORY)
        self._points: dict[int, np.ndarray] = {}  # track id -> (N, 1, 2) float32, small pixels
        self._factor = 1

    def advance(self, frame: Frame) -> Image:
        """Take the next frame in; returns it small and grey, (h, w) uint8."""
        height, width = frame.image.shape[:2]
        size = small_size(width, height)
        small = frame.image if frame.lores is None else frame.lores.grey
        if small.shape[1::-1] != size:
            small = cv2.resize(small, size)
        grey = small if small.ndim == 2 else np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY))
        if self._greys and self._greys[-1][1].shape != grey.shape:
            self._greys.clear()
        self._factor = _factor(height)
        self._greys.append((frame.index, grey))
        return grey

    def follow(self, poses: Mapping[int, Pose]) -> dict[int, Similarity]:
        """How each face moved from the last frame into the newest, in frame pixels.

        Faces that could not be followed are left out.
        """
        if len(self._greys) < 2:
            return {}
        before, after = self._greys[-2][1], self._greys[-1][1]
        for number, pose in poses.items():
            # What passed before the face may have taken points along.
            points = self._inside(self._points.get(number, _NONE), pose.box)
            enough = len(points) >= _MIN_POINTS * 2
            self._points[number] = points if enough else self._seed(before, pose.box)
        motions = self._flow(before, after, list(poses))
        for number in poses.keys() - motions.keys():
            start = self._coarse_step(before, after, poses[number].box)
            if start is not None:
                self._points[number] = self._seed(before, poses[number].box)
                motions.update(self._flow(before, after, [number], start))
        # Who is lost or gone is seeded anew, wherever he is found again.
        self._points = {number: self._points[number] for number in motions}
        return motions

    def carry(self, boxes: Sequence[Box], index: int) -> list[Similarity]:
        """How each box moved from frame `index` to the newest one; identity when not known.

        Who is lost on the way is left where he was seen last.
        """
        totals = [Similarity() for _ in boxes]
        if index not in (at for at, _ in self._greys):
            return totals
        followed = dict(enumerate(map(Pose.of, boxes)))
        greys = [grey for at, grey in self._greys if at >= index]
        for before, after in itertools.pairwise(greys):
            points = [self._seed(before, pose.box) for pose in followed.values()]
            steps = self._steps(before, after, points)
            for number, (motion, _) in zip(list(followed), steps, strict=True):
                if motion is None:
                    del followed[number]
                else:
                    followed[number] = followed[number].moved(motion)
                    totals[number] = totals[number].then(motion)
        return totals

    def _inside(self, points: np.ndarray, box: Box) -> np.ndarray:
        """Those of the points, (N, 1, 2) in small pixels, that lie in the box."""
        small = np.array(box, np.float32) / self._factor
        inside = (points >= small[:2]) & (points < small[2:])
        return points[inside.all(axis=(1, 2))]

    def _seed(self, grey: Image, box: Box) -> np.ndarray:
        """Corners in the middle of the box, (N, 1, 2) float32; none when it is out of sight."""
        height, width = grey.shape
        small = box.scaled(1 / self._factor, 1 / self._factor)
        margin_x, margin_y = small.width * (1 - _INSIDE) / 2, small.height * (1 - _INSIDE) / 2
        inner = Box(
            small.left + margin_x,
            small.top + margin_y,
            small.right - margin_x,
            small.bottom - margin_y,
        ).clipped(width, height)
        left, top, right, bottom = (int(v) for v in inner)
        if right - left < 6 or bottom - top < 6:
            return _NONE
        distance = max(2.0, small.height / 14)
        points = cv2.goodFeaturesToTrack(
            grey[top:bottom, left:right], _POINTS, 0.01, distance, blockSize=3
        )
        if points is None:
            return _NONE
        return np.asarray(points + np.array([left, top], np.float32), np.float32)

    def _flow(
        self,
        before: Image,
        after: Image,
        numbers: list[int],
        start: np.ndarray | None = None,
    ) -> dict[int, Similarity]:
        """Track the points of all `numbers` at once; who is lost is left out."""
        steps = self._steps(before, after, [self._points[number] for number in numbers], start)
        motions = {}
        for number, (motion, points) in zip(numbers, steps, strict=True):
            if motion is not None:
                motions[number] = motion
                self._points[number] = points
        return motions

    def _steps(
        self,
        before: Image,
        after: Image,
        parts: Sequence[np.ndarray],
        start: np.ndarray | None = None,
    ) -> list[tuple[Similarity | None, np.ndarray]]:
        """For each face's points its motion, and those found again; all in one call."""
        points = np.concatenate([*parts, _NONE])
        guess = points if start is None else points + start
        moved, good = _track(before, after, points, guess)
        steps, first = [], 0
        for count in map(len, parts):
            part = slice(first, first + count)
            first += count
            old, new = points[part][good[part]], moved[part][good[part]]
            steps.append((_similarity(old, new, self._factor), new))
        return steps

    def _coarse_step(self, before: Image, after: Image, box: Box) -> np.ndarray | None:
        """(2,) float32: where the face's patch went, in small pixels, for motion too fast to flow.

        Normalized correlation within one box size; None where nothing correlates.
        """
        step = 1 / (self._factor * _COARSE)
        old, new = before[::_COARSE, ::_COARSE], after[::_COARSE, ::_COARSE]
        height, width = old.shape
        patch = box.scaled(step, step)
        left, top, right, bottom = (int(v) for v in patch.clipped(width, height))
        if right - left < 5 or bottom - top < 5:
            return None
        reach_x, reach_y = right - left, bottom - top
        x, y = max(0, left - reach_x), max(0, top - reach_y)
        area = new[y : bottom + reach_y, x : right + reach_x]
        scores = cv2.matchTemplate(area, old[top:bottom, left:right], cv2.TM_CCOEFF_NORMED)
        _, best, _, (found_x, found_y) = cv2.minMaxLoc(scores)
        if best < _MIN_CORRELATION:
            return None
        return np.array([found_x + x - left, found_y + y - top], np.float32) * _COARSE


def _track(
    before: Image, after: Image, points: np.ndarray, guess: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Points found again in `after`, and which of them also lead back to where they came from."""
    if not len(points):
        return points, np.zeros(0, bool)
    moved, found = _lucas_kanade(before, after, points, guess)
    back, found_back = _lucas_kanade(after, before, moved, moved - (guess - points))
    round_trip = np.abs(back - points).max(axis=(1, 2))
    return moved, found & found_back & (round_trip < _MAX_ROUND_TRIP)


def _lucas_kanade(
    before: Image, after: Image, points: np.ndarray, guess: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """((N, 1, 2) float32 new places, (N,) bool found)."""
    moved, found, _ = cv2.calcOpticalFlowPyrLK(
        before,
        after,
        points,
        guess.copy(),
        winSize=_WINDOW,
        maxLevel=_LEVELS,
        criteria=(cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 10, 0.03),
        flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
    )
    return np.asarray(moved), np.asarray(found)[:, 0] == 1


def _similarity(old: np.ndarray, new: np.ndarray, factor: int) -> Similarity | None:
    """The motion of most of the points, in frame pixels; None with too few of them."""
    if len(old) < _MIN_POINTS:
        return None
    matrix, inliers = cv2.estimateAffinePartial2D(
        old, new, method=cv2.RANSAC, ransacReprojThreshold=1.0
    )
    if matrix is None or int(inliers.sum()) < _MIN_POINTS:
        return None
    return Similarity(
        float(matrix[0, 0]),
        float(matrix[1, 0]),
        float(matrix[0, 2]) * factor,
        float(matrix[1, 2]) * factor,
    )
