"""Arrays kept between runs: written whole, and made anew when they are damaged."""

from __future__ import annotations

import io
import logging
from pathlib import Path

import numpy as np

from edge.files import write_whole

log = logging.getLogger(__name__)


def read_array(path: Path) -> np.ndarray | None:
    """What is kept in a .npy file; None when it is not there or damaged."""
    if not path.exists():
        return None
    try:
        return np.asarray(np.load(path))
    except (OSError, EOFError, ValueError):
        log.info("%s: damaged; making it anew", path)
        return None


def write_array(path: Path, array: np.ndarray) -> None:
    """Keep an array in a .npy file, whole or not at all; raises DisplayError."""
    content = io.BytesIO()
    np.save(content, array)
    write_whole(path, content.getvalue())
