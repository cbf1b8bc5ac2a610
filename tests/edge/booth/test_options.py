from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import pytest

from edge.booth.options import BoothConfig
from edge.cli import build_parser
from edge.config import load_config
from edge.errors import ConfigError

ROOT = Path(__file__).resolve().parents[3]


def load(tmp_path: Path, text: str) -> BoothConfig:
    path = tmp_path / "booth.toml"
    path.write_text(text, encoding="utf-8")
    return load_config(path, {}, BoothConfig)


def test_the_file_has_the_mirrors_options_and_the_booths(tmp_path: Path) -> None:
    config = load(tmp_path, 'camera = "demo"\nlayout = "strip"\nresult_s = 20\nkeep = "kept"\n')
    assert (config.camera, config.layout, config.result_s) == ("demo", "strip", 20.0)
    assert config.keep == "kept"
    assert BoothConfig().keep is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('layuot = "strip"', "unknown key 'layuot'; did you mean 'layout'"),
        ("keeep = true", "unknown key 'keeep'; did you mean 'keep'"),
        ("keep = true", "keep: expected str, got True"),
        ('layout = "collage"', "layout: expected one of single, strip, film, got 'collage'"),
        ("button = 40", "button: expected 0 to 27, got 40"),
        ("button = 17\nled = 17", "led: expected another pin"),
        ("countdown_s = 0", "countdown_s: expected 1 to 10"),
        ("width = 3", "width: expected 64 to 7680"),
    ],
)
def test_a_wrong_key_or_value_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load(tmp_path, text)


@pytest.mark.parametrize(
    "host",
    ["auto", "booth.local", "Booth-2", "4ever.lan", "our_booth", "booth.lan.", "192.168.4.1"],
)
def test_a_host_that_phones_can_ask_for_is_taken(host: str) -> None:
    assert BoothConfig(share_host=host).share_host == host


@pytest.mark.parametrize(
    "host",
    [
        "",
        "my booth",
        "booth.local\n",
        "http://booth.local",
        "booth.local:8081",
        "booth..local",
        "booth-.local",
        "b" * 64,
        "fd00::17",
        "192.168.4",
        "192.168.4.256",
        "10",
    ],
)
def test_a_host_that_only_guests_would_find_useless_is_named(host: str) -> None:
    message = f"share_host: expected a name such as booth.local or an IPv4 address, got {host!r}"
    with pytest.raises(ConfigError) as error:
        BoothConfig(share_host=host)
    assert str(error.value) == message


def documented() -> dict[str, str]:
    """The options' table in the handbook: key -> default."""
    text = (ROOT / "docs/booth.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \|([^|]*)\|", text, re.MULTILINE)
    return {key: default.strip().strip("`") for key, default in rows}


def test_every_option_is_documented_with_its_default() -> None:
    config = dataclasses.asdict(BoothConfig())
    as_toml = {key: "" if value is None else json.dumps(value) for key, value in config.items()}
    assert documented() == as_toml


def test_every_option_is_a_flag() -> None:
    for key, value in dataclasses.asdict(BoothConfig(keep="kept", stats="a.json")).items():
        flag = f"--{key.replace('_', '-')}"
        if isinstance(value, bool):
            words = [f"--no-{key}"] if value else [flag]
        else:
            words = [flag, "single" if key == "layout" else "tflite" if key == "detector" else "1"]
        words = [flag, "cover"] if key == "mode" else words
        flags = vars(build_parser().parse_args(["booth", *words]))
        assert key in flags, key
        assert len(flags.keys() & set(documented())) == 1, "what is not given is the file's to say"
