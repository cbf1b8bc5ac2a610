"""The ratchet's verdict; the evaluations themselves are given."""

from __future__ import annotations

from pathlib import Path

import pytest

from convert.fairness import Fairness
from scripts import check_accuracy

FAIR = Fairness(50, 0.05, 0.01, {"light": 0.4, "medium": 0.4, "dark": 0.4})
UNFAIR = FAIR._replace(bearded_dark=0.5)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One set, on which every model answers rightly and fairly."""
    right = {"balanced_accuracy": 1.0, "accuracy": 1.0}
    (tmp_path / "set.zip").touch()
    monkeypatch.setattr(check_accuracy.commands, "open_data", lambda paths: None)
    monkeypatch.setattr(
        check_accuracy.commands, "evaluate", lambda *_: {**right, "float": dict(right)}
    )
    monkeypatch.setattr(check_accuracy.fairness, "measure", lambda data: FAIR)
    return tmp_path


def test_right_and_fair_models_pass(folder, capsys):
    assert check_accuracy.main([str(folder)]) == 0
    assert "ok   hat: balanced accuracy 1.0000" in capsys.readouterr().out


def test_a_model_below_its_expectation_fails(folder, monkeypatch, capsys):
    wrong = {"balanced_accuracy": 0.5, "accuracy": 1.0}
    monkeypatch.setattr(check_accuracy.commands, "evaluate", lambda *_: {**wrong, "float": wrong})
    assert check_accuracy.main([str(folder)]) == 1
    output = capsys.readouterr().out
    assert "FAIL hat: balanced accuracy 0.5000" in output
    assert "ok   hat: accuracy 1.0000" in output


def test_right_models_that_are_not_fair_fail(folder, monkeypatch, capsys):
    monkeypatch.setattr(check_accuracy.fairness, "measure", lambda data: UNFAIR)
    assert check_accuracy.main([str(folder)]) == 1
    assert "FAIL beards: 0.5000" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["missing", "empty", "broken"])
def test_a_folder_without_sets_fails_in_one_line(name, tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "set.zip").touch()
    assert check_accuracy.main([str(tmp_path / name)]) == 1
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith(f"check_accuracy: {tmp_path / name}")
    assert output.err.count("\n") == 1


def test_without_the_data_beside_the_checkout_nothing_is_checked(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(check_accuracy, "DATA", tmp_path / "data")
    assert check_accuracy.main([]) == 0
    assert "no data here, so the accuracy is not checked" in capsys.readouterr().out
