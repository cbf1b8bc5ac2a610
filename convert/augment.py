"""Random changes to training crops, on whole batches in torch."""

from __future__ import annotations

import math

import cv2
import numpy as np
import torch
from torch.nn import functional

SHIFT, SCALE, ROLL = 0.06, 0.12, 0.20  # of the crop's side; of its size; radians
ALIGNED = 0.3  # share of crops moved by whole pixels only, and so as sharp as at run time
JPEG, BLUR, ERASE, GREY, BEARD = 0.25, 0.4, 0.25, 0.1, 0.35  # shares of crops so treated


def grey(image: np.ndarray) -> np.ndarray:
    """(H, W, 3) uint8 BGR -> (H, W) uint8, as at run time."""
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY))


def jpeg(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Compress some of the crops (N, H, W, 3) uint8, badly at times."""
    images = images.copy()
    for i in np.flatnonzero(rng.random(len(images)) < JPEG):
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 90))]
        images[i] = cv2.imdecode(cv2.imencode(".jpg", images[i], quality)[1], cv2.IMREAD_COLOR)
    return images


def move(x: torch.Tensor, size: int, random: torch.Generator) -> torch.Tensor:
    """Cut (N, C, size, size) out of wider crops, jittered as boxes are, every other mirrored."""
    n, side = len(x), x.shape[-1]

    def uniform(low: float, high: float) -> torch.Tensor:
        return torch.rand(n, generator=random) * (high - low) + low

    zoom = 1 + uniform(-SCALE, SCALE)
    angle = torch.randn(n, generator=random) * (ROLL / 2)
    shift = torch.randn(n, 2, generator=random) * SHIFT * size
    aligned = uniform(0, 1) < ALIGNED
    zoom[aligned], angle[aligned] = 1, 0
    shift[aligned] = shift[aligned].round()
    mirror = torch.where(uniform(0, 1) < 0.5, -1.0, 1.0)
    cos, sin = torch.cos(angle) * zoom * size / side, torch.sin(angle) * zoom * size / side
    shift = shift * 2 / side
    theta = torch.stack([cos * mirror, -sin, shift[:, 0], sin * mirror, cos, shift[:, 1]], 1)
    grid = functional.affine_grid(theta.view(n, 2, 3), [n, x.shape[1], size, size], False)
    return functional.grid_sample(x, grid, padding_mode="border", align_corners=False)


def soften(x: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    """Shrink and enlarge again a share of the batch, as a face further away; (N, C, H, W)."""
    some = round(len(x) * BLUR)
    if not some:
        return x
    size = x.shape[-1]
    parts = []
    for part in x[:some].split(max(1, math.ceil(some / 3))):
        small = int(size * (0.3 + 0.6 * torch.rand(1, generator=random).item()))
        part = functional.interpolate(part, size=(small, small), mode="area")
        parts.append(functional.interpolate(part, size=(size, size), mode="bilinear"))
    return torch.cat([*parts, x[some:]])


def light(x: torch.Tensor, tint: float, random: torch.Generator) -> torch.Tensor:
    """Change exposure, contrast, gamma and colour cast, add noise; (N, C, H, W) in [0, 1]."""
    n, channels = x.shape[:2]

    def factor(spread: float, *shape: int) -> torch.Tensor:
        return torch.exp(torch.randn(n, *shape, generator=random).clamp(-2, 2) * spread * tint)

    x = x ** factor(0.2, 1, 1, 1)
    mean = x.mean((1, 2, 3), keepdim=True)
    x = (x - mean) * factor(0.2, 1, 1, 1) + mean * factor(0.2, 1, 1, 1)
    if channels == 3:
        x = x * factor(0.06, 3, 1, 1)
        if tint >= 1:
            grey = torch.rand(n, generator=random) < GREY
            x[grey] = x[grey].mean(1, keepdim=True).expand(-1, 3, -1, -1)
    noise = torch.rand(n, 1, 1, 1, generator=random) * 0.03
    return (x + torch.randn(x.shape, generator=random) * noise).clamp(0, 1)


def erase(x: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    """Cover a rectangle in a share of the crops (Zhong et al., Random Erasing, AAAI 2020)."""
    n, _, height, width = x.shape
    sides = torch.rand(n, 2, generator=random) * 0.35 + 0.1
    places = torch.rand(n, 2, generator=random)
    colours = torch.rand(n, x.shape[1], 1, 1, generator=random)
    for i in torch.nonzero(torch.rand(n, generator=random) < ERASE).flatten().tolist():
        h, w = int(sides[i, 0] * height), int(sides[i, 1] * width)
        top, left = int(places[i, 0] * (height - h)), int(places[i, 1] * (width - w))
        x[i, :, top : top + h, left : left + w] = colours[i]
    return x


def beard(x: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    """Shade the lower face of a share of the crops, as beards of any colour and thickness do.

    (N, 3, H, W) B, G, R in [0, 1] of whole faces; in place.
    """
    some = torch.nonzero(torch.rand(len(x), generator=random) < BEARD).flatten()
    height, width = x.shape[2:]
    down = torch.linspace(0, 1, height).view(1, height, 1)
    across = torch.linspace(0, 1, width).view(1, 1, width)

    def uniform(low: float, high: float) -> torch.Tensor:
        return torch.rand(len(some), 1, 1, generator=random) * (high - low) + low

    middle, chin = uniform(0.45, 0.55), uniform(0.74, 0.86)

    def ellipse(y: torch.Tensor, wide: torch.Tensor, tall: torch.Tensor) -> torch.Tensor:
        """From 1 inside to 0 outside, softly."""
        distance = ((across - middle) / wide) ** 2 + ((down - y) / tall) ** 2
        return torch.sigmoid(8 * (1 - distance))

    jaw = ellipse(chin, uniform(0.26, 0.38), uniform(0.16, 0.28))
    mouth = ellipse(chin - uniform(0.02, 0.08), uniform(0.10, 0.16), uniform(0.03, 0.07))
    alpha = ((jaw - mouth).clamp(0, 1) * uniform(0.2, 0.95)).unsqueeze(1)
    tint = torch.tensor([0.55, 0.75, 1.0]).view(1, 3, 1, 1) ** uniform(0, 1).unsqueeze(1)
    hair = tint * uniform(0.03, 0.5).unsqueeze(1)
    hair = hair * (1 + 0.3 * torch.randn(len(some), 1, height, width, generator=random))
    x[some] = (x[some] * (1 - alpha) + hair * alpha).clamp(0, 1)
    return x


def augment(
    images: np.ndarray,
    size: int,
    channels: int,
    tint: float,
    rng: np.random.Generator,
    random: torch.Generator,
    *,
    beards: bool = False,
) -> torch.Tensor:
    """Wide crops (N, H, W, 3) uint8 BGR -> network input (N, channels, size, size) in [-1, 1].

    The batch must be in random order: the first crops are the ones that are softened.
    """
    images = jpeg(images, rng)
    if channels == 1:
        images = np.stack([grey(image) for image in images])[..., None]
    x = torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255
    x = move(x, size, random)
    if beards:
        x = beard(x, random)
    x = light(soften(x, random), tint, random)
    return erase(x, random) * 2 - 1
