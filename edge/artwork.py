"""A face's look, and the artwork set that draws it: labels in, cached sprites out."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from edge.errors import ArtworkError, ConfigError
from edge.paths import PARTS
from edge.sprites import ANCHORS, LEVELS, Anchors, Layer, Parts, Sprite
from edge.types import Attributes

_BUDGET = 32 * 1024 * 1024  # bytes of sprites kept; a 512 px face takes 0.6 MB, a 1024 px one 2.3


@dataclass(frozen=True)
class Look:
    """The labels that reach the picture; the defaults stand for what is not recognised yet."""

    mask: str = "none"
    skin: str = "medium"
    glasses: str = "none"
    frame: str = "square"
    emotion: str = "neutral"
    hat: str = "none"
    beard: str = "none"
    earrings: str = "none"

    @classmethod
    def from_attributes(cls, attributes: Attributes) -> Look:
        """The look of a face with these attributes; others than the fields are ignored."""
        names = (field.name for field in fields(cls))
        return cls(**{name: attributes[name].label for name in names if name in attributes})

    def labels(self, *, closed: bool = False) -> Mapping[str, str]:
        """The labels the artwork's rules are asked with; `eyes` is open or closed."""
        return {**vars(self), "eyes": "closed" if closed else "open"}


def available_artworks(root: Path = PARTS) -> list[str]:
    """The names of the sets: every folder of `root` that has an anchors file."""
    return sorted(path.parent.name for path in root.glob(f"*/{ANCHORS}"))


def load_artwork(name: str, root: Path = PARTS) -> Artwork:
    """The set of this name; raises ConfigError, or ArtworkError when its files are broken."""
    names = available_artworks(root)
    if name not in names:
        raise ConfigError(f"artwork: expected one of {', '.join(names)}, got {name!r}")
    return Artwork(root / name)


def level_for(side: float) -> int:
    """The smallest level that need not be enlarged to `side` pixels, else the largest."""
    return next((level for level in LEVELS if level >= side), LEVELS[-1])


class Artwork:
    """One set; composes each look once a level and keeps the sprites used last."""

    def __init__(self, folder: Path) -> None:
        """Read the set's rules; its drawings are read when they are first drawn.

        Raises ArtworkError for rules that cannot be followed.
        """
        self._parts = Parts(folder)
        known = Look().labels().keys()
        for layer in (*self.anchors.layers, *self.anchors.effects, *self.anchors.particles):
            if unknown := layer.asks() - known:
                raise ArtworkError(
                    f"{folder / ANCHORS}: {layer.part}: expected labels of {', '.join(known)}, "
                    f"got {', '.join(sorted(unknown))}"
                )
        self._kept: OrderedDict[Hashable, tuple[Sprite, ...]] = OrderedDict()
        self._bytes = 0

    @property
    def anchors(self) -> Anchors:
        """Where the set's head lies on the canvas."""
        return self._parts.anchors

    def face(self, look: Look, level: int, *, closed: bool = False) -> Sprite:
        """The head with everything on it, eyes open or `closed`; `level` is one of LEVELS.

        Raises ArtworkError when the set has no drawing for a label.
        """

        def compose() -> tuple[Sprite, ...]:
            chosen = _choose(self.anchors.layers, look.labels(closed=closed))
            return (_trim(self._stack(chosen, level)),)

        return self._keep(("face", look, level, closed), compose)[0]

    def effect(self, look: Look, level: int) -> tuple[Sprite, ...]:
        """What floats in front of the head (sweat, sparks), piece by piece; raises as `face`."""

        def compose() -> tuple[Sprite, ...]:
            chosen = _choose(self.anchors.effects, look.labels())
            return _pieces(self._stack(chosen, level)) if chosen else ()

        return self._keep(("effect", look, level), compose)

    def particle(self, look: Look, level: int) -> Sprite | None:
        """What is strewn when a face turns to this look, if anything is; raises as `face`."""
        chosen = _choose(self.anchors.particles, look.labels())
        return self._stack(chosen, level) if chosen else None

    def picture(self, look: Look, size: int = 512) -> np.ndarray:
        """The emoticon on its whole canvas: (size, size, 4) uint8 B, G, R, straight alpha."""
        level = level_for(size)
        canvas: np.ndarray = np.zeros((level, level, 4), np.uint8)
        for sprite in (self.face(look, level), *self.effect(look, level)):
            _over(canvas, sprite, 0, 0)
        if level != size:
            canvas = cv2.resize(canvas, (size, size), interpolation=cv2.INTER_AREA)
        return straighten(canvas)

    def _stack(self, chosen: Sequence[tuple[str, float]], level: int) -> Sprite:
        """The parts chosen, over each other, on a cut that holds them all."""
        sprites = []
        for name, up in chosen:
            part = self._keep((name, level), partial(self._load, name, level))[0]
            sprites.append(replace(part, top=part.top - round(up * level / self.anchors.size)))
        return _flatten(sprites, level) if len(sprites) > 1 else sprites[0]

    def _load(self, name: str, level: int) -> tuple[Sprite, ...]:
        return (self._parts.load(name, level),)

    def _keep(self, key: Hashable, make: Callable[[], tuple[Sprite, ...]]) -> tuple[Sprite, ...]:
        """The sprites of this key, made when they are not kept; those used last are kept."""
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        sprites = self._kept[key] = make()
        self._bytes += _size(sprites)
        while self._bytes > _BUDGET and len(self._kept) > 1:
            self._bytes -= _size(self._kept.popitem(last=False)[1])
        return sprites


def _size(sprites: Sequence[Sprite]) -> int:
    return sum(sprite.image.nbytes for sprite in sprites)


def _trim(sprite: Sprite) -> Sprite:
    """The sprite without the clear rows and columns around it."""
    left, top, width, height = cv2.boundingRect(sprite.image[..., 3])
    image = np.ascontiguousarray(sprite.image[top : top + height, left : left + width])
    return Sprite(image, sprite.left + left, sprite.top + top, sprite.level)


def _pieces(sprite: Sprite) -> tuple[Sprite, ...]:
    """What stands side by side with a clear gap between, each by itself."""
    full = np.flatnonzero(sprite.image[..., 3].any(axis=0))
    runs = np.split(full, np.flatnonzero(np.diff(full) > 1) + 1)
    return tuple(
        _trim(
            replace(
                sprite, image=sprite.image[:, run[0] : run[-1] + 1], left=sprite.left + int(run[0])
            )
        )
        for run in runs
    )


def straighten(image: np.ndarray) -> np.ndarray:
    """Divide the colours of a premultiplied (H, W, 4) uint8 picture by alpha / 255."""
    alpha = image[..., 3:]
    colour = (image[..., :3].astype(np.uint16) * 255 + alpha // 2) // np.maximum(alpha, 1)
    return np.concatenate([np.minimum(colour, 255).astype(np.uint8), alpha], axis=2)


def _choose(layers: Sequence[Layer], labels: Mapping[str, str]) -> tuple[tuple[str, float], ...]:
    chosen = (layer.choose(labels) for layer in layers)
    return tuple(choice for choice in chosen if choice is not None)


def _flatten(sprites: Sequence[Sprite], level: int) -> Sprite:
    left = min(sprite.left for sprite in sprites)
    top = min(sprite.top for sprite in sprites)
    right = max(sprite.left + sprite.image.shape[1] for sprite in sprites)
    bottom = max(sprite.top + sprite.image.shape[0] for sprite in sprites)
    canvas = np.zeros((bottom - top, right - left, 4), np.uint8)
    for sprite in sprites:
        _over(canvas, sprite, left, top)
    return Sprite(canvas, left, top, level)


def _over(canvas: np.ndarray, sprite: Sprite, left: int, top: int) -> None:
    """Lay a sprite on a premultiplied picture whose corner is at (left, top) of the canvas.

    Porter and Duff's `over` (Compositing Digital Images, SIGGRAPH 1984).
    """
    height, width = sprite.image.shape[:2]
    x, y = sprite.left - left, sprite.top - top
    region = canvas[y : y + height, x : x + width]
    clear = cv2.cvtColor(cv2.bitwise_not(sprite.image[..., 3]), cv2.COLOR_GRAY2BGRA)
    clear[..., 3] = clear[..., 0]
    cv2.multiply(region, clear, dst=region, scale=1 / 255)
    cv2.add(region, sprite.image, dst=region)
