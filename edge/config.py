"""Options: their defaults, the TOML file, and messages that name the key that is wrong."""

from __future__ import annotations

import dataclasses
import difflib
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints

from edge.detectors import DEFAULT_DETECTOR
from edge.errors import ConfigError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


TURNS = (0, 90, 180, 270)
"""How far a camera's picture may be turned: degrees, clockwise."""


@dataclass(frozen=True, kw_only=True)
class MirrorConfig:
    """The mirror's options: a key in the config file is the long flag with `_` for `-`."""

    camera: str = "auto"
    width: int = 640
    height: int = 480
    fps: float = 30.0
    rotate: int = 0
    display: str = "auto"
    fullscreen: bool = False
    kiosk: bool = False
    screen: int | None = None
    flip: bool = True
    frames: int | None = None
    artwork: str = "cartoon"
    mode: str = "cover"
    pixelate: bool = False
    calm: bool = False
    language: str = "en"
    detector: str = DEFAULT_DETECTOR
    cpu_budget: float = 0.5
    stats: str | None = None
    metrics: int | str | None = None

    def __post_init__(self) -> None:
        """Raise ConfigError for values out of range."""
        check_range(self, "width", 64, 7680)
        check_range(self, "height", 48, 4320)
        check_range(self, "fps", 1, 240)
        if self.rotate not in TURNS:
            raise ConfigError(
                f"rotate: expected one of {', '.join(map(str, TURNS))}, got {self.rotate}"
            )
        check_range(self, "frames", 1)
        check_range(self, "cpu_budget", 0.01, 1)
        if self.stats is not None and (not Path(self.stats).name or os.path.isdir(self.stats)):
            raise ConfigError(f"stats: expected a file's name, got {self.stats!r}")


def check_range(config: object, name: str, low: float, high: float | None = None) -> None:
    """Raise ConfigError when this field has a value and that is out of range."""
    value = getattr(config, name)
    # Put so that what is not a number is out of range too.
    if value is not None and not (low <= value and (high is None or value <= high)):
        limits = f"{low} or more" if high is None else f"{low} to {high}"
        raise ConfigError(f"{name}: expected {limits}, got {value}")


Config = TypeVar("Config", bound=MirrorConfig)


def load_config(path: Path | None, flags: Mapping[str, Any], kind: type[Config]) -> Config:
    """A config of this kind: its defaults, overridden by the file (if any), then by the flags.

    Raises ConfigError that names the file and the key.
    """
    values = {} if path is None else _read(path, kind)
    values.update(flags)
    return kind(**values)


def _read(path: Path, kind: type[MirrorConfig]) -> dict[str, Any]:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such config file") from None
    except (OSError, ValueError, RecursionError) as error:  # a wrong text is a ValueError too
        raise ConfigError(f"{path}: {error}") from error
    hints = get_type_hints(kind)
    names = [field.name for field in dataclasses.fields(kind)]
    for key, value in data.items():
        if key not in names:
            near = difflib.get_close_matches(key, names, 1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(names)}"
            raise ConfigError(f"{path}: unknown key {key!r}{hint}")
        allowed = get_args(hints[key]) or (hints[key],)
        if float in allowed and type(value) is int and abs(value) < 2**53:
            data[key] = value = float(value)
        if type(value) not in allowed or "\0" in str(value):
            expected = " or ".join(t.__name__ for t in allowed if t is not type(None))
            raise ConfigError(f"{path}: {key}: expected {expected}, got {value!r}")
    return data
