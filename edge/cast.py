"""Who is on the picture and what they are doing: tracks and attributes in, moving actors out."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from edge.animation import Act, Stance
from edge.artwork import Look
from edge.particles import MAX_PARTICLES, Particle, burst
from edge.types import Scene, Track

_PAUSE_S = 1.0  # nobody is seen to leave after a longer one, or after a cut to another shot


class Actor(NamedTuple):
    """One emoticon at one moment."""

    track: Track
    look: Look
    closed: bool = False  # the eyes
    face: Stance = Stance()
    effect: Stance = Stance()
    particles: tuple[Particle, ...] = ()


class Cast:
    """Remembers each person's act between frames, and lets who is gone shrink away."""

    def __init__(self, *, calm: bool) -> None:
        """With `calm` nothing moves but with the face: no blink, no bounce, no particles.

        The sign beside the face (tear, sweat, vein) stays and stands still: it says which emotion.
        """
        self._calm = calm
        self._acts: dict[int, tuple[Track, Act]] = {}
        self._updated_s = 0.0
        self._shot = 0

    def update(self, scene: Scene, now: float) -> list[Actor]:
        """Everyone to paint at `now` (monotonic seconds), the furthest first."""
        looks = {
            track.id: Look.from_attributes(scene.attributes.get(track.id, {}))
            for track in scene.tracks
        }
        if self._calm:
            actors = [Actor(track, looks[track.id]) for track in scene.tracks]
        else:
            self._advance(scene, looks, now)
            actors = self._perform(now)
        # The larger face is the nearer one.
        return sorted(actors, key=lambda actor: actor.track.box.area)

    def _advance(self, scene: Scene, looks: dict[int, Look], now: float) -> None:
        if scene.shot != self._shot or now - self._updated_s > _PAUSE_S:
            self._acts = {person: act for person, act in self._acts.items() if person in looks}
        self._updated_s, self._shot = now, scene.shot
        for track in scene.tracks:
            if track.id in self._acts:
                act = self._acts[track.id][1].turned(looks[track.id], now)
                act = replace(act, left_s=float("inf"))
            else:
                act = Act(track.id, looks[track.id], born_s=now)
            self._acts[track.id] = track, act
        for person, (track, act) in list(self._acts.items()):
            if act.over(now):
                del self._acts[person]
            elif person not in looks:
                self._acts[person] = track, replace(act, left_s=min(act.left_s, now))

    def _perform(self, now: float) -> list[Actor]:
        actors = []
        free = MAX_PARTICLES
        for track, act in self._acts.values():
            look = act.shown(now)
            particles = tuple(burst(look.emotion, act.person, act.felt_for(now))[:free])
            free -= len(particles)
            actors.append(
                Actor(track, look, act.closed(now), act.face(now), act.effect(now), particles)
            )
        return actors
