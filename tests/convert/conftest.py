"""Drawn sets, written as zips or folders."""

from __future__ import annotations

import csv
import errno
import io
import os
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.types import Image

# As `python -m convert` does; Keras reads it once, when it is first imported.
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

MakeSet = Callable[..., Path]


def files_of(rows: Sequence[Mapping[str, str]], images: Sequence[Image]) -> dict[str, bytes]:
    text = io.StringIO()
    table = csv.DictWriter(text, list(rows[0]))
    table.writeheader()
    table.writerows(rows)
    pictures = {
        row["path"]: cv2.imencode(".png", image)[1].tobytes()
        for row, image in zip(rows, images, strict=True)
    }
    return {"labels.csv": text.getvalue().encode(), **pictures}


@pytest.fixture
def make_set(tmp_path: Path) -> MakeSet:
    """make_set(rows, images=None, name="set", folder=False) -> its path; noise for pictures."""

    def make(
        rows: Sequence[Mapping[str, str]],
        images: Sequence[Image] | None = None,
        name: str = "set",
        folder: bool = False,
    ) -> Path:
        rng = np.random.default_rng(7)
        if images is None:
            images = [rng.integers(0, 256, (48, 48, 3), np.uint8) for _ in rows]
        files = files_of(rows, images)
        path = tmp_path / (name if folder else f"{name}.zip")
        if not folder:
            with zipfile.ZipFile(path, "w") as archive:
                for file, content in files.items():
                    archive.writestr(file, content)
            return path
        for file, content in files.items():
            (path / file).parent.mkdir(parents=True, exist_ok=True)
            (path / file).write_bytes(content)
        return path

    return make


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that is written arrives."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """Drawn mask templates in the form of MaskTheFace's."""
    folder = tmp_path / "templates"
    folder.mkdir()
    lines = []
    for name in ("surgical", "surgical_green", "surgical_blue", "N95", "KN95", "cloth"):
        picture = np.zeros((60, 100, 4), np.uint8)
        picture[10:50, 10:90] = 255
        cv2.imwrite(str(folder / f"{name}.png"), picture)
        lines += [f"[{name}]", f"template: masks/templates/{name}.png"]
        corners = {"a": (20, 20), "b": (100, 20), "c": (180, 20)}
        corners.update({"d": (20, 80), "e": (100, 100), "f": (180, 80)})
        lines += [f"mask_{letter}: {x}, {y}" for letter, (x, y) in corners.items()]
    (folder / "masks.cfg.txt").write_text("MIT License\n" + "\n".join(lines))
    return folder
