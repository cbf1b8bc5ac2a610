"""One server for all tests of the API and the pages, and pictures to send to it."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest

from edge.config import MirrorConfig
from edge.types import Image
from edge.web.options import ServeConfig
from tests.edge.web.tools import encode, serving

# Marked `browser`, which scripts/check_web alone selects; without the extra they do not import.
if importlib.util.find_spec("playwright") is None:
    collect_ignore = ["test_browser.py"]


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """A server without a mirror."""
    with serving(ServeConfig(port=0, mirror=MirrorConfig())) as address:
        yield address


@pytest.fixture(scope="session")
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=60, trust_env=False) as client:
        yield client


@pytest.fixture(scope="session")
def portrait(astronaut_file: Path) -> bytes:
    """A picture of one face, 512x512, PNG."""
    return astronaut_file.read_bytes()


@pytest.fixture(scope="session")
def two_faces(astronaut: Image) -> bytes:
    """The portrait and its mirror image beside it, 1024x512, JPEG."""
    return encode(np.hstack([astronaut, astronaut[:, ::-1]]), ".jpg")


@pytest.fixture(scope="session")
def nobody() -> bytes:
    """Noise, 64x48, PNG."""
    return encode(np.random.default_rng(0).integers(0, 256, (48, 64, 3), np.uint8), ".png")
