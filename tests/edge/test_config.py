import pytest

from edge.config import MirrorConfig, load_config
from edge.errors import ConfigError


@pytest.fixture
def write(tmp_path):
    def write(text):
        path = tmp_path / "mirror.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_the_file_overrides_the_defaults_and_flags_override_the_file(write):
    path = write('camera = "demo"\nwidth = 800\nfps = 25\n')
    config = load_config(path, {"width": 320}, MirrorConfig)
    assert (config.camera, config.width, config.fps) == ("demo", 320, 25.0)
    assert config.height == MirrorConfig().height


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('camra = "demo"', "unknown key 'camra'; did you mean 'camera'"),
        ("zzz = 1", "unknown key 'zzz'; known: camera"),
        ('width = "wide"', "width: expected int, got 'wide'"),
        ("fullscreen = 1", "fullscreen: expected bool, got 1"),
        ("width = 3", "width: expected 64 to 7680, got 3"),
        ("cpu_budget = 0", "cpu_budget: expected 0.01 to 1"),
        ("cpu_budget = nan", "cpu_budget: expected 0.01 to 1, got nan"),
        ("frames = 0", "frames: expected 1 or more"),
        ("camera =", "mirror.toml: Invalid value"),
        pytest.param("fps = 1" + 400 * "0", "fps: expected float, got 1000", id="huge"),
        pytest.param("width = 1" + 5000 * "0", "mirror.toml: Exceeds the limit", id="too long"),
        pytest.param("x = " + 3000 * "[", "mirror.toml: ", id="deep"),
        (r'camera = "a\u0000b"', "camera: expected str, got"),
        ('stats = "."', "stats: expected a file's name"),
        ('stats = "/"', "stats: expected a file's name"),
    ],
)
def test_a_wrong_key_or_value_is_named(write, text, message):
    with pytest.raises(ConfigError, match=message):
        load_config(write(text), {}, MirrorConfig)


def test_a_byte_order_mark_is_no_part_of_the_file(write):
    assert load_config(write("\ufeffwidth = 800\n"), {}, MirrorConfig).width == 800


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"nowhere\.toml: no such config file"):
        load_config(tmp_path / "nowhere.toml", {}, MirrorConfig)
