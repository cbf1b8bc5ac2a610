import hashlib

import pytest

from edge.card import load_card, verify
from edge.errors import ModelError

CARD = """
[model]
file = "model.tflite"
sha256 = "{sha256}"
[input]
size = 48
color = "grey"
scale = 0.5
offset = -1
[crop]
side = 1.2
down = -0.1
[output]
labels = ["none", "worn"]
temperature = 1.5
threshold = 0.6
default = "none"
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "model.tflite").write_bytes(b"a model")
    sha256 = hashlib.sha256(b"a model").hexdigest()
    (tmp_path / "card.toml").write_text(CARD.format(sha256=sha256), encoding="utf-8")
    return tmp_path


def test_a_card_tells_how_to_feed_and_read_its_model(folder):
    card = load_card(folder)
    assert card.path == folder / "model.tflite"
    assert (card.color, card.scale, card.offset) == ("grey", 0.5, -1.0)
    assert (card.crop.size, card.crop.side, card.crop.down) == (48, 1.2, -0.1)
    assert card.labels == ("none", "worn")
    assert (card.temperature, card.threshold, card.default) == (1.5, 0.6, "none")


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('color = "grey"', 'color = "gray"', "input.color: expected one of"),
        ('default = "none"', 'default = "nothing"', "output.default: expected one of"),
        ("threshold = 0.6\n", "", "no key 'threshold'"),
        ("size = 48", 'size = "big"', "invalid literal"),
        ("[crop]", "[crop", "not readable as TOML"),
    ],
)
def test_what_is_wrong_with_a_card_is_named(folder, before, after, message):
    path = folder / "card.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    with pytest.raises(ModelError, match=r"card\.toml") as error:
        load_card(folder)
    assert message in str(error.value)


def test_a_file_that_is_not_the_known_one_is_named(folder):
    with pytest.raises(ModelError, match=r"card\.toml: corrupt: expected sha256 000000000000"):
        verify(folder / "card.toml", "0" * 64)


def test_a_missing_file_is_named(folder):
    with pytest.raises(ModelError, match=r"nothing: cannot be read \(No such file"):
        verify(folder / "nothing", "0" * 64)
