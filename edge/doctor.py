"""What is installed, what works, and the remedy for what does not."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Iterable
from functools import partial
from itertools import product
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from edge.artwork import Look, available_artworks, load_artwork
from edge.booth.options import check_installed as check_booth
from edge.cameras import create_camera
from edge.cameras.auto import devices
from edge.cameras.demo import portrait_file
from edge.cameras.picamera2 import is_installed
from edge.card import load_card, read_toml, verify
from edge.classifier import Classifier
from edge.config import MirrorConfig
from edge.detectors.caffe import caffe_files
from edge.detectors.tflite import FIND, KEEP
from edge.displays.screen import why_no_screen
from edge.errors import DependencyError, DisplayError, MirrorError, ModelError
from edge.paths import MODELS
from edge.sprites import LEVELS
from edge.tflite import Interpreter, find_runtime
from edge.tree import load_tree
from edge.web.options import check_installed as check_serve

PYTHONS = ((3, 10), (3, 14))  # from, and below


class Check(NamedTuple):
    """One thing looked at."""

    name: str
    ok: bool
    detail: str  # what was found; what is wrong and its remedy


def diagnose() -> list[Check]:
    """Look at everything the mirror needs. Cameras are opened for a moment."""
    probes: list[tuple[str, Callable[[], str]]] = [
        ("Python", _python),
        ("TFLite runtime", lambda: " ".join(find_runtime())),
        ("OpenCV", _opencv),
        ("Caffe detector", lambda: str(caffe_files()[1])),
        ("cascade", lambda: f"{len(load_tree(MODELS).nodes)} nodes"),
    ]
    cards = sorted({*MODELS.glob("*/card.toml"), *(MODELS / n / "card.toml" for n in (FIND, KEEP))})
    probes += [(f"model {card.parent.name}", partial(_model, card)) for card in cards]
    artworks = sorted({MirrorConfig.artwork, *available_artworks()})
    probes += [(f"artwork {name}", partial(_artwork, name)) for name in artworks]
    probes += [("serve", partial(_extra, "serve", check_serve))]
    probes += [("booth", partial(_extra, "booth", check_booth))]
    probes += [("demo camera", lambda: str(portrait_file())), ("screen", _screen)]
    return [_check(name, probe) for name, probe in probes] + _cameras()


def format_checks(checks: Iterable[Check]) -> str:
    """A line for each check, what is wrong marked so that it is seen without colour."""
    checks = list(checks)
    width = max(len(check.name) for check in checks)
    return "\n".join(
        f"{'ok     ' if check.ok else 'PROBLEM'}  {check.name:{width}}  {check.detail}"
        for check in checks
    )


def _check(name: str, probe: Callable[[], str]) -> Check:
    try:
        return Check(name, True, probe())
    except MirrorError as error:
        return Check(name, False, str(error))


def _python() -> str:
    low, high = PYTHONS
    found = f"{platform.python_version()} ({platform.machine()}, {sys.executable})"
    if not low <= sys.version_info[:2] < high:
        raise DependencyError(f"{found}: expected 3.10 to 3.13; set PYTHON and delete .venv")
    return found


def _opencv() -> str:
    found = f"{cv2.__version__}, numpy {np.__version__}"
    if int(cv2.__version__.split(".")[0]) >= 5:
        return f"{found} (--detector caffe needs opencv-python<5)"
    return found


def _model(card: Path) -> str:
    """Its checksum is right, the runtime takes it, and it is what its card says."""
    data = read_toml(card)
    try:
        entry = data["model"]
        path, sha256 = card.parent / entry["file"], str(entry["sha256"])
    except (KeyError, TypeError) as error:
        raise ModelError(f"{card}: no [model] with file and sha256") from error
    verify(path, sha256)
    model = Interpreter(path)
    if "labels" in data.get("output", {}):
        Classifier(load_card(card.parent))
    shape = "x".join(map(str, model.input_shape))
    return f"{shape} {model.input_dtype}, {path.stat().st_size:,} bytes, sha256 {sha256[:12]}"


def _artwork(name: str) -> str:
    """Every label that a model can answer with has its drawings."""
    artwork = load_artwork(name)
    labels: dict[str, set[str]] = {}
    try:
        tree = load_tree(MODELS)
    except ModelError:  # the cascade's own line says why
        return "is there; which faces it has to paint, the cascade does not say"
    for node in tree.nodes:
        labels.setdefault(node.attribute, set()).update(tree.cards[node.name].labels)
    looks = [Look(**dict(zip(labels, each, strict=True))) for each in product(*labels.values())]
    for look in looks:
        artwork.picture(look, LEVELS[0])
        artwork.face(look, LEVELS[0], closed=True)
        artwork.particle(look, LEVELS[0])
    return f"paints {len(looks):,} different faces"


def _extra(command: str, check: Callable[[], None]) -> str:
    """What one command needs, and nobody else, may be missing."""
    try:
        check()
    except DependencyError as error:
        return f"{error} (only `{command}` needs it)"
    return "its packages are installed"


def _screen() -> str:
    reason = why_no_screen()
    if reason:
        raise DisplayError(f"{reason}; without one the mirror writes mirror.mp4")
    return "a window can be opened"


def _cameras() -> list[Check]:
    sources = ["picamera2", *devices()] if is_installed() else devices()
    checks = [_check(f"camera {source}", partial(_camera, source)) for source in sources]
    # A webcam has devices beside its camera's that give no pictures; only one need work.
    working = [check for check in checks if check.ok]
    nothing = Check("camera", False, "none found; plug one in, or try --camera demo")
    return working or checks or [nothing]


def _camera(source: str) -> str:
    camera = create_camera(source)
    try:
        height, width = next(iter(camera)).image.shape[:2]
    finally:
        camera.close()
    return f"delivers {width}x{height}"
