"""Draws the booth's screens from the state, and tells what a touch on them means."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np

from edge.artwork import Artwork
from edge.booth.layouts import FILM_STEP_S, Picture
from edge.booth.result import Offers, draw_picture, draw_result
from edge.booth.screens import (
    Attract,
    Closing,
    Countdown,
    Develop,
    Event,
    Live,
    Message,
    NextLanguage,
    Press,
    Result,
    Shoot,
    State,
)
from edge.booth.sheet import FAINT, Sheet
from edge.compositor import Compositor
from edge.language import Language
from edge.lettering import Lettering
from edge.types import Attribute, Box, Frame, Image, Scene, Track

_EMOTIONS = ("happy", "surprise", "neutral", "contempt", "sad", "happy", "fear", "angry")
_EMOTION_S = 3.0  # each is shown for so long while nobody is there
_FACE = 0.31  # the face's side there, as a part of the room: sparks fly more than twice as far
_TITLE = 3.0  # units: the height of a line there, and of one of the notice
_NOTICE = 1.1
_GAP = 0.6  # units between them
_TOP = 3.2  # units: so far down goes the button for the language
_SEE_COUNT_S = 0.9  # a shorter countdown has no number


@dataclass(frozen=True, eq=False)
class View:
    """What there is to be shown besides the state."""

    mirror: Image | None  # the newest picture of the mirror
    trouble: bool  # the camera delivers nothing
    picture: Picture | None = None  # the guest's
    address: str | None = None  # where it can be fetched


class Stage:
    """All screens, at one size."""

    def __init__(
        self,
        width: int,
        height: int,
        artwork: Artwork,
        languages: Mapping[str, Language],
        *,
        kept: bool,
        shots: int,
        smile: bool,
        button: bool,
        offers: Offers,
    ) -> None:
        """`kept`: pictures are. `smile`, `button`: it is a trigger."""
        self._size = width, height
        self._compositor = Compositor(artwork)
        self._languages = languages
        self._kept = kept
        self._shots = shots
        self._trigger = "booth_trigger" + "_button" * button + "_smile" * smile
        self._offers = offers
        self._lettering = Lettering(font=True)
        self._key: Hashable = None
        self._ground, self._sheet = self._blank(), self._blank()
        # The longest notice counts: so the large emoticon stays where it is in every language.
        words = max(self._words_height(self._ground, each) for each in languages.values())
        self._words_top = height - math.ceil(words)

    def draw(self, state: State, view: View, now: float) -> Image:
        """The whole screen, (height, width, 3); valid until the next call."""
        key = _key(state, view)
        if key != self._key:
            self._key, self._ground = key, self._blank()
            self._draw_ground(self._ground, state, view)
        np.copyto(self._sheet.image, self._ground.image)
        self._sheet.buttons = self._ground.buttons
        self._draw_moving(self._sheet, state, view, now)
        return self._sheet.image

    def touched(self, x: float, y: float) -> Event:
        """What a touch at this place, in parts of the width and height, means on this screen."""
        left, top = x * self._size[0], y * self._size[1]
        for box, event in self._sheet.buttons:
            if box.left <= left < box.right and box.top <= top < box.bottom:
                return event
        return Press()

    def _blank(self) -> Sheet:
        return Sheet(*self._size, self._lettering)

    def _draw_ground(self, sheet: Sheet, state: State, view: View) -> None:
        """What stays the same while the state does."""
        language = self._languages[state.language]
        match state.screen:
            case Attract():
                self._attract(sheet, state.language)
            case Result() if view.picture is not None:
                draw_result(sheet, language, self._offers, address=view.address)
            case Message(reason=reason):
                self._say(sheet, language.text(reason))
            case Closing(notice=notice) if notice is not None:
                self._say(sheet, language.text(notice))

    def _draw_moving(self, sheet: Sheet, state: State, view: View, now: float) -> None:
        """What changes from frame to frame."""
        language = self._languages[state.language]
        width, height = self._size
        screen = state.screen
        if isinstance(screen, Attract):
            self._perform(sheet, now)
        elif isinstance(screen, Result) and view.picture is not None:
            frames = view.picture.previews
            step = max(0, int((now - screen.since_s) / FILM_STEP_S)) % len(frames)
            notice = None if screen.notice is None else language.text(screen.notice)
            draw_picture(sheet, frames[step], notice)
        elif isinstance(screen, Live | Countdown | Shoot | Develop):
            if view.mirror is not None:
                sheet.picture(view.mirror, Box(0, 0, width, height))
            self._over_mirror(sheet, screen, language, now)
        if view.trouble and isinstance(screen, Attract | Live | Countdown | Shoot):
            text = language.text("camera_stopped")
            sheet.plate(text, width / 2, height * 0.42 + 2 * sheet.unit, size=2)

    def _over_mirror(
        self,
        sheet: Sheet,
        screen: Live | Countdown | Shoot | Develop,
        language: Language,
        now: float,
    ) -> None:
        width, height = self._size
        unit = sheet.unit
        low = height - 2 * unit
        match screen:
            case Live(smile_s=smile_s):
                notice = language.text("booth_notice_short")
                top = sheet.plate(notice, width / 2, height - 0.3 * unit)
                text = language.text("booth_hold_smile" if smile_s is not None else self._trigger)
                sheet.plate(text, width / 2, top - 0.7 * unit, size=1.6)
            case Countdown(due_s=due_s, since_s=since_s, taken=taken):
                if due_s - since_s >= _SEE_COUNT_S:
                    number = str(max(1, math.ceil(due_s - now)))
                    # In the corner, where it hides nobody.
                    sheet.plate(number, width - 5 * unit, 7 * unit, size=6)
                    if self._shots > 1:
                        text = language.text("booth_shot", number=taken + 1, count=self._shots)
                        sheet.plate(text, width / 2, low, size=1.6)
            case Shoot():
                sheet.plate(language.text("booth_hold_still"), width / 2, low, size=1.6)
            case Develop():
                sheet.plate(language.text("booth_develop"), width / 2, low, size=1.6)

    def _attract(self, sheet: Sheet, name: str) -> None:
        width, unit, language = self._size[0], sheet.unit, self._languages[name]
        names = list(self._languages)
        if len(names) > 1:
            other = self._languages[names[(names.index(name) + 1) % len(names)]].title
            box = Box(width - 7 * unit, unit, width - unit, _TOP * unit)
            sheet.button(other, box, NextLanguage())
        title, notice = self._words(language)
        top = sheet.text(title, width / 2, self._words_top, size=_TITLE) + _GAP * unit
        wide = width - 2 * unit
        sheet.text(notice, width / 2, top, size=_NOTICE, width=wide, colour=FAINT)

    def _words(self, language: Language) -> tuple[str, str]:
        """What the first screen says: the title, the notice."""
        kept = language.text("booth_kept" if self._kept else "booth_not_kept")
        return language.text("booth_closer"), f"{language.text('booth_notice')} {kept}"

    def _words_height(self, sheet: Sheet, language: Language) -> float:
        """How much of the first screen's height they take, with a margin below."""
        title, notice = self._words(language)
        wide = self._size[0] - 2 * sheet.unit
        return (
            sheet.text_height(title, size=_TITLE)
            + sheet.text_height(notice, size=_NOTICE, width=wide)
            + (_GAP + 1) * sheet.unit
        )

    def _perform(self, sheet: Sheet, now: float) -> None:
        """The large emoticon, as if somebody stood there; only in the room above the words."""
        width, height = self._size
        top = round(_TOP * sheet.unit) if width <= height else 0  # else it is left of the button
        room = sheet.image[top : self._words_top]
        height, width = room.shape[:2]
        side = _FACE * min(height, width)
        x, y = width / 2, height * 0.525
        track = Track(1, Box(x - side / 2, y - side / 2, x + side / 2, y + side / 2))
        label = _EMOTIONS[int(now / _EMOTION_S) % len(_EMOTIONS)]
        attributes = {1: {"emotion": Attribute("emotion", label, 1.0)}}
        scene = Scene(Frame(room, 0, now), (track,), attributes)
        room[:] = self._compositor.compose(scene, now=now, flip=False)

    def _say(self, sheet: Sheet, text: str) -> None:
        width, height = self._size
        sheet.text(text, width / 2, height * 0.4, size=2, width=width * 0.8)


def _key(state: State, view: View) -> Hashable:
    """Two states of the same key have the same ground."""
    screen = state.screen
    kind: Hashable = None
    match screen:
        case Result():
            kind = id(view.picture), view.address
        case Message(reason=reason):
            kind = reason
    return type(screen), state.language, kind
