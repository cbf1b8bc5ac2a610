"""Render the artwork: parts/SET/svg/*.svg to parts/SET/png/*.png, each cut to what is not clear.

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
_ROOT = re.compile(r'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512"[^>]*>')
_CANVAS = 512


def render_part(svg: str) -> tuple[bytes, tuple[int, int]]:
    """Draw one part: (its PNG, straight alpha, cut to its alpha box; the box's left and top).

    Raises ValueError for a drawing that is empty or not on the set's canvas.
    """
    if _ROOT.match(svg) is None:
        raise ValueError(f"expected a first line as in {_ROOT.pattern}")
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
    return _render(svg, box, box[2]), (left, top)


def _render(svg: str, box: tuple[int, int, int, int], width: int) -> bytes:
    """The part of the drawing inside (left, top, width, height), in pixels of the full size.

    The picture is `width` pixels wide.
    """
    unit = _CANVAS / FULL_SIZE
    view = " ".join(f"{value * unit:g}" for value in box)
    root = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}">'
    svg = _ROOT.sub(root, svg, count=1)
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg, width=width, height=width * box[3] // box[2], skip_system_fonts=True
        )
    )


def render_artwork(folder: Path) -> dict[str, bytes]:
    """Everything that belongs into `folder`/png: file name -> content."""
    files = {}
    corners = []
    for source in sorted((folder / "svg").glob("*.svg")):
        try:
            png, (left, top) = render_part(source.read_text(encoding="utf-8"))
        except ValueError as error:
            raise ValueError(f"{source}: {error}") from error
        files[f"{source.stem}.png"] = png
        corners.append(f"{source.stem} = [{left}, {top}]\n")
    head = (
        f"# Written by scripts/render_parts.py: left, top of each PNG on a {FULL_SIZE} px canvas.\n"
    )
    files[CORNERS] = (head + "".join(corners)).encode()
    return files


def main() -> int:
    """Render or check every set; the number of files that differ decides the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, only compare")
    args = parser.parse_args()
    stale = 0
    for name in available_artworks():
        folder = PARTS / name / "png"
        folder.mkdir(exist_ok=True)
        files = render_artwork(PARTS / name)
        present = {path.name: path.read_bytes() for path in folder.iterdir()}
        for file in sorted(files.keys() | present.keys()):
            if files.get(file) == present.get(file):
                continue
            stale += 1
            if not args.check and file in files:
                (folder / file).write_bytes(files[file])
            elif not args.check:
                (folder / file).unlink()
            print(
                f"parts/{name}/png/{file}: {'not what its source gives' if args.check else 'new'}"
            )
        print(f"{name}: {len(files) - 1} parts, {sum(map(len, files.values())) / 1e3:.0f} kB")
    return 1 if args.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
