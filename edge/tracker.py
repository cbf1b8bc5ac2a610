"""Who is who: association, smoothing and lifetime of faces. It never sees a pixel."""

from __future__ import annotations

import itertools
import math
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from edge.one_euro import OneEuro
from edge.pose import Pose, Similarity
from edge.types import Box, Face, Track

APPEAR = 0.8
"""A face is taken up at this score (at 0.65 a cartoon's title card was one),"""

STAY = 0.4
"""... and kept at this one."""

KEEP_S = 0.35
"""A track lives so long after the first detection that missed it,"""

MISSES = 2
"""... and, while their answers are late, until so many have,"""

UNHEARD_S = 1.5
"""... or so long if no more answers come."""

REMEMBER_S = 2.0
"""Who comes back to the same place within this time gets the same id."""

_MIN_IOU = 0.25
_MAX_JUMP = 0.6  # of the box's size between two sightings, where the boxes no longer overlap
_ROLL_DECAY_S = 20.0  # flow measures only changes of roll; their errors fade out
_HISTORY = 320  # frames that a detection may be late: 5 s at 60 a second, then it counts as hung


@dataclass
class _State:
    """One face: where flow has carried it, and how far detections say it is from there."""

    id: int
    born_s: float
    flow: Pose
    offset: np.ndarray
    filter: OneEuro
    history: deque[tuple[int, Pose]]
    missed_since_s: float | None = None  # the first frame in which it was not detected again,
    misses: int = 0  # ... and in how many since
    lost: bool = False  # flow could not follow it into the newest frame

    @property
    def pose(self) -> Pose:
        return self.flow.displaced(self.offset)

    def missed_s(self, now: float) -> float:
        """How long it has been looked for in vain."""
        return 0.0 if self.missed_since_s is None else now - self.missed_since_s

    def gone(self, now: float) -> bool:
        """Whether it has been looked for in vain for long enough."""
        patience = KEEP_S if self.misses >= MISSES else UNHEARD_S
        return self.missed_s(now) > patience

    def flow_at(self, index: int) -> Pose | None:
        """Where flow had it in frame `index`; None when it was not tracked there."""
        return next((pose for at, pose in reversed(self.history) if at == index), None)


@dataclass
class Tracker:
    """Follows faces by the motion measured between frames, corrected by detections."""

    _states: list[_State] = field(default_factory=list)
    _gone: list[_State] = field(default_factory=list)
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _index: int = -1
    _time_s: float = 0.0

    @property
    def poses(self) -> dict[int, Pose]:
        """Where everybody is in the newest frame, by track id."""
        return {state.id: state.pose for state in self._states}

    @property
    def tracks(self) -> tuple[Track, ...]:
        """Everybody in the newest frame, oldest first."""
        return tuple(Track(state.id, state.pose.box, state.flow.roll) for state in self._states)

    @property
    def remembered(self) -> frozenset[int]:
        """The ids of everybody who is there, or may still come back."""
        return frozenset(state.id for state in (*self._states, *self._gone))

    @property
    def missing(self) -> bool:
        """Whether the last detection that looked for everybody missed somebody."""
        return any(state.missed_since_s is not None for state in self._states)

    @property
    def lost(self) -> bool:
        """Whether flow could not follow somebody into the newest frame."""
        return any(state.lost for state in self._states)

    def move(self, motions: Mapping[int, Similarity], index: int, time_s: float) -> None:
        """Carry everybody into frame `index`; who is not in `motions` stays and is lost."""
        elapsed = max(0.0, time_s - self._time_s) if self._index >= 0 else 0.0
        self._index, self._time_s = index, time_s
        decay = math.exp(-elapsed / _ROLL_DECAY_S)
        for state in self._states:
            motion = motions.get(state.id)
            state.lost = motion is None
            if motion is not None:
                flow = state.flow.moved(motion)
                state.flow = flow._replace(roll=flow.roll * decay)
            state.history.append((index, state.flow))
        self._gone += [state for state in self._states if state.gone(time_s)]
        self._gone = [state for state in self._gone if state.missed_s(time_s) <= REMEMBER_S]
        self._states = [state for state in self._states if not state.gone(time_s)]

    def observe(
        self,
        faces: Sequence[Face],
        index: int,
        time_s: float,
        *,
        carry: Callable[[Sequence[Box]], Sequence[Similarity]] | None = None,
        cut: bool = False,
    ) -> set[int]:
        """Correct the tracks by the faces detected in frame `index`, which may be an old one.

        Everybody who was tracked in that frame was looked for. `carry` tells how boxes moved
        from frame `index` to the newest one, for faces that were not tracked yet. After
        a `cut` to another shot everybody is somebody new. Returns the ids of those who came
        back to where they were remembered: it may be somebody else who stands there now.
        """
        if cut:
            self._states, self._gone = [], []
        known = [(state, flow) for state in self._states if (flow := state.flow_at(index))]
        pairs = _match([flow.displaced(state.offset) for state, flow in known], faces)
        matched = {face for _, face in pairs}
        for which, face in pairs:
            state, flow = known[which]
            measured = flow.offset_to(Pose.of(faces[face].box))
            state.offset = state.filter.update(measured, time_s)
            state.missed_since_s, state.misses = None, 0
        confirmed = {which for which, _ in pairs}
        for which, (state, _) in enumerate(known):
            if which in confirmed:
                continue
            state.misses += 1
            if state.missed_since_s is None:
                state.missed_since_s = time_s
        rest = [face for which, face in enumerate(faces) if which not in matched]
        # Who is nearest to where somebody was is that one, and not who happens to be first.
        rest.sort(key=lambda face: self._away(Pose.of(face.box)))
        new: list[Box] = []
        for found in rest:
            if found.score >= APPEAR and self._is_new(found.box, new):
                new.append(found.box)
        late = index != self._index
        motions = carry(new) if carry and late and new else [Similarity()] * len(new)
        states = [
            self._take_up(Pose.of(box), index, time_s, motion)
            for box, motion in zip(new, motions, strict=True)
        ]
        return {state.id for state in states if state.born_s < time_s}

    def _away(self, pose: Pose) -> float:
        """How far it is from the nearest place where somebody is remembered; see `_distance`."""
        return min((_distance(state.pose, pose) for state in self._gone), default=math.inf)

    def _is_new(self, box: Box, others: Sequence[Box]) -> bool:
        """Whether no living track stands there already, nor one of the other newcomers."""
        there = [*(state.pose.box for state in self._states), *others]
        return all(each.iou(box) < _MIN_IOU for each in there)

    def _take_up(self, pose: Pose, index: int, time_s: float, motion: Similarity) -> _State:
        """A track of who was at `pose` in frame `index` and has moved so since."""
        known = min(self._gone, key=lambda state: _distance(state.pose, pose), default=None)
        if known is not None and _distance(known.pose, pose) < 1.0:
            self._gone.remove(known)
            number, born_s = known.id, known.born_s
        else:
            number, born_s = next(self._ids), time_s
        history: deque[tuple[int, Pose]] = deque([(index, pose)], maxlen=_HISTORY)
        if index != self._index:
            pose = pose.moved(motion)
            history.append((self._index, pose))
        offset = np.zeros(4)
        smoother = OneEuro(min_cutoff_hz=0.5, beta=3.0)
        smoother.update(offset, time_s)
        state = _State(number, born_s, pose, offset, smoother, history)
        self._states.append(state)
        return state


def _distance(a: Pose, b: Pose) -> float:
    """Between two centres, in units of the larger face's size."""
    return math.hypot(a.x - b.x, a.y - b.y) / max(a.width, a.height, b.width, b.height)


def _match(poses: Sequence[Pose], faces: Sequence[Face]) -> list[tuple[int, int]]:
    """(pose, face) pairs, the best overlap first, each used once; then the nearest of the rest."""
    scored = []
    for i, pose in enumerate(poses):
        for j, face in enumerate(faces):
            iou = pose.box.iou(face.box)
            distance = _distance(pose, Pose.of(face.box))
            if iou >= _MIN_IOU:
                scored.append((-iou, i, j))
            elif distance <= _MAX_JUMP:
                scored.append((distance, i, j))
    pairs = []
    used_poses, used_faces = set(), set()
    for _, i, j in sorted(scored):
        if i not in used_poses and j not in used_faces:
            used_poses.add(i)
            used_faces.add(j)
            pairs.append((i, j))
    return pairs
