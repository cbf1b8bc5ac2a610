"""Frames in, scenes out: motion on every frame, detection and recognition beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from edge.cache import ResultCache
from edge.change import Change
from edge.finder import Look, Seen
from edge.motion import Motion
from edge.pace import Pace
from edge.recognizer import Recognition, Request
from edge.schedule import Schedule
from edge.stats import Stats
from edge.tracker import Tracker
from edge.tree import Tree
from edge.types import Frame, Scene
from edge.worker import Worker

_CROPS = 4  # read in one job, so that no job is long
_STROBE = 3  # answers from before a cut in a row: these are no cuts to another scene


class Read(NamedTuple):
    """A job for the recognizer."""

    frame: Frame
    requests: list[Request]
    alive: frozenset[int]


@dataclass
class Pipeline:
    """Owns everything that is known about the people in front of the camera."""

    detection: Worker[Look, Seen]
    recognition: Worker[Read, Recognition]
    tree: Tree
    stats: Stats
    cpu_budget: float

    def __post_init__(self) -> None:
        """Start with nobody."""
        self._motion = Motion()
        self._change = Change()
        self._tracker = Tracker()
        self._cache = ResultCache(self.tree)
        self._schedule = Schedule(self.cpu_budget)
        self._recognition_pace = Pace(self.cpu_budget)
        self._cut_at = -1  # the first frame of the present scene
        self._answered_at = -1  # the last frame of which a look told who is there
        self._late = 0  # answers from before a cut, in a row
        self._shot = 0  # the first frame of which a look told who is in the present scene

    @property
    def faults(self) -> list[str]:
        """What does not work at the moment: detection, recognition."""
        faults = {"detection": self.detection.fault, "recognition": self.recognition.fault}
        return [name for name, fault in faults.items() if fault is not None]

    def step(self, frame: Frame) -> Scene:
        """Take the next frame in and tell who is in it."""
        with self.stats.stage("motion"):
            self._change.advance(frame, self._motion.advance(frame))
            if self._change.cut:
                self._cut_at = frame.index
            motions = {} if self._change.cut else self._motion.follow(self._tracker.poses)
            self._tracker.move(motions, frame.index, frame.time_s)
        with self.stats.stage("detection"):
            self._take_faces(frame.time_s)
            self._look(frame)
            self._take_faces(frame.time_s)
        with self.stats.stage("recognition"):
            self._take_readings(frame.time_s)
            self._read(frame)
            self._take_readings(frame.time_s)
        return Scene(frame, self._tracker.tracks, self._cache.attributes(), self._shot)

    def close(self) -> None:
        """Stop the workers."""
        self.detection.close()
        self.recognition.close()

    def _look(self, frame: Frame) -> None:
        """Ask for a detection, when one is due and the detector is free."""
        if not self.detection.ready(frame.time_s):
            return
        changed = self._change.changed
        look = self._schedule.next(
            frame,
            tuple(pose.box for pose in self._tracker.poses.values()),
            # A look that failed has not seen the scene it was to see.
            changed=changed or self.detection.fault is not None,
            # Far faces give flow nothing to hold on to, but who rests is where he was.
            urgent=self._tracker.missing or (self._tracker.lost and changed),
            cut=self._cut_at > self._answered_at,
        )
        if look is not None:
            self.detection.submit(look, frame.time_s)
            self._change.mark()

    def _take_faces(self, now: float) -> None:
        done = self.detection.collect(now)
        if done is None:
            return
        self._schedule.finished(now, done.cost_s)
        self.stats.detections += 1
        look, faces = done.answer
        frame = look.frame
        self._answered_at = frame.index
        if frame.index < self._cut_at and self._late < _STROBE:  # it tells of another scene
            self._late += 1
            return
        self._late = 0
        if look.cut:
            self._shot = frame.index
        returned = self._tracker.observe(
            faces,
            frame.index,
            frame.time_s,
            carry=lambda boxes: self._motion.carry(boxes, frame.index),
            cut=look.cut,
        )
        self._cache.doubt(returned)

    def _read(self, frame: Frame) -> None:
        """Ask for the most overdue readings."""
        now = frame.time_s
        if not (self._recognition_pace.due(now, 0.0) and self.recognition.ready(now)):
            return
        poses = self._tracker.poses
        due = self._cache.due(poses, now)[:_CROPS]
        if due:
            requests = [Request(number, node, poses[number].box) for number, node in due]
            self.recognition.submit(Read(frame, requests, frozenset(poses)), now)

    def _take_readings(self, now: float) -> None:
        done = self.recognition.collect(now)
        if done is not None:
            self._recognition_pace.finished(now, done.cost_s)
            self.stats.inferences += done.answer.inferences
            for reading in done.answer.readings:
                self._cache.update(reading)
        self._cache.expire(self._tracker.remembered)
