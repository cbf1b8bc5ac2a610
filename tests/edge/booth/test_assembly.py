"""The booth as it is started: what it does not start without."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge.cli import main


@pytest.mark.parametrize("command", [["booth", "--no-share"], ["mirror", "--kiosk"]])
def test_without_a_screen_it_ends_and_writes_nothing(
    command: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert main([*command, "--camera", "fake"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("emoticon-mirror: no screen: DISPLAY is not set")
    assert list(tmp_path.iterdir()) == []
