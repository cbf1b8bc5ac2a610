"""Render the artwork: parts/SET/svg/*.svg to parts/SET/png/SIDE/*.png.

SIDE is that of the canvas in pixels; each picture is cut to what is not clear.
`--check` writes nothing and fails when the committed files are not what the sources give. Needs
the `dev` extra; resvg gives the same bytes on every machine, so its version is pinned there.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

import cv2
import numpy as np
import resvg_py

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from edge.artwork import available_artworks
from edge.paths import PARTS
from edge.sprites import CORNERS, FULL_SIZE, LEVELS

_ALIGN = FULL_SIZE // LEVELS[0]  # so that the corner of a part lies on whole pixels at each level
_ROOT = re.compile(r"<svg\b[^>]*>")
_SIZE = re.compile(r"""\s(?:width|height)=(["']).*?\1""")
_CANVAS = 512
_VIEW = re.compile(rf"""\bviewBox=(["'])0 0 {_CANVAS} {_CANVAS}\1""")


def render_part(svg: str) -> tuple[dict[int, bytes], tuple[int, int]]:
    """Draw one part: (its PNGs by level, cut to its alpha box; the box's left and top).

    The PNGs have straight alpha, the box is on the full canvas. Raises ValueError for a drawing
    that is empty, broken or not on the set's canvas.
    """
    root = _ROOT.search(svg)
    if root is None or _VIEW.search(root[0]) is None:
        raise ValueError(f'expected <svg ... viewBox="0 0 {_CANVAS} {_CANVAS}">')
    small = _render(svg, (0, 0, FULL_SIZE, FULL_SIZE), LEVELS[0])
    picture = np.asarray(cv2.imdecode(np.frombuffer(small, np.uint8), cv2.IMREAD_UNCHANGED))
    x, y, columns, rows = cv2.boundingRect(picture[..., 3])
    if columns == 0:
        raise ValueError("expected a drawing, got an empty picture")
    # One pixel more on each side: the faintest edge may be lost in the small picture.
    left, top = max(x - 1, 0) * _ALIGN, max(y - 1, 0) * _ALIGN
    right = min((x + columns + 1) * _ALIGN, FULL_SIZE)
    bottom = min((y + rows + 1) * _ALIGN, FULL_SIZE)
    box = (left, top, right - left, bottom - top)
    return {level: _render(svg, box, level) for level in LEVELS}, (left, top)


def _render(svg: str, box: tuple[int, int, int, int], level: int) -> bytes:
    """The part of the drawing inside (left, top, width, height), in pixels of the full size.

    It is drawn as on a canvas of side `level`.
    """
    unit = _CANVAS / FULL_SIZE
    view = " ".join(f"{value * unit:g}" for value in box)

    def cut(root: re.Match[str]) -> str:
        return _VIEW.sub(f'viewBox="{view}"', _SIZE.sub("", root[0]))

    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=_ROOT.sub(cut, svg, count=1),
            width=box[2] * level // FULL_SIZE,
            height=box[3] * level // FULL_SIZE,
            skip_system_fonts=True,
        )
    )


def render_artwork(folder: Path) -> dict[str, bytes]:
    """Everything that belongs into `folder`/png: file name -> content; ValueError as above."""
    files = {}
    corners = []
    for source in sorted((folder / "svg").glob("*.svg")):
        try:
            pngs, (left, top) = render_part(source.read_text(encoding="utf-8"))
        except ValueError as error:
            raise ValueError(f"{source}: {error}") from error
        files.update({f"{level}/{source.stem}.png": png for level, png in pngs.items()})
        corners.append(f"{source.stem} = [{left}, {top}]\n")
    head = (
        f"# Written by scripts/render_parts.py: left, top of each PNG on a {FULL_SIZE} px canvas.\n"
    )
    files[CORNERS] = (head + "".join(corners)).encode()
    return files


def main() -> int:
    """Render or check every set; 1 when files differ that were only to be compared."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, only compare")
    args = parser.parse_args()
    try:
        stale = sum(update(PARTS / name, check=args.check) for name in available_artworks())
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 1 if args.check and stale else 0


def update(artwork: Path, *, check: bool) -> int:
    """Write one set's files, or only compare them; how many differ. Raises ValueError, OSError."""
    folder = artwork / "png"
    files = render_artwork(artwork)
    present = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
    stale = [name for name in sorted(files | present) if files.get(name) != present.get(name)]
    for name in stale:
        path = folder / name
        if check:
            print(f"{path}: not what its source gives")
        elif name in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(files[name])
        else:
            path.unlink()
    size = sum(map(len, files.values())) / 1e3
    print(f"{artwork.name}: {len(files)} files, {size:.0f} kB; {len(stale)} changed")
    return len(stale)


if __name__ == "__main__":
    sys.exit(main())
