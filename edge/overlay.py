"""Text over the picture: figures, labels, hints, faults, notices."""

from __future__ import annotations

import math
from collections.abc import Sequence

from edge.artwork import Look
from edge.blend import Blender
from edge.language import Language
from edge.lettering import Lettering
from edge.stats import Stats
from edge.types import Image, Scene

_LINES = 22  # lines of text to the picture's height
_WIDEST = 0.75  # of the picture's width counts as its height at most: upright ones are narrow
_SMALLEST = 20  # pixels of a line's height
_FIGURES_S = 0.5  # figures change no faster: nobody can read them, and writing costs time
_NOTICE_S = 2.5
_HINT_S = 8.0
_NOBODY_S = 4.0


class Overlay:
    """What is written over the picture besides the emoticons."""

    def __init__(self, language: Language, *, hints: bool, keys: bool = False) -> None:
        """Write in this language; `hints`: what to do when unseen, `keys`: name them at first."""
        self._language = language
        self._hints, self._keys = hints, keys
        self._lettering = Lettering()
        self._blender = Blender()
        self._stats_shown = False
        self._figures: list[str] = []
        self._figures_s = -math.inf
        self._notice = ""
        self._notice_s: float | None = None
        self._started_s: float | None = None
        self._seen_s = -math.inf

    def toggle_stats(self) -> None:
        """Show or hide fps, frame age, stage times, and each face's emotion in words."""
        self._stats_shown = not self._stats_shown

    def notify(self, key: str, **values: str) -> None:
        """Show a text of the language for a moment."""
        self._notice, self._notice_s = self._language.text(key, **values), None

    def draw(
        self,
        image: Image,
        scene: Scene,
        *,
        now: float,
        flip: bool,
        faults: Sequence[str],
        stats: Stats,
    ) -> None:
        """Write onto the painted picture of `scene`; `now` in monotonic seconds.

        `faults` are those of `Pipeline`.
        """
        height = line_height(image)
        troubles = [self._language.name("fault", fault) for fault in faults]
        self._corner(image, [*self._figures_at(now, stats), *troubles], height)
        if self._stats_shown:
            self._labels(image, scene, flip, height)
        for row, text in enumerate(self._bottom(scene, now), start=1):
            line = self._fitted(image, text, height)
            left = (image.shape[1] - line.shape[1]) // 2
            self._blender.lay(image, line, left, image.shape[0] - row * (height + height // 4))

    def stopped(self, image: Image) -> None:
        """Say in the middle of the last picture that the camera delivers nothing more."""
        line = self._fitted(image, self._language.text("camera_stopped"), 2 * line_height(image))
        height, width = line.shape[:2]
        left, top = (image.shape[1] - width) // 2, (image.shape[0] - height) // 2
        self._blender.lay(image, line, left, top)

    def _figures_at(self, now: float, stats: Stats) -> list[str]:
        if not self._stats_shown:
            return []
        if not 0 <= now - self._figures_s < _FIGURES_S:
            text = self._language.text
            age_ms, stages = stats.recent()
            self._figures = [text("fps", fps=stats.fps), text("age", ms=age_ms)]
            self._figures += [
                text("time", stage=self._language.name("stage", name), ms=ms)
                for name, ms in stages.items()
            ]
            self._figures_s = now
        return self._figures

    def _corner(self, image: Image, lines: Sequence[str], height: int) -> None:
        for row, text in enumerate(lines):
            self._blender.lay(image, self._fitted(image, text, height), 0, row * height)

    def _fitted(self, image: Image, text: str, height: int) -> Image:
        """A line of this height, lower where it would be wider than the picture."""
        line = self._lettering.line(text, height)
        if line.shape[1] <= image.shape[1]:
            return line
        return self._lettering.line(text, max(1, height * image.shape[1] // line.shape[1] - 1))

    def _labels(self, image: Image, scene: Scene, flip: bool, height: int) -> None:
        """Each face's emotion, below its box, or as low as the picture is."""
        turn = flip != scene.frame.mirrored
        for track in scene.tracks:
            look = Look.from_attributes(scene.attributes.get(track.id, {}))
            line = self._lettering.line(self._language.name("emotion", look.emotion), height)
            box = track.box.mirrored(scene.frame.image.shape[1]) if turn else track.box
            left = round(box.center[0] - line.shape[1] / 2)
            top = min(round(box.bottom + height / 2), image.shape[0] - height)
            self._blender.lay(image, line, left, top)

    def _bottom(self, scene: Scene, now: float) -> list[str]:
        """The lines at the bottom, the lowest first."""
        lines = []
        if self._started_s is None:
            self._started_s = self._seen_s = now
        if scene.tracks:
            self._seen_s = now
        if self._keys and now - self._started_s < _HINT_S:
            lines.append(self._language.text("hint_keys"))
        if self._hints and now - self._seen_s >= _NOBODY_S:
            lines.append(self._language.text("hint_nobody"))
        if self._notice:
            self._notice_s = now if self._notice_s is None else self._notice_s
            if now - self._notice_s < _NOTICE_S:
                lines.append(self._notice)
            else:
                self._notice = ""
        return lines


def line_height(image: Image) -> int:
    """How high a line of text is on a picture of this size, in pixels."""
    height, width = image.shape[:2]
    return max(_SMALLEST, int(min(height, _WIDEST * width)) // _LINES)
