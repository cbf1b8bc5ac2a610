"""The options of `booth`, the mirror's among them; importable without the extra."""

from __future__ import annotations

import argparse
import importlib.util
import ipaddress
import re
from dataclasses import dataclass

from edge.config import MirrorConfig, check_range
from edge.errors import ConfigError, DependencyError

EXAMPLES = """\
examples:
  booth                                 the first camera, in a window
  booth --camera demo --layout strip    no camera needed
  booth --config booth.toml             an evening's options; docs/booth.md has them all
  booth --keep pictures --printer Selphy --button 17 --led 27

keys: space takes a picture, p prints, d deletes, l changes the language
"""

_PACKAGES = {"segno": "segno", "PIL": "pillow", "uvicorn": "uvicorn", "starlette": "starlette"}
LAYOUT_NAMES = ("single", "strip", "film")
"""The keys of `edge.booth.layouts.LAYOUTS`, which needs the extra."""


@dataclass(frozen=True, kw_only=True)
class BoothConfig(MirrorConfig):
    """The booth's options, besides the mirror's."""

    layout: str = "single"
    screen_width: int = 1280
    screen_height: int = 720
    smile: bool = True
    countdown_s: float = 3.0
    idle_s: float = 10.0
    result_s: float = 30.0
    keep: str | None = None
    share: bool = True
    share_s: float = 300.0
    share_host: str = "auto"
    share_port: int = 8081
    network: str | None = None
    printer: str | None = None
    prints_each: int = 1
    prints_evening: int = 100
    button: int | None = None
    led: int | None = None

    def __post_init__(self) -> None:
        """Raise ConfigError for values out of range."""
        super().__post_init__()
        if self.layout not in LAYOUT_NAMES:
            raise ConfigError(
                f"layout: expected one of {', '.join(LAYOUT_NAMES)}, got {self.layout!r}"
            )
        check_range(self, "screen_width", 320, 3840)
        check_range(self, "screen_height", 320, 3840)
        check_range(self, "countdown_s", 1, 10)
        check_range(self, "idle_s", 1, 600)
        check_range(self, "result_s", 3, 600)
        check_range(self, "share_s", 3, 3600)
        check_range(self, "share_port", 0, 65535)
        if not _is_host(self.share_host):
            raise ConfigError(
                "share_host: expected a name such as booth.local or an IPv4 address, "
                f"got {self.share_host!r}"
            )
        check_range(self, "prints_each", 1, 100)
        check_range(self, "prints_evening", 1)
        check_range(self, "button", 0, 27)
        check_range(self, "led", 0, 27)
        if self.button is not None and self.button == self.led:
            raise ConfigError(f"led: expected another pin than the button's, got {self.led}")


def _is_host(text: str) -> bool:
    """Whether this is a bare host name or IPv4 address, as the QR code needs it."""
    if re.fullmatch(r"(.*\.)?[0-9]+", text) is None:  # no name ends in a number
        label = r"\w([\w-]{0,61}\w)?"
        return re.fullmatch(rf"{label}(\.{label})*\.?", text, re.ASCII) is not None
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The booth's own flags; those not given are absent."""
    add = parser.add_argument
    add(
        "--layout",
        choices=LAYOUT_NAMES,
        help="one picture, a strip of four, an animated GIF (single)",
    )
    add("--screen-width", type=int, metavar="PIXELS", help="of what is drawn (1280)")
    add("--screen-height", type=int, metavar="PIXELS", help="of what is drawn (720)")
    add("--no-smile", dest="smile", action="store_false", help="a held smile takes no picture")
    add("--countdown-s", type=float, metavar="S", help="before the first shot (3)")
    add("--idle-s", type=float, metavar="S", help="with nobody there, until 'come closer' (10)")
    add("--result-s", type=float, metavar="S", help="how long a picture is shown (30)")
    add("--keep", metavar="DIR", help="keep the pictures there; else none is kept")
    add("--no-share", dest="share", action="store_false", help="no QR code, no server")
    add("--share-s", type=float, metavar="S", help="how long a picture can be fetched (300)")
    add("--share-host", metavar="HOST", help="the booth's name in the QR code (its IP address)")
    add("--share-port", type=int, metavar="PORT", help="pictures are fetched there (8081)")
    add("--network", metavar="NAME", help="the Wi-Fi that phones must be on, to be told")
    add("--printer", metavar="NAME", help="as CUPS calls it, or 'default'; else no printing")
    add("--prints-each", type=int, metavar="N", help="of one picture, at most (1)")
    add("--prints-evening", type=int, metavar="N", help="in all, since the start (100)")
    add("--button", type=int, metavar="PIN", help="GPIO of a push button to ground (BCM)")
    add("--led", type=int, metavar="PIN", help="GPIO of its lamp (BCM)")


def check_installed() -> None:
    """Raise DependencyError when a package of the extra is missing."""
    for module, package in _PACKAGES.items():
        if importlib.util.find_spec(module) is None:
            raise DependencyError(
                f"{package} is not installed: .venv/bin/pip install -e '.[booth]'"
            )
