from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.booth.printing import Printer, check_printer
from edge.booth.screens import PrintNews
from edge.cli import main
from edge.errors import ConfigError, DependencyError

DEADLINE_S = 10.0
ACCEPTED = "echo request id is P-7 x"


class Cups:
    """Stands where CUPS' commands would: programs on PATH."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.jobs = folder / "jobs"
        self.jobs.touch()
        self.command(
            "lp", f'echo "$@" >>{self.jobs}; cat >{folder}/paper; echo request id is P-7 x'
        )
        self.command("lpstat", "true")
        self.command("cancel", f'echo cancel "$@" >>{self.jobs}')

    def command(self, name: str, text: str) -> None:
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)


@pytest.fixture
def cups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cups:
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return Cups(tmp_path)


@pytest.fixture
def printer() -> Iterator[Printer]:
    printer = Printer("Selphy", evening=2, jam_s=0.2, poll_s=0.02)
    yield printer
    printer.close()


def news(printer: Printer) -> PrintNews:
    deadline = time.monotonic() + DEADLINE_S
    while (found := printer.collect()) is None:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    while printer.busy:
        time.sleep(0.005)
    return found


def test_prints(cups: Cups, printer: Printer) -> None:
    printer.submit(b"jpeg")
    assert news(printer) == PrintNews("booth_printed", printed=True)
    assert (cups.folder / "paper").read_bytes() == b"jpeg"
    assert "-d Selphy" in cups.jobs.read_text()


def test_the_default_printer_has_no_name(cups: Cups) -> None:
    printer = Printer("default", evening=1, poll_s=0.02)
    printer.submit(b"jpeg")
    assert news(printer).printed
    assert "-d" not in cups.jobs.read_text()


def test_the_evening_has_a_limit(cups: Cups, printer: Printer) -> None:
    for _ in range(2):
        printer.submit(b"jpeg")
        assert news(printer).printed
    printer.submit(b"jpeg")
    assert news(printer) == PrintNews("booth_print_over", printed=False)


def test_a_printer_that_is_busy_says_so_at_once(cups: Cups, printer: Printer) -> None:
    cups.command("lp", f"sleep 0.3; {ACCEPTED}")
    printer.submit(b"jpeg")
    printer.submit(b"jpeg")
    assert printer.collect() == PrintNews("booth_print_busy", printed=False)
    assert news(printer).printed


def test_news_that_comes_together_is_told_in_turn(cups: Cups, printer: Printer) -> None:
    printer.submit(b"jpeg")
    while printer.busy:
        time.sleep(0.005)
    printer.submit(b"jpeg")
    while printer.busy:
        time.sleep(0.005)
    printer.submit(b"jpeg")
    assert [news(printer).notice for _ in range(3)] == [*["booth_printed"] * 2, "booth_print_over"]
    assert printer.collect() is None


def test_a_missing_printer_is_reported_and_costs_no_print(
    cups: Cups, printer: Printer, caplog: pytest.LogCaptureFixture
) -> None:
    cups.command("lp", "echo 'lp: The printer or class does not exist.' >&2; exit 1")
    for _ in range(3):
        printer.submit(b"jpeg")
        assert news(printer) == PrintNews("booth_print_failed", printed=False)
    assert "does not exist" in caplog.text


def test_missing_cups_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    printer = Printer("default", evening=1)
    printer.submit(b"jpeg")
    assert news(printer).notice == "booth_print_failed"
    assert "apt install cups" in caplog.text


def test_a_jam_is_reported_and_the_job_taken_back(cups: Cups, printer: Printer) -> None:
    cups.command("lpstat", "echo 'P-7 root 1024 Sun'")
    printer.submit(b"jpeg")
    assert news(printer) == PrintNews("booth_print_jam", printed=False)
    assert "cancel P-7" in cups.jobs.read_text()


def test_cups_is_asked_in_english(
    cups: Cups, printer: Printer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CUPS translates what it says."""
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    cups.command(
        "lp", f'cat >/dev/null; [ "$LC_ALL" = C ] && {ACCEPTED} || echo Anfrage-ID ist P-7 x'
    )
    printer.submit(b"jpeg")
    assert news(printer).printed


def test_a_printer_that_cups_knows_is_accepted(cups: Cups) -> None:
    cups.command("lpstat", 'echo "$@" >>"$(dirname "$0")/asked"; echo printer Selphy is idle.')
    check_printer("Selphy")
    check_printer("default")
    assert (cups.folder / "asked").read_text() == "-p Selphy\n-d\n"


def test_the_booth_does_not_start_with_a_printer_that_does_not_exist(
    cups: Cups, capsys: pytest.CaptureFixture[str]
) -> None:
    cups.command(
        "lpstat", """echo 'lpstat: Invalid destination name in list "Nope".' >&2; exit 1"""
    )
    assert main(["booth", "--camera", "fake", "--printer", "Nope"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "printer: expected one that CUPS knows, got 'Nope' (lpstat: Invalid" in line
    assert "`lpstat -p` lists" in line


def test_a_default_printer_must_exist(cups: Cups) -> None:
    cups.command("lpstat", "echo no system default destination")
    with pytest.raises(ConfigError, match=r"printer: CUPS has no default one.*lpstat -p"):
        check_printer("default")


def test_a_machine_that_cannot_print_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DependencyError, match="lp is not installed: sudo apt install cups"):
        check_printer("Selphy")
