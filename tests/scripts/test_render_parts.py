import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.paths import PARTS
from edge.sprites import FULL_SIZE, LEVELS
from scripts.render_parts import render_part

ROOT = Path(__file__).resolve().parents[2]
RECT = '<rect x="100" y="200" width="40" height="20" fill="#ff0000"/></svg>'
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512" width="512" height="512">'


def test_committed_pictures_are_what_the_sources_give():
    check = [sys.executable, "scripts/render_parts.py", "--check"]
    result = subprocess.run(check, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("level", LEVELS)
def test_a_part_is_cut_to_its_alpha_box(level):
    pngs, corner = render_part(SVG + RECT)
    image = cv2.imdecode(np.frombuffer(pngs[level], np.uint8), cv2.IMREAD_UNCHANGED)
    unit = FULL_SIZE // level
    left, top = corner[0] // unit, corner[1] // unit
    assert (left * unit, top * unit) == corner
    # The rectangle and up to two pixels of the smallest level around it.
    rows, columns = np.nonzero(image[..., 3])
    assert (columns.min() + left, rows.min() + top) == (200 // unit, 400 // unit)
    assert (columns.max() + left, rows.max() + top) == (279 // unit, 439 // unit)
    assert image.shape[0] <= (40 + 32) // unit
    assert image.shape[1] <= (80 + 32) // unit
    assert (image[image[..., 3] > 0] == (0, 0, 255, 255)).all()


def test_a_drawing_programs_root_is_taken():
    root = """<?xml version="1.0"?><!-- drawn --><svg version="1.1" width="512" height="512px"
        xmlns="http://www.w3.org/2000/svg" viewBox='0 0 512 512'>"""
    assert render_part(root + RECT) == render_part(SVG + RECT)


@pytest.mark.parametrize(
    ("svg", "message"),
    [
        (SVG + "</svg>", "empty"),
        ('<svg viewBox="0 0 64 64">' + RECT, 'viewBox="0 0 512 512"'),
        (SVG + "<rect", "never closed"),
    ],
)
def test_a_useless_source_is_refused(svg, message):
    with pytest.raises(ValueError, match=message):
        render_part(svg)


def test_all_artwork_is_small():
    assert sum(path.stat().st_size for path in PARTS.rglob("*.*")) < 4e6
    assert FULL_SIZE == 1024
