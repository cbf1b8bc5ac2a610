"""When to look, and where: as often as something moves, never while nothing does."""

from __future__ import annotations

from edge.detectors.tiles import tiles
from edge.finder import Look
from edge.pace import Pace
from edge.types import Box, Frame

CONFIRM_S = 0.1
"""While something moves, everybody who is there is looked for so often."""

WELCOME_S = 0.25
"""The whole picture is searched so often while somebody is there,"""

FIND_S = 0.05
"""... and so often while nobody is;"""

FAR = 0.1
"""... in turn with one of the tiles while nobody is nearer: no face higher than this share of the
picture's height."""


class Schedule:
    """Decides on the next look; time is passed in."""

    def __init__(self, budget: float) -> None:
        """`budget`: the share of one core's time that looking may take, in (0, 1]."""
        self._pace = Pace(budget)
        self._searched_s = 0.0  # when the picture or one of its tiles was searched last
        self._unsearched = True  # something has moved since it was the whole picture
        self._turn = 0  # even: the whole picture; odd: a tile
        self._turns_left = 0  # of a round through the picture and its tiles

    def next(
        self, frame: Frame, known: tuple[Box, ...], *, changed: bool, urgent: bool, cut: bool
    ) -> Look | None:
        """The look at `frame` that is due now, if any.

        `known`: everybody's box; `changed`: whether anything moved since the last look;
        `urgent`: somebody is lost or missed; `cut`: another scene than before.
        """
        now = frame.time_s
        urgent = urgent or cut
        height, width = frame.image.shape[:2]
        picture_tiles = tiles(width, height)
        far = all(box.height < FAR * height for box in known)  # so it is with nobody
        if changed or urgent:
            self._turns_left = 2 * len(picture_tiles)
            self._unsearched = True
        elif far:
            if not self._turns_left:
                return None
        elif not self._unsearched or now - self._searched_s < WELCOME_S:
            return None  # a newcomer who stands still by now has only been seen to move
        idle = not known or (far and not changed)
        interval = 0.0 if urgent else FIND_S if idle else CONFIRM_S
        if not self._pace.due(now, interval):
            return None
        everywhere = urgent or idle or now - self._searched_s >= WELCOME_S
        tile = None
        if everywhere:
            self._searched_s = now
        if everywhere and far and not cut:
            self._turns_left -= 1
            everywhere = self._turn % 2 == 0
            tile = None if everywhere else picture_tiles[self._turn // 2 % len(picture_tiles)]
            self._turn += 1
        if everywhere:
            self._unsearched = False
        self._pace.started(now)
        return Look(frame, known, everywhere, tile, cut)

    def finished(self, now: float, cost_s: float) -> None:
        """The last look has taken `cost_s` of CPU time, and is over."""
        self._pace.finished(now, cost_s)
