"""The command line: the only place that parses arguments, prints, and decides exit codes."""

from __future__ import annotations

import argparse
import io
import logging
import os
import sys
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from edge.booth import options as booth_options
from edge.config import MirrorConfig, load_config
from edge.detectors import DETECTORS
from edge.errors import MirrorError
from edge.web import options

_MIRROR_EXAMPLES = """\
examples:
  mirror                                   the first camera, in a window
  mirror --camera demo                     no camera needed: a portrait moves about
  mirror --camera film.mp4 --display out.mp4
  mirror --camera picamera2 --fullscreen   a Raspberry Pi's camera

keys: q or Esc quits, f fullscreen, space saves a picture, s shows fps and times
"""

_PHOTO_EXAMPLES = """\
examples:
  photo me.jpg                   writes emoticons/me.png and emoticons/me_result.jpg
  photo *.jpg --out out --json   one line of JSON a picture

A file of an earlier run is written over, one beside the pictures themselves never.
status: ok (one face), no_face, multiple_faces (each gets its emoticon) or unreadable
"""


def build_parser() -> argparse.ArgumentParser:
    """The whole command line. Flags that are not given are absent: the config file decides."""
    parser = argparse.ArgumentParser(
        prog="emoticon-mirror",
        description="A live emoticon mirror. Nothing that the camera sees leaves this device.",
    )
    _add_verbose(parser, default=False)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    mirror = commands.add_parser(
        "mirror",
        help="show the camera's picture with a live emoticon on each face",
        epilog=_MIRROR_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        argument_default=argparse.SUPPRESS,
    )
    mirror.set_defaults(run=_mirror)
    _add_mirror(mirror)

    booth = commands.add_parser(
        "booth",
        help="a photo booth: come closer, count down, take the picture with you",
        epilog=booth_options.EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        argument_default=argparse.SUPPRESS,
    )
    booth.set_defaults(run=_booth)
    _add_mirror(booth)
    booth_options.add_arguments(booth)

    photo = commands.add_parser(
        "photo",
        help="turn pictures into emoticons",
        epilog=_PHOTO_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        argument_default=argparse.SUPPRESS,
    )
    photo.set_defaults(run=_photo)
    photo.add_argument("pictures", nargs="+", type=Path, metavar="PICTURE")
    photo.add_argument(
        "--out", type=Path, default=Path("emoticons"), metavar="DIR", help="default: emoticons"
    )
    photo.add_argument("--json", action="store_true", default=False, help="a line of JSON each")
    _add_drawing(photo)
    _add_detector(photo)
    photo.set_defaults(detector=MirrorConfig.detector, artwork=MirrorConfig.artwork)

    serve = commands.add_parser(
        "serve",
        help="photographs and the live mirror in a browser",
        epilog=options.EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        argument_default=argparse.SUPPRESS,
    )
    serve.set_defaults(run=_serve)
    options.add_arguments(serve)
    _add_drawing(serve)
    _add_detector(serve)

    doctor = commands.add_parser("doctor", help="check what is installed and what works")
    doctor.set_defaults(run=_doctor)
    for command in commands.choices.values():
        _add_verbose(command, default=argparse.SUPPRESS)  # else it undoes the one before COMMAND
    return parser


def _add_verbose(parser: argparse.ArgumentParser, *, default: Any) -> None:
    told = "say more on stderr"
    parser.add_argument("-v", "--verbose", action="store_true", default=default, help=told)


def _add_mirror(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--camera", metavar="SOURCE", help="auto, demo, fake, picamera2, INDEX, FILE, FOLDER, URL")
    add("--width", type=int, metavar="PIXELS", help="asked of the camera (640)")
    add("--height", type=int, metavar="PIXELS", help="asked of the camera (480)")
    add("--fps", type=float, help="asked of the camera (30)")
    add("--rotate", type=int, metavar="DEGREES", help="turn its picture clockwise: 90, 180, 270")
    add("--display", metavar="WHERE", help="auto, window, none or FILE.mp4")
    add("--fullscreen", action="store_true", help="fill the screen")
    add("--kiosk", action="store_true", help="fill it, no cursor, no way out: see docs/pi.md")
    add("--screen", type=int, metavar="N", help="the monitor for the window, counted from 0")
    add("--no-flip", dest="flip", action="store_false", help="show as others see you")
    add("--frames", type=int, metavar="N", help="end after N captured frames")
    _add_drawing(parser)
    add("--mode", choices=("cover", "sticker", "panel"), help="where the emoticon goes (cover)")
    add("--pixelate", action="store_true", help="show the room as coarse blocks only")
    add("--calm", action="store_true", help="no blinking, bouncing or flying particles")
    add("--language", metavar="CODE", help=f"of the texts: en, ko ({MirrorConfig.language})")
    _add_detector(parser)
    add(
        "--cpu-budget",
        type=float,
        metavar="SHARE",
        help="of one core, each for detection and recognition (0.5)",
    )
    add("--stats", metavar="FILE.json", help="write counts, fps and times at the end")
    add("--metrics", metavar="[ADDRESS:]PORT", help="serve Prometheus text (127.0.0.1)")
    add("--config", type=Path, default=None, metavar="FILE.toml", help="options from a file")


def _add_drawing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--artwork", metavar="SET", help=f"a folder of parts/ ({MirrorConfig.artwork})"
    )


def _add_detector(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--detector", choices=tuple(DETECTORS), help=f"({MirrorConfig.detector})")


def _mirror(args: argparse.Namespace) -> int:
    from edge.app import run_mirror

    run_mirror(load_config(args.config, _flags(args), MirrorConfig))
    return 0


def _booth(args: argparse.Namespace) -> int:
    booth_options.check_installed()
    from edge.booth.assembly import run_booth

    run_booth(load_config(args.config, _flags(args), booth_options.BoothConfig))
    return 0


def _flags(args: argparse.Namespace) -> dict[str, Any]:
    """The options given."""
    known = {"command", "run", "verbose", "config"}
    return {name: value for name, value in vars(args).items() if name not in known}


def _photo(args: argparse.Namespace) -> int:
    from edge.photos import run_photos

    failures = 0
    for line, ok in run_photos(
        args.pictures,
        args.out,
        detector=args.detector,
        artwork=args.artwork,
        as_json=args.json,
    ):
        print(line, flush=True)
        failures += not ok
    return 1 if failures else 0


def _serve(args: argparse.Namespace) -> int:
    options.check_installed()
    from edge.web.server import Server

    with closing(Server(options.parse(args))) as server:
        print(f"{server.address}   (Ctrl-C ends)", flush=True)
        server.run()
    return 0


def _doctor(args: argparse.Namespace) -> int:
    from edge.doctor import diagnose, format_checks

    checks = diagnose()
    print(format_checks(checks), flush=True)
    return 0 if all(check.ok for check in checks) else 1


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it did what was asked, 1 with one line on stderr when not."""
    _open_standard_streams()
    args = build_parser().parse_args(argv)
    logging.basicConfig(
        level=logging.INFO if args.verbose else logging.WARNING,
        format="%(levelname)s: %(message)s",
    )
    if isinstance(sys.stdout, io.TextIOWrapper):  # a file's name may hold any bytes
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        return int(args.run(args))
    except KeyboardInterrupt:
        return 130
    except MirrorError as error:
        print(f"emoticon-mirror: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader of our output has gone, as in `photo ... | head`
        sys.stderr.close()
        return 1
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"emoticon-mirror: {where}{error.strerror or error}", file=sys.stderr)
        with suppress(OSError):  # if it was the output itself, it fails once more
            sys.stdout.close()
        return 1


def _open_standard_streams() -> None:
    """Open to nowhere what the caller has closed.

    Else the next file that is opened takes its place, and gets what libraries print.
    """
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(number)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115
