"""The benchmark's command line; what it would measure is given."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


def row(name: str, median: float, runtime: str = "litert") -> dict[str, object]:
    return {"name": name, "runtime": runtime, "threads": 1, "median": median, "p95": median}


CALIBRATION = row("detector caffe", 20.0, "opencv")
MEASURED = [CALIBRATION, row("node hat", 2.0), row("node new", 1.0)]


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, whose part `models` gives MEASURED at once."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    script = importlib.import_module("benchmark")
    monkeypatch.setattr(script.models, "run", lambda **_: MEASURED)
    return script


def earlier(folder: Path, rows: list[dict[str, object]]) -> str:
    path = folder / "old.json"
    path.write_text(json.dumps({"models": rows}))
    return str(path)


def test_ratios_are_after_the_difference_between_the_machines(script, tmp_path, capsys):
    old = earlier(tmp_path, [row("detector caffe", 10.0, "opencv"), row("node hat", 2.0)])
    assert script.main(["models", "--compare", old]) == 0
    compared = capsys.readouterr().out.split("this machine takes 2.00 times as long")[1]
    assert "only now: node new litert 1\n" in compared
    assert "only before" not in compared
    assert compared.splitlines()[-1].split()[-4:] == ["1", "2", "2", "0.5"]


def test_what_was_measured_before_it_was_broken_off_is_kept(script, tmp_path, monkeypatch):
    def broken_off(args, progress):
        raise KeyboardInterrupt

    monkeypatch.setattr(script, "measure_mirror", broken_off)
    new = tmp_path / "new.json"
    assert script.main(["models", "mirror", "--out", str(new)]) == 130
    assert json.loads(new.read_text())["models"] == MEASURED


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "nothing to compare: no model was measured in both runs\n"),
        ([row("node hat", 2.0)], "no ratios: they need the row detector caffe opencv 1 in both\n"),
        ([row("node hat", 2.0)], "only now: detector caffe opencv 1, node new litert 1\n"),
        ([CALIBRATION, row("node old", 2.0)], "only before: node old litert 1\n"),
    ],
)
def test_a_run_of_other_models_is_written_and_compared(script, tmp_path, capsys, rows, said):
    new = tmp_path / "new.json"
    assert script.main(["models", "--compare", earlier(tmp_path, rows), "--out", str(new)]) == 0
    assert said in capsys.readouterr().out
    assert json.loads(new.read_text())["models"] == MEASURED


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"models": [{}]}', '{"models": [1]}'])
def test_a_file_that_is_no_earlier_run_is_named_before_anything_is_measured(
    script, tmp_path, capsys, content
):
    (tmp_path / "old.json").write_text(content)
    assert script.main(["models", "--compare", str(tmp_path / "old.json")]) == 1
    output = capsys.readouterr()
    assert "old.json: expected what --out wrote" in output.err
    assert output.out == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("foo", "expected parts of models, mirror, scale, soak, got foo"),
        ("soak --minutes -1", "expected a number from 0.1 on, got -1"),
        ("soak --minutes nan", "expected a number from 0.1 on, got nan"),
        ("--out nodir/new.json", "nodir/new.json: expected a file in a folder that is there"),
        ("--plot .", ".: expected a file in a folder that is there"),
        ("--clip nofile", "--clip nofile: no such file"),
        ("--detector caffee", "invalid choice: 'caffee'"),
    ],
)
def test_wrong_arguments_are_refused_before_anything_is_measured(
    script, capsys, arguments, message
):
    with pytest.raises(SystemExit) as ended:
        script.main(arguments.split())
    output = capsys.readouterr()
    assert ended.value.code == 2
    assert message in output.err.splitlines()[-1]
    assert output.out == ""
