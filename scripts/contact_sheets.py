"""Draw the sheets of docs/artwork.md: every set at 48, 96 and 300 pixels, and how it moves."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from edge.artwork import Artwork, Look, available_artworks, load_artwork
from edge.compositor import Compositor
from edge.files import write_whole
from edge.modes import MODES
from edge.types import Attribute, Box, Frame, Image, Scene, Track

DOCS = Path(__file__).resolve().parent.parent / "docs" / "artwork"
EMOTIONS = ("angry", "contempt", "disgust", "fear", "happy", "neutral", "sad", "surprise")
BARE = [Look(skin=skin) for skin in ("light", "medium", "dark")]
SQUARE = Look(skin="light", glasses="eyeglasses", frame="square")
ROUND = Look(skin="medium", glasses="eyeglasses", frame="round")
SUN = Look(skin="dark", glasses="sunglasses", frame="square")
SUN_ROUND = Look(skin="medium", glasses="sunglasses", frame="round")
MASKED = [
    Look("worn", "light"),
    Look("worn", "medium", "eyeglasses", "square"),
    Look("worn", "dark", "eyeglasses", "round"),
    Look("worn", "light", "sunglasses", "square"),
    Look("worn", "dark", "sunglasses", "round"),
]
WORN = [
    Look(skin="light", hat="worn", earrings="worn"),
    Look(skin="dark", hat="worn", glasses="sunglasses", frame="square"),
    Look(skin="medium", beard="worn", glasses="eyeglasses"),
    Look("worn", "dark", hat="worn", beard="worn", earrings="worn"),
]
SMALL = [*BARE, SUN, SUN_ROUND, MASKED[0], MASKED[-1]]
ALL = [*BARE, SQUARE, ROUND, SUN, SUN_ROUND, *MASKED, *WORN]


def paper(width: int, height: int) -> Image:
    """A ground in steps from dark to light grey, so that no outline can hide in it."""
    shades = np.linspace(90, 215, 8).astype(np.uint8)[np.arange(width) * 8 // width]
    return np.repeat(np.tile(shades[:, None], (height, 1, 1)), 3, axis=2)


def sheet(artwork: Artwork, looks: Sequence[Look], size: int, zoom: int = 1) -> Image:
    """A row a look, a column an emotion, drawn at `size` pixels and then enlarged."""
    step = size + 4
    page = paper(step * len(EMOTIONS), step * len(looks))
    for row, look in enumerate(looks):
        for column, emotion in enumerate(EMOTIONS):
            labels = {**vars(look), "emotion": emotion}
            paste(page, artwork.picture(Look(**labels), size), column * step + 2, row * step + 2)
    return cv2.resize(page, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_NEAREST)


def paste(page: Image, picture: np.ndarray, left: int, top: int) -> None:
    """Lay a picture with straight alpha on the page."""
    height, width = picture.shape[:2]
    place = page[top : top + height, left : left + width]
    alpha = picture[..., 3:] / 255
    place[:] = np.rint(place * (1 - alpha) + picture[..., :3] * alpha)


def scene(look: Look, time_s: float, tracks: Iterable[Track], width: int, height: int) -> Scene:
    """One person with this look before the plain ground."""
    tracks = tuple(tracks)
    attributes = {name: Attribute(name, label, 1.0) for name, label in vars(look).items()}
    frame = Frame(paper(width, height), 0, time_s)
    return Scene(frame, tracks, {track.id: attributes for track in tracks})


def film(artwork: Artwork) -> Image:
    """Frame by frame, 30 a second: a change from neutral to each other emotion."""
    rows = []
    face = Track(3, Box(45, 40, 95, 105))
    for emotion in (emotion for emotion in EMOTIONS if emotion != "neutral"):
        compositor = Compositor(artwork)
        row = []
        for step in range(44):
            look = Look(emotion=emotion if step >= 24 else "neutral")
            now = 10 + step / 30
            shown = compositor.compose(scene(look, now, [face], 140, 140), now=now, flip=False)
            if step in (2, 5, 7) or 24 <= step <= 34 or step in (37, 41):
                row.append(shown.copy())
        rows.append(np.hstack(row))
    return np.vstack(rows)


def modes(artwork: Artwork) -> Image:
    """The three places an emoticon goes to, and the coarse picture."""
    look = Look(emotion="happy", glasses="eyeglasses", frame="round")
    face = Track(3, Box(80, 60, 140, 138), roll=0.1)
    views = []
    for mode in MODES:
        compositor = Compositor(artwork, mode=mode, calm=True)
        shown = compositor.compose(scene(look, 0.0, [face], 260, 200), now=0.0, flip=False).copy()
        cv2.rectangle(shown, (80, 60), (140, 138), (0, 160, 0), 1)
        views.append(cv2.copyMakeBorder(shown, 4, 4, 4, 4, cv2.BORDER_CONSTANT, value=(255,) * 3))
    return np.hstack(views)


def save(name: str, page: Image) -> None:
    """Write a sheet into docs/artwork: .png keeps every pixel, .jpg keeps the file small."""
    quality = [cv2.IMWRITE_JPEG_QUALITY, 82] if name.endswith(".jpg") else []
    _, encoded = cv2.imencode(Path(name).suffix, page, quality)
    write_whole(DOCS / name, encoded.tobytes())


def main(arguments: Sequence[str] | None = None) -> None:
    """Draw every sheet."""
    argparse.ArgumentParser(description=__doc__).parse_args(arguments)
    for name in available_artworks():
        artwork = load_artwork(name)
        save(f"{name}_48.png", sheet(artwork, SMALL, 48, zoom=2))
        save(f"{name}_96.jpg", sheet(artwork, ALL, 96))
        save(f"{name}_300.jpg", sheet(artwork, [BARE[0], SUN, MASKED[1]], 300))
    cartoon = load_artwork("cartoon")
    save("film.jpg", film(cartoon))
    save("modes.png", modes(cartoon))


if __name__ == "__main__":
    main()
