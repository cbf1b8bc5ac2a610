"""Drawing hats onto bare heads: caps, knit hats, brimmed hats, hoods, in any number.

Sizes are in units of the detector's box's width, about the middle of the hat's lower edge; x grows
to the right, y downwards.
"""

from __future__ import annotations

import zlib

import cv2
import numpy as np

from convert.canvas import Canvas
from edge.types import Box, Image

HALF = 49  # points of half an outline


def wear(image: Image, box: Box, *, seed: str) -> Image:
    """A copy of the picture whose face in `box` wears a hat; the same for the same seed."""
    rng = np.random.default_rng(zlib.crc32(seed.encode()))
    middle = np.array([box.left + box.width / 2, box.top + rng.uniform(-0.05, 0.15) * box.height])
    middle[0] += rng.normal(0, 0.04) * box.width
    turn = rng.normal(0, 0.07)
    axes = box.width * np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    canvas = Canvas(image, middle, axes)
    kinds = (_cap, _knit, _brimmed, _tight, _santa, _hood)
    kinds[rng.choice(len(kinds), p=[0.32, 0.2, 0.26, 0.1, 0.06, 0.06])](canvas, rng)
    return canvas.picture()


def _dome(wide: float, tall: float, power: float, drop: float = 0.0) -> np.ndarray:
    """Half a superellipse over (0, 0), (N, 2); its sides hang down by `drop`, over the ears."""
    angle = np.linspace(np.pi, 2 * np.pi, HALF)
    cos, sin = np.cos(angle), np.sin(angle)
    x, y = (np.sign(v) * np.abs(v) ** (2 / power) for v in (cos, sin))
    upper = np.stack([x * wide, y * tall + drop * x**4], 1)
    across = np.linspace(1, -1, 25)
    return np.concatenate([upper, np.stack([across * wide, drop * across**4], 1)])


def _ellipse(x: float, y: float, wide: float, tall: float, bend: float = 0.0) -> np.ndarray:
    """(N, 2); with `bend` its sides are lifted, as a cowboy's brim."""
    angle = np.linspace(0, 2 * np.pi, 49)
    across = np.cos(angle) * wide
    return np.stack([x + across, y + np.sin(angle) * tall - bend * (across / wide) ** 2], 1)


def _colour(rng: np.random.Generator) -> np.ndarray:
    """(3,) BGR in [0, 255]: half of all hats are dark or pale."""
    kind = rng.random()
    if kind < 0.35:
        return np.asarray(rng.uniform(8, 60) + rng.uniform(-8, 20, 3))
    if kind < 0.55:
        return np.asarray(rng.uniform(170, 245) * np.array([0.93, 0.97, 1.0]))
    if kind < 0.7:  # straw, felt, wool
        return np.asarray(rng.uniform(80, 200) * np.array([0.6, 0.8, 1.0]))
    return np.asarray(rng.uniform(10, 230, 3))


def _cloth(rng: np.random.Generator, colour: np.ndarray) -> np.ndarray:
    """A pattern (32, 32, 3) of that colour: darker to one side and below, uneven, some striped."""
    y, x = np.mgrid[-1:1:32j, -1:1:32j]
    lit = (
        1 - rng.uniform(0.1, 0.5) * (x - rng.uniform(-0.7, 0.7)) ** 2 + rng.uniform(-0.3, 0.05) * y
    )
    rough = cv2.resize(rng.normal(0, 1, (int(rng.integers(4, 16)),) * 2), (32, 32))
    pattern = lit[..., None] * (1 + rng.uniform(0.02, 0.15) * rough[..., None]) * colour
    if rng.random() < 0.25:
        along = x if rng.random() < 0.5 else y
        striped = np.sin(along * rng.uniform(4, 25) + rng.uniform(0, 6)) > rng.uniform(-0.5, 0.7)
        pattern[striped] = (pattern[striped] + lit[striped, None] * _colour(rng)) / 2
    return np.asarray(pattern.clip(0, 255))


def _shadow(canvas: Canvas, wide: float, rng: np.random.Generator) -> None:
    """What a brim throws on the forehead."""
    strip = _ellipse(0, 0, wide, rng.uniform(0.08, 0.3))
    canvas.lay(canvas.mask(strip), np.zeros(3), rng.uniform(0, 0.45))


def _crown(canvas: Canvas, rng: np.random.Generator, *, drop: float) -> np.ndarray:
    """The round part of a cap, with its sign; returns its colour."""
    wide, colour = rng.uniform(0.56, 0.74), _colour(rng)
    dome = _dome(wide, rng.uniform(0.38, 0.62), rng.uniform(2, 2.8), drop)
    canvas.lay(canvas.mask(dome), _cloth(rng, colour), 1)
    if rng.random() < 0.6:
        sign = _ellipse(rng.normal(0, 0.12), -rng.uniform(0.15, 0.3), *rng.uniform(0.06, 0.2, 2))
        canvas.lay(canvas.mask(sign), _colour(rng), rng.uniform(0.5, 1))
    return colour


def _cap(canvas: Canvas, rng: np.random.Generator) -> None:
    """A cap with a peak, worn straight, askew or backwards; or the peak alone."""
    _shadow(canvas, 0.5, rng)
    colour = _colour(rng)
    if rng.random() < 0.85:
        colour = _crown(canvas, rng, drop=rng.uniform(0, 0.15))
    else:
        band = _dome(rng.uniform(0.54, 0.64), rng.uniform(0.1, 0.25), 2.5, rng.uniform(0, 0.15))
        canvas.lay(canvas.mask(band), _cloth(rng, colour), 1)
    if rng.random() < 0.88:
        if rng.random() < 0.4:
            colour = _colour(rng)
        aside = rng.normal(0, 0.2)
        peak = _ellipse(aside, 0.0, rng.uniform(0.45, 0.68), rng.uniform(0.07, 0.2))
        peak[:, 1] += rng.uniform(-0.1, 0.25) * (peak[:, 0] - aside) ** 2 / 0.4
        canvas.lay(canvas.mask(peak), _cloth(rng, colour * rng.uniform(0.6, 1)), 1)


def _knit(canvas: Canvas, rng: np.random.Generator) -> None:
    """A knit hat, some with a cuff, a bobble or flaps over the ears; a beret is a low, wide one."""
    wide, drop, colour = rng.uniform(0.58, 0.82), rng.uniform(0, 0.45), _colour(rng)
    tall = rng.uniform(0.35, 0.85)
    dome = _dome(wide, tall, rng.uniform(2, 3), drop)
    dome[:, 0] -= rng.normal(0, 0.12) * dome[:, 1]  # leans
    canvas.lay(canvas.mask(dome), _cloth(rng, colour), 1)
    if rng.random() < 0.5:
        if rng.random() < 0.4:
            colour = _colour(rng)
        x = np.linspace(-wide, wide, 25)
        upper = np.stack([x, drop * (x / wide) ** 4 - rng.uniform(0.1, 0.25)], 1)
        lower = np.stack([x, drop * (x / wide) ** 4 + rng.uniform(0, 0.05)], 1)[::-1]
        canvas.lay(canvas.mask(np.concatenate([upper, lower])), _cloth(rng, colour), 1)
    if rng.random() < 0.2:
        canvas.lay(canvas.mask(_ellipse(0, -tall, 0.15, 0.15)), _cloth(rng, _colour(rng)), 1)


def _brimmed(canvas: Canvas, rng: np.random.Generator) -> None:
    """From a sun hat to a top hat: a brim all round, a crown, mostly a band."""
    _shadow(canvas, 0.52, rng)
    colour = _colour(rng)
    brim, deep = rng.uniform(0.7, 1.4), rng.uniform(0.05, 0.28)
    behind = _ellipse(0, -0.03, brim, deep, rng.choice([0.0, 0.3]) * rng.random())
    canvas.lay(canvas.mask(behind), _cloth(rng, colour * rng.uniform(0.7, 1)), 1)
    base, tall = rng.uniform(0.5, 0.64), rng.uniform(0.35, 1.0)
    top = base * rng.uniform(0.65, 1.1)
    dent = rng.choice([0.0, 0.12]) * rng.random()
    corners = [[-base, 0], [-top, -tall], [0, dent - tall - 0.03], [top, -tall], [base, 0]]
    crown = np.array([*corners, [0, deep * 0.5]])
    canvas.lay(canvas.mask(crown), _cloth(rng, colour), 1)
    if rng.random() < 0.7:
        high = rng.uniform(0.06, 0.2)
        band = np.array([[-base, 0], [-base, -high], [base, -high], [base, 0], [0, deep * 0.5]])
        canvas.lay(canvas.mask(band), _cloth(rng, _colour(rng)), 1)


def _tight(canvas: Canvas, rng: np.random.Generator) -> None:
    """A swimmer's cap, a scarf round the head, a helmet: close to the skull, no brim."""
    wide = rng.uniform(0.52, 0.66)
    dome = _dome(wide, rng.uniform(0.35, 0.55), rng.uniform(2, 2.5), rng.uniform(0.1, 0.5))
    canvas.lay(canvas.mask(dome), _cloth(rng, _colour(rng)), 1)
    if rng.random() < 0.3:  # goggles pushed up
        for side in (-1, 1):
            goggle = _ellipse(side * 0.2, -0.1, 0.15, 0.09)
            canvas.lay(canvas.mask(goggle), rng.uniform(0, 120, 3), 1)
    if rng.random() < 0.4:
        for middle in rng.uniform([-0.4, -0.3], [0.4, 0], (12, 2)):
            canvas.lay(canvas.mask(_ellipse(*middle, 0.03, 0.03)), _colour(rng), 1)


def _santa(canvas: Canvas, rng: np.random.Generator) -> None:
    """A pointed hat that leans, a furry edge, a bobble."""
    wide, tip = rng.uniform(0.55, 0.7), np.array([rng.normal(0, 0.5), -rng.uniform(0.4, 1.0)])
    red = np.array([40, 30, 200]) if rng.random() < 0.7 else _colour(rng)
    cone = np.array([[-wide, 0], [-wide * 0.8, -0.4], tip, [wide * 0.8, -0.4], [wide, 0]])
    canvas.lay(canvas.mask(cone), _cloth(rng, red * rng.uniform(0.6, 1.1)), 1)
    x = np.linspace(-wide, wide, 9)
    edge = np.stack([x, 0.15 * (x / wide) ** 2 - 0.08], 1)
    line = np.concatenate([edge, edge[::-1]])
    fur = np.full(3, rng.uniform(190, 250))
    canvas.lay(canvas.mask(line, width=rng.uniform(0.18, 0.3)), _cloth(rng, fur), 1)
    canvas.lay(canvas.mask(_ellipse(*tip, 0.14, 0.14)), _cloth(rng, fur), 1)


def _hood(canvas: Canvas, rng: np.random.Generator) -> None:
    """An arch round the face from shoulder to shoulder."""
    wide, tall = rng.uniform(0.74, 0.92), rng.uniform(0.15, 0.35)
    arch = _dome(wide, tall, rng.uniform(2, 2.6))[:HALF]
    arch = np.concatenate([[[-wide * 0.9, 1.4]], arch, [[wide * 0.9, 1.4]]])
    line = np.concatenate([arch, arch[::-1]])  # not closed
    colour = _colour(rng)
    canvas.lay(canvas.mask(line, width=rng.uniform(0.25, 0.45)), _cloth(rng, colour), 1)
    canvas.lay(canvas.mask(line, width=0.06), colour * 0.6, 0.7)
