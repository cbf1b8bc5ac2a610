import shutil

import pytest

from edge.cameras.demo import REFERENCE
from edge.cascade import Cascade
from edge.errors import ModelError
from edge.paths import MODELS
from edge.tree import load_tree


@pytest.fixture(scope="module")
def cascade():
    return Cascade(load_tree(MODELS))


def test_the_tree_that_ships_is_the_reports():
    tree = load_tree(MODELS)

    def asked(**labels):
        return {node.name for node in tree.nodes if node.applies(labels)}

    bare = {"mask", "hat", "emotion", "skin", "glasses", "beard", "earrings"}
    assert asked(mask="none", glasses="none", skin="light") == bare
    assert asked(mask="none", glasses="eyeglasses", skin="medium") == bare | {"frame"}
    assert asked(mask="none", glasses="sunglasses", skin="dark") == bare | {"frame_dark"}
    masked = {"mask", "hat", "masked_emotion", "masked_skin", "masked_glasses"}
    assert asked(mask="worn", glasses="none", skin="dark") == masked
    assert asked(mask="worn", glasses="eyeglasses", skin="dark") == masked | {"masked_frame"}


def test_every_node_of_an_attribute_gives_the_same_labels():
    tree = load_tree(MODELS)
    labels = {}
    for node in tree.nodes:
        labels.setdefault(node.attribute, set()).add(tree.cards[node.name].labels)
    assert all(len(variants) == 1 for variants in labels.values())


def test_a_real_face_goes_its_whole_way_through_the_tree(cascade, astronaut):
    attributes = cascade.recognize(astronaut, REFERENCE)
    labels = {name: attribute.label for name, attribute in attributes.items()}
    assert labels == labels | {
        "mask": "none",
        "glasses": "none",
        "skin": "light",
        "emotion": "happy",
        "beard": "none",
        "hat": "none",
    }
    assert "frame" not in labels
    assert all(0 < attribute.score <= 1 for attribute in attributes.values())


@pytest.fixture
def models(tmp_path):
    return shutil.copytree(MODELS, tmp_path / "models_tflite")


def test_a_corrupt_model_is_named(models):
    path = models / "glasses" / "model.tflite"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ModelError, match=r"glasses/model\.tflite: corrupt"):
        load_tree(models)


def test_a_missing_model_is_named(models):
    (models / "skin" / "model.tflite").unlink()
    with pytest.raises(ModelError, match=r"skin/model\.tflite: cannot be read"):
        load_tree(models)


def test_a_card_without_a_key_is_named(models):
    path = models / "mask" / "card.toml"
    path.write_text(path.read_text().replace("temperature", "temprature"))
    with pytest.raises(ModelError, match=r"mask/card\.toml: no key 'temperature'"):
        load_tree(models)
