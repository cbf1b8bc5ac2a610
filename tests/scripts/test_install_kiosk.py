"""The kiosk's installer as far as it goes without a desktop; .ci/kiosk installs it for real."""

from __future__ import annotations

import configparser
import dataclasses
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from edge.booth.options import BoothConfig
from edge.config import MirrorConfig, load_config

ROOT = Path(__file__).parents[2]
INSTALLER = ROOT / "scripts" / "install_kiosk"
TEMPLATE = ROOT / "scripts" / "kiosk.toml"


def install(home: Path, *arguments: str) -> str:
    """Run the installer for a user whose home this is; what it printed."""
    environ = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("XDG_", "DBUS_")) and name != "DISPLAY"
    }
    return subprocess.run(
        [str(INSTALLER), *arguments],
        env={**environ, "HOME": str(home)},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout


def written(output: str, name: str) -> str:
    """The content of the file that a dry run would write."""
    match = re.search(rf"^\+ write \S*{re.escape(name)}\n((?:    .*\n)*)", output, re.MULTILINE)
    assert match, output
    return re.sub(r"^    ", "", match[1], flags=re.MULTILINE)


def test_a_dry_run_shows_every_step_and_changes_nothing(tmp_path: Path) -> None:
    output = install(tmp_path, "--dry-run")
    assert list(tmp_path.iterdir()) == []
    assert "+ setup booth" in output
    assert output.splitlines()[-1].startswith("Nothing was done. ")
    assert written(output, "emoticon-mirror/kiosk.toml") == TEMPLATE.read_text()
    assert "systemctl --user start" in written(output, "autostart/emoticon-mirror.desktop")


@pytest.mark.parametrize("what", ["booth", "mirror"])
def test_the_unit_is_watched_and_started_again(tmp_path: Path, what: str) -> None:
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(written(install(tmp_path, what, "--dry-run"), "emoticon-mirror.service"))
    service = unit["Service"]
    assert f"-m edge {what} --config" in service["ExecStart"]
    expected = {"Type": "notify", "WatchdogSec": "10", "Restart": "always", "RestartSec": "1"}
    assert {name: service[name] for name in expected} == expected
    assert unit["Unit"]["StartLimitIntervalSec"] == "0"


def test_the_unit_takes_a_home_of_any_name(tmp_path: Path) -> None:
    home = tmp_path / "50%h"
    unit = written(install(home, "--dry-run"), "emoticon-mirror.service")
    assert f'--config "{tmp_path}/50%%h/.config/emoticon-mirror/kiosk.toml"' in unit


def test_a_link_to_the_script_finds_the_program(tmp_path: Path) -> None:
    link = tmp_path / "install"
    link.symlink_to(INSTALLER)
    done = subprocess.run([link, "--help"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_an_edited_config_stays(tmp_path: Path) -> None:
    config = tmp_path / ".config" / "emoticon-mirror" / "kiosk.toml"
    config.parent.mkdir(parents=True)
    config.write_text("kiosk = true\n")
    assert f"= keep {config}" in install(tmp_path, "--dry-run")


def test_an_autostart_of_labwc_keeps_its_other_lines(tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("bash", "grep", "sed", "dirname", "id", "dpkg-query", "rm", "cat", "mkdir"):
        program = shutil.which(name)
        assert program
        (programs / name).symlink_to(program)
    (programs / "labwc").symlink_to("/bin/true")
    autostart = tmp_path / ".config" / "labwc" / "autostart"
    autostart.parent.mkdir(parents=True)
    autostart.write_text("kanshi &\nsystemctl ... & # emoticon-mirror kiosk\npanel &\n")
    output = subprocess.run(
        [str(INSTALLER), "--uninstall"],
        env={"HOME": str(tmp_path), "PATH": str(programs)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert "+ write" in output
    assert autostart.read_text() == "kanshi &\npanel &\n"


def test_an_unknown_option_is_named(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError) as failed:
        install(tmp_path, "--dryrun")
    assert "unknown option --dryrun; see --help" in failed.value.stderr


def test_help_tells_only_how_it_is_used(tmp_path: Path) -> None:
    lines = install(tmp_path, "--help").splitlines()
    assert lines[0].startswith("A kiosk")
    assert lines[-1].endswith("kiosk.toml")


def test_a_user_without_a_home_is_told_what_to_do() -> None:
    path = os.environ["PATH"]
    done = subprocess.run(
        [str(INSTALLER), "--dry-run"],
        env={"PATH": path},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr == (
        "install_kiosk: no home folder: run it as the desktop's user, with HOME set\n"
    )


def test_the_config_documents_every_option(tmp_path: Path) -> None:
    text = TEMPLATE.read_text()
    documented = re.findall(r"^(?:# )?(\w+) = ", text, re.MULTILINE)
    fields = [field.name for field in dataclasses.fields(BoothConfig)]
    assert sorted(documented) == sorted(fields)
    assert load_config(TEMPLATE, {}, MirrorConfig) == MirrorConfig(kiosk=True)


def test_the_config_names_the_defaults(tmp_path: Path) -> None:
    active = re.sub(r"^# (\w+ = )", r"\1", TEMPLATE.read_text(), flags=re.MULTILINE)
    (tmp_path / "all.toml").write_text(active)
    shown = load_config(tmp_path / "all.toml", {}, BoothConfig)
    defaults = BoothConfig()
    for field in dataclasses.fields(BoothConfig):
        default = getattr(defaults, field.name)
        if default is not None and field.name != "kiosk":
            assert getattr(shown, field.name) == default, field.name
