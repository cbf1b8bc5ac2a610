"""The result screen: the picture, the code to fetch it with, and what else can be done with it."""

from __future__ import annotations

from dataclasses import dataclass

from edge.booth.qr import draw_code
from edge.booth.screens import Delete, Event, Press, Print
from edge.booth.sheet import Sheet
from edge.language import Language
from edge.types import Box

_BUTTON = 2.6  # units of height, with the gap below
_NOTICE = 3.0
_CAPTION = 4.0


@dataclass(frozen=True)
class Offers:
    """What a guest is offered."""

    shares: bool  # a code
    prints: bool
    network: str | None  # the name of the Wi-Fi that a phone must be on


def split(sheet: Sheet) -> tuple[Box, Box]:
    """Where the picture goes and where all else does: beside it, on an upright screen below it."""
    height, width = sheet.image.shape[:2]
    margin = sheet.unit
    whole = Box(margin, margin, width - margin, height - margin)
    if width >= height:
        middle = width * 0.64
        return whole._replace(right=middle), whole._replace(left=middle + margin)
    middle = height * 0.52
    return whole._replace(bottom=middle), whole._replace(top=middle + margin)


def draw_result(
    sheet: Sheet, language: Language, offers: Offers, *, address: str | None, notice: str | None
) -> None:
    """Everything but the picture itself; `notice`: the key of a text."""
    room = split(sheet)[1]
    top = _draw_buttons(sheet, language, room, prints=offers.prints)
    if offers.prints:  # only of printing is there news; the code stays as it is
        top -= _NOTICE * sheet.unit
    if notice is not None:
        sheet.text(language.text(notice), room.center[0], top, size=1.2, width=room.width)
    if offers.shares:
        _draw_code(sheet, language, room._replace(bottom=top), address, offers.network)


def _draw_buttons(sheet: Sheet, language: Language, room: Box, *, prints: bool) -> float:
    """From the bottom up; where the uppermost begins."""
    events: list[tuple[str, Event]] = [("booth_next", Press()), ("booth_delete", Delete())]
    events += [("booth_print", Print())] if prints else []
    top, tall = room.bottom, _BUTTON * sheet.unit
    for key, event in events:
        top -= tall
        box = Box(room.left, top, room.right, top + tall * 0.86)
        sheet.button(language.text(key), box, event, strong=key == "booth_print")
    return top


def _draw_code(
    sheet: Sheet, language: Language, room: Box, address: str | None, network: str | None
) -> None:
    x, top = room.center[0], room.top
    if address is None:
        sheet.text(language.text("booth_no_network"), x, top, width=room.width)
        return
    code = draw_code(address, int(min(room.width, room.height - _CAPTION * sheet.unit)))
    side = code.shape[0]
    sheet.picture(code, Box(x - side / 2, top, x + side / 2, top + side))
    text = language.text("booth_fetch")
    if network is not None:
        text += " " + language.text("booth_network", name=network)
    sheet.text(text, x, top + side + 0.4 * sheet.unit, width=room.width)
