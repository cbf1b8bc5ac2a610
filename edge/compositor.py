"""A scene in, the painted mirror picture out."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from edge.affine import Affine, rotation, scaling, translation
from edge.animation import Stance
from edge.artwork import Artwork, level_for
from edge.blend import Blender
from edge.cast import Actor, Cast
from edge.errors import ConfigError
from edge.modes import MODES
from edge.pixelate import Pixelator
from edge.sprites import Sprite
from edge.types import Image, Scene, Track

_PANEL_COLOUR = (238, 232, 226)  # B, G, R


class Compositor:
    """Paints everyone's emoticon; keeps its memory, and what moves, from frame to frame."""

    def __init__(
        self, artwork: Artwork, *, mode: str = "cover", pixelate: bool = False, calm: bool = False
    ) -> None:
        """Paint with this set; `mode` is one of MODES, `calm` stops all motion of its own.

        With `pixelate` only coarse blocks are left of the camera picture. Raises ConfigError.
        """
        if mode not in MODES:
            raise ConfigError(f"mode: expected one of {', '.join(MODES)}, got {mode!r}")
        self._artwork = artwork
        self._place = MODES[mode]()
        self._panel = mode == "panel"
        self._cast = Cast(calm=calm)
        self._pixelator = Pixelator() if pixelate else None
        self._blender = Blender()
        self._canvas: Image = np.empty((0, 0, 3), np.uint8)
        self._wall = self._canvas  # of the panel

    def compose(self, scene: Scene, *, now: float, flip: bool) -> Image:
        """The frame with its emoticons, as in a mirror when `flip`; `now`: monotonic seconds.

        (H, W, 3), or (H, W + H, 3) in the panel mode. The frame itself is not written to. The
        result is valid until the next call.
        """
        height, width = scene.frame.image.shape[:2]
        turn = flip != scene.frame.mirrored
        tracks = tuple(_mirrored(track, width) if turn else track for track in scene.tracks)
        canvas = self._take(scene.frame.image, tracks, turn)
        actors = self._cast.update(replace(scene, tracks=tracks), now)
        # In the panel there is room for one: the nearest.
        ground, actors = (canvas[:, width:], actors[-1:]) if self._panel else (canvas, actors)
        places = self._place(
            [actor.track for actor in actors], self._artwork.anchors, width, height
        )
        for actor, place in zip(actors, places, strict=True):
            self._paint(ground, actor, place @ self._facing(flip))
        return canvas

    def _take(self, image: Image, tracks: tuple[Track, ...], turn: bool) -> Image:
        """The canvas with the camera picture on it."""
        height, width = image.shape[:2]
        shape = (height, width + height if self._panel else width, 3)
        if self._canvas.shape != shape:
            self._canvas = np.empty(shape, np.uint8)
            self._wall = np.full_like(self._canvas[:, width:], _PANEL_COLOUR)
        picture = self._canvas[:, :width]
        if turn:
            cv2.flip(image, 1, dst=picture)
        else:
            np.copyto(picture, image)
        if self._pixelator is not None:
            self._pixelator.pixelate(picture, (track.box for track in tracks))
        np.copyto(self._canvas[:, width:], self._wall)
        return self._canvas

    def _facing(self, flip: bool) -> Affine:
        """The drawing is mirrored with the picture."""
        x, _ = self._artwork.anchors.head
        return translation(2 * x, 0) @ scaling(-1, 1) if flip else Affine()

    def _paint(self, canvas: Image, actor: Actor, to_pixels: Affine) -> None:
        artwork, anchors = self._artwork, self._artwork.anchors
        level = level_for(to_pixels.stretch * anchors.size)
        face = artwork.face(actor.look, level, closed=actor.closed)
        self._put(canvas, face, to_pixels @ _posed(actor.face, *anchors.pivot))
        for piece in artwork.effect(actor.look, level):
            self._put(canvas, piece, to_pixels @ _posed(actor.effect, *piece.middle(anchors.size)))
        spark = artwork.particle(actor.look, level) if actor.particles else None
        if spark is None:
            return
        for particle in actor.particles:
            x = anchors.head[0] + particle.x * anchors.radius[0]
            y = anchors.head[1] + particle.y * anchors.radius[1]
            half = anchors.size / 2
            stance = Stance(particle.size, particle.size, x - half, y - half, particle.turn)
            self._put(canvas, spark, to_pixels @ _posed(stance, half, half))

    def _put(self, canvas: Image, sprite: Sprite, matrix: Affine) -> None:
        self._blender.paint(canvas, sprite, matrix, self._artwork.anchors.size)


def _mirrored(track: Track, width: int) -> Track:
    return replace(track, box=track.box.mirrored(width), roll=-track.roll)


def _posed(stance: Stance, x: float, y: float) -> Affine:
    """The stance about the pivot (x, y), in artwork units."""
    return (
        translation(x + stance.x, y + stance.y)
        @ rotation(stance.turn)
        @ scaling(stance.wide, stance.tall)
        @ translation(-x, -y)
    )
