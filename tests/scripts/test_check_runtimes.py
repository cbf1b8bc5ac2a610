"""What counts as the same answers; the other environments themselves are not made here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scripts import check_runtimes

FACE = [180.0, 72.0, 270.0, 178.0, 0.99]


def answered(face: list[float] = FACE, hat: float = 0.9, *, count: int = 1) -> dict[str, Any]:
    """Answers of a runtime that sees one kind of face `count` times."""
    return {"faces": [face] * count, "kept": [FACE], "scores": {"hat": [hat, 1 - hat]}}


def moved(face: list[float], pixels: float) -> list[float]:
    return [face[0] + pixels, face[1], face[2] + pixels, *face[3:]]


@pytest.mark.parametrize(
    "found",
    [answered(), answered(moved(FACE, 2.0)), answered([*FACE[:4], 0.9]), answered(hat=0.81)],
)
def test_rounding_is_no_difference(found):
    assert check_runtimes.compare(answered(), found) == []


@pytest.mark.parametrize(
    ("found", "problem"),
    [
        (answered(moved(FACE, 20.0)), "faces: [200.0, 72.0, 290.0, 178.0, 0.99] instead of"),
        (answered([*FACE[:4], 0.8]), "faces: [180.0, 72.0, 270.0, 178.0, 0.8] instead of"),
        (answered(count=0), "faces: 0 instead of 1"),
        (answered(count=2), "faces: 2 instead of 1"),
        (answered(hat=0.7), "hat: a score differs by 0.200"),
    ],
)
def test_another_answer_is_told(found, problem):
    (told,) = check_runtimes.compare(answered(), found)
    assert told.startswith(problem)


@pytest.mark.parametrize(("other", "code"), [(0.9, 0), (0.5, 1)])
def test_one_environment_that_differs_fails(other, code, monkeypatch, capsys):
    versions = {"versions": "litert"}
    monkeypatch.setattr(check_runtimes, "answers", lambda portrait: answered() | versions)
    monkeypatch.setattr(check_runtimes, "run", lambda *_: answered(hat=other) | versions)
    assert check_runtimes.main(["opencv5"]) == code
    said = capsys.readouterr().out
    assert ("opencv5: litert: the same answers" in said) == (code == 0)
    assert "tflite-runtime" not in said


def test_the_answers_of_this_environment_are_json(astronaut_file: Path, capsys):
    assert check_runtimes.main(["--answers", str(astronaut_file)]) == 0
    answers = json.loads(capsys.readouterr().out)
    assert len(answers["faces"]) == len(answers["kept"]) == 1
    assert all(sum(scores) == pytest.approx(1, abs=0.02) for scores in answers["scores"].values())


def test_an_unknown_environment_is_named(capsys):
    with pytest.raises(SystemExit) as ended:
        check_runtimes.main(["nonsense"])
    assert ended.value.code == 2
    assert "expected names of tflite-runtime, opencv5, got nonsense" in capsys.readouterr().err
