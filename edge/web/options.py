"""The options of `serve`; importable without the extra."""

from __future__ import annotations

import argparse
import importlib.util
from dataclasses import dataclass
from pathlib import Path

from edge.config import MirrorConfig, load_config
from edge.errors import ConfigError, DependencyError

EXAMPLES = """\
examples:
  serve                          the page for photographs, on this machine only
  serve --host 0.0.0.0           for every phone of the network
  serve --camera auto            the live mirror too, under /live
  serve --certificate cert.pem --key key.pem
"""

_PACKAGES = ("starlette", "uvicorn", "python_multipart", "websockets")


@dataclass(frozen=True, kw_only=True)
class ServeConfig:
    """Where to listen, and what to show."""

    host: str = "127.0.0.1"
    port: int = 8080  # 0: any that is free
    names: tuple[str, ...] = ()
    certificate: Path | None = None
    key: Path | None = None
    mirror: MirrorConfig
    """Its artwork and detector are the photographs' too."""
    live: bool = False  # run the mirror and show it

    def __post_init__(self) -> None:
        """Raise ConfigError for values out of range."""
        if not 0 <= self.port <= 65535:
            raise ConfigError(f"port: expected 0 to 65535, got {self.port}")
        if self.key is not None and self.certificate is None:
            raise ConfigError("key: expected a certificate with it: --certificate FILE.pem")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Everything that `parse` takes, but for --artwork and --detector, as `photo` has them."""
    add = parser.add_argument
    add("--host", default=ServeConfig.host, help="the address to listen at (127.0.0.1)")
    add("--port", type=int, default=ServeConfig.port, help="0 for any that is free (8080)")
    add("--name", action="append", default=[], metavar="HOST", help="another name it goes by")
    add("--camera", default=None, metavar="SOURCE", help="run the mirror, show it under /live")
    add("--config", type=Path, default=None, metavar="FILE.toml", help="the mirror's options")
    add("--certificate", type=Path, default=None, metavar="FILE.pem", help="serve https")
    add("--key", type=Path, default=None, metavar="FILE.pem", help="the certificate's key")


def parse(args: argparse.Namespace) -> ServeConfig:
    """The config that the arguments tell; raises ConfigError."""
    flags = {name: getattr(args, name) for name in ("artwork", "detector") if hasattr(args, name)}
    if args.camera is not None:
        flags["camera"] = args.camera
    return ServeConfig(
        host=args.host,
        port=args.port,
        names=tuple(args.name),
        certificate=args.certificate,
        key=args.key,
        mirror=load_config(args.config, flags, MirrorConfig),
        live=args.camera is not None,
    )


def check_installed() -> None:
    """Raise DependencyError when a package of the extra is missing."""
    for package in _PACKAGES:
        if importlib.util.find_spec(package) is None:
            raise DependencyError(f"{package} is not installed: .venv/bin/pip install -e '.[web]'")
