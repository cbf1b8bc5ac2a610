"""The result screen: the picture, the code to fetch it with, and what else can be done with it."""

from __future__ import annotations

from dataclasses import dataclass

from edge.booth.qr import draw_code
from edge.booth.screens import Delete, Event, Press, Print
from edge.booth.sheet import Sheet
from edge.language import Language
from edge.types import Box, Image

_BUTTON = 2.6  # units of height, with the gap below
_NOTICE = 1.2
_GAP = 0.4
_WIDE = 13  # units: the least room beside the picture
_HIGH = 16  # and below it


@dataclass(frozen=True)
class Offers:
    """What a guest is offered."""

    shares: bool  # a code
    prints: bool
    network: str | None  # the name of the Wi-Fi that a phone must be on


def draw_picture(sheet: Sheet, image: Image, notice: str | None) -> None:
    """The picture, and upon its lower edge the notice: there, for the code stays as it is."""
    box = _split(sheet)[0]
    sheet.picture(image, box)
    if notice is not None:
        sheet.plate(notice, box.center[0], box.bottom, size=_NOTICE, width=box.width)


def draw_result(sheet: Sheet, language: Language, offers: Offers, *, address: str | None) -> None:
    """Everything but the picture itself."""
    room = _split(sheet)[1]
    top = _draw_buttons(sheet, language, room, prints=offers.prints)
    if not offers.shares:
        return
    if address is None:
        text = language.text("booth_no_network")
        sheet.text(text, room.center[0], room.top, width=room.width)
        return
    text = language.text("booth_fetch")
    if offers.network is not None:
        text += " " + language.text("booth_network", name=offers.network)
    _draw_code(sheet, room._replace(bottom=top - _GAP * sheet.unit), address, text)


def _split(sheet: Sheet) -> tuple[Box, Box]:
    """Where the picture goes and where all else does: beside it, on an upright screen below it."""
    height, width = sheet.image.shape[:2]
    margin = sheet.unit
    whole = Box(margin, margin, width - margin, height - margin)
    if _upright(sheet):
        middle = min(height * 0.52, height - (_HIGH + 2) * margin)
        return whole._replace(bottom=middle), whole._replace(top=middle + margin)
    middle = min(width * 0.64, width - (_WIDE + 2) * margin)
    return whole._replace(right=middle), whole._replace(left=middle + margin)


def _upright(sheet: Sheet) -> bool:
    height, width = sheet.image.shape[:2]
    return height > width


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


def _draw_code(sheet: Sheet, room: Box, address: str, text: str) -> None:
    """As large as the room allows, `text` beside it on an upright screen, else below it."""
    gap = _GAP * sheet.unit
    if _upright(sheet):
        code = draw_code(address, int(min(room.height, room.width / 2)))
        side = code.shape[0]
        sheet.picture(code, Box(room.left, room.top, room.left + side, room.top + side))
        beside = room._replace(left=room.left + side + gap)
        over = max(0.0, side - sheet.text_height(text, width=beside.width))
        sheet.text(text, beside.center[0], room.top + over / 2, width=beside.width)
    else:
        below = sheet.text_height(text, width=room.width) + gap
        code = draw_code(address, int(min(room.width, room.height - below)))
        side, x = code.shape[0], room.center[0]
        sheet.picture(code, Box(x - side / 2, room.top, x + side / 2, room.top + side))
        sheet.text(text, x, room.top + side + gap, width=room.width)
