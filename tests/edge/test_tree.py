import shutil

import pytest

from edge.errors import ModelError
from edge.paths import MODELS
from edge.tree import load_tree

NODE = """
[[node]]
name = "{name}"
attribute = "{name}"
{when}
refresh_s = 1.0
smooth_s = 1.0
samples = 0
"""


def write(folder, *nodes):
    text = "".join(NODE.format(name=name, when=when) for name, when in nodes)
    (folder / "cascade.toml").write_text(text, encoding="utf-8")


def test_a_missing_tree_is_named(tmp_path):
    with pytest.raises(ModelError, match=r"cascade\.toml: missing"):
        load_tree(tmp_path)


def test_a_broken_tree_is_named(tmp_path):
    (tmp_path / "cascade.toml").write_text("[[node]", encoding="utf-8")
    with pytest.raises(ModelError, match=r"cascade\.toml: not readable"):
        load_tree(tmp_path)


def test_a_node_without_a_field_is_named(tmp_path):
    (tmp_path / "cascade.toml").write_text('[[node]]\nname = "mask"\n', encoding="utf-8")
    with pytest.raises(ModelError, match="attribute"):
        load_tree(tmp_path)


def test_a_node_stands_behind_those_it_depends_on(tmp_path):
    write(tmp_path, ("skin", 'when = { mask = ["none"] }'), ("mask", ""))
    with pytest.raises(ModelError, match=r"'skin' depends on \['mask'\]"):
        load_tree(tmp_path)


def test_a_node_without_a_model_is_named(tmp_path):
    write(tmp_path, ("mask", ""))
    with pytest.raises(ModelError, match=r"mask/card\.toml: missing"):
        load_tree(tmp_path)


@pytest.fixture
def spoiled(tmp_path):
    """The models' tree with a word replaced in one of its files."""

    def spoiled(file, word, other):
        folder = tmp_path / "models"
        shutil.copytree(MODELS, folder, ignore=shutil.ignore_patterns("*.keras"))
        text = (folder / file).read_text(encoding="utf-8")
        assert word in text
        (folder / file).write_text(text.replace(word, other), encoding="utf-8")
        return folder

    return spoiled


def test_a_label_that_no_node_gives_is_named(spoiled):
    folder = spoiled("cascade.toml", 'skin = ["dark"]', 'skin = ["drak"]')
    with pytest.raises(ModelError, match="when: skin: expected labels of light, medium, dark, got"):
        load_tree(folder)


def test_nodes_of_one_attribute_give_the_same_labels(spoiled):
    folder = spoiled("masked_frame/card.toml", '"round"', '"oval"')
    with pytest.raises(ModelError, match=r"masked_frame/card\.toml: expected the labels.*oval"):
        load_tree(folder)
