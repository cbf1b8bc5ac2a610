from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from edge.doctor import Check, diagnose, format_checks
from edge.paths import MODELS


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the models to spoil."""
    folder = tmp_path / "models"
    shutil.copytree(MODELS, folder)
    monkeypatch.setattr("edge.doctor.MODELS", folder)
    return folder


def by_name() -> dict[str, Check]:
    return {check.name: check for check in diagnose()}


def test_everything_the_program_brings_is_fine() -> None:
    found = by_name()
    brought = {name: check for name, check in found.items() if not name.startswith(("cam", "scr"))}
    assert [check for check in brought.values() if not check.ok] == []
    for folder in MODELS.glob("*/card.toml"):
        assert f"model {folder.parent.name}" in found


def test_a_corrupt_model_is_named(models: Path) -> None:
    path = models / "mask" / "model.tflite"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    found = by_name()
    assert not found["model mask"].ok
    assert "mask/model.tflite: corrupt" in found["model mask"].detail
    assert not found["cascade"].ok
    assert found["model emotion"].ok


def test_a_card_that_does_not_fit_its_model_is_named(models: Path) -> None:
    card = models / "skin" / "card.toml"
    card.write_text(card.read_text().replace('"light",\n', "", 1).replace('"light"', '"dark"'))
    found = by_name()["model skin"]
    assert not found.ok
    assert "one for each label" in found.detail


def test_a_missing_model_is_named(models: Path) -> None:
    (models / "mask" / "model.tflite").unlink()
    found = by_name()
    assert "mask/model.tflite" in found["model mask"].detail
    assert "restore it from the release" in found["model mask"].detail
    assert found["artwork cartoon"].ok, "it is not the drawings' fault"


def test_a_missing_package_of_one_command_is_no_problem_of_the_mirror(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("edge.booth.options._PACKAGES", {"no_such_module": "missing-package"})
    check = by_name()["booth"]
    assert check.ok
    assert "missing-package is not installed" in check.detail
    assert "only `booth`" in check.detail


def test_missing_folders_of_the_detector_and_the_drawings_are_named(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(models / "face_detector_160")
    monkeypatch.setattr("edge.doctor.available_artworks", lambda: ["other"])
    found = by_name()
    assert not found["model face_detector_160"].ok
    assert "artwork cartoon" in found
    assert not found["artwork other"].ok


def test_a_card_without_a_checksum_is_named(models: Path) -> None:
    (models / "mask" / "card.toml").write_text("[input]\n")
    assert "mask/card.toml" in by_name()["model mask"].detail


def test_without_a_screen_says_what_happens_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    check = by_name()["screen"]
    assert not check.ok
    assert "DISPLAY is not set" in check.detail
    assert "mirror.mp4" in check.detail


@pytest.mark.screen
@pytest.mark.usefixtures("screen")
def test_finds_the_screen() -> None:
    assert by_name()["screen"].ok


def test_problems_are_seen_without_colour() -> None:
    lines = format_checks([Check("a", True, "good"), Check("long", False, "bad")]).splitlines()
    assert lines == ["ok       a     good", "PROBLEM  long  bad"]
