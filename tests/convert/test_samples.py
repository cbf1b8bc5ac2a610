import logging
from dataclasses import replace

import cv2
import numpy as np
import pytest

from convert.dataset import PictureSet
from convert.framing import FRAMING, BoxCache
from convert.nodes import NODES, node_named
from convert.pasting import MaskPaster
from convert.samples import Data, age_group, borrow_samples, find_samples, load_crops
from edge.crop import CropSpec, crop_face
from edge.errors import ConfigError, DisplayError, PictureError

MASKED = [
    {"path": "1.png", "split": "val", "mask": "1", "glasses": "eyeglasses"},
    {"path": "2.png", "split": "val", "mask": "1", "glasses": ""},
    {"path": "3.png", "split": "later", "mask": "1", "glasses": "none"},
]
FACES = [
    {"path": "1.png", "split": "train", "skin": "dark", "glasses": "none", "frame_shape": ""},
    {"path": "2.png", "split": "train", "skin": "", "glasses": "none", "frame_shape": "round"},
]


def data(tmp_path, *paths, paster=None):
    return Data(tuple(PictureSet(path) for path in paths), paster, BoxCache(tmp_path / "boxes"))


def test_the_split_is_a_value_of_the_column_and_unknown_labels_are_left_out(make_set, tmp_path):
    masked = data(tmp_path, make_set(MASKED))
    found = find_samples(NODES["masked_glasses"], masked, "val")
    assert [(s.row["path"], s.label, s.paste) for s in found] == [("1.png", "eyeglasses", False)]
    assert [s.label for s in find_samples(NODES["masked_glasses"], masked, "later")] == ["none"]


def test_labels_that_no_node_knows_are_passed_over_and_named(make_set, tmp_path, caplog):
    rows = [
        {"path": f"{i}.png", "split": "train", "glasses": glasses}
        for i, glasses in enumerate(["none", "monocle", "sun", "", "eyeglasses"])
    ]
    found = find_samples(NODES["glasses"], data(tmp_path, make_set(rows)), "train")
    assert [sample.label for sample in found] == ["none", "eyeglasses"]
    assert "2 pictures are passed over: expected glasses to be one of none, eye" in caplog.text
    assert "got monocle, sun" in caplog.text


def test_labels_of_what_is_worn_are_asked_for_as_they_are_written(make_set, tmp_path, caplog):
    rows = [
        {"path": "1.png", "split": "train", "hat": "1"},
        {"path": "2.png", "split": "train", "hat": "yes"},
    ]
    found = find_samples(NODES["hat"], data(tmp_path, make_set(rows)), "train")
    assert [sample.label for sample in found] == ["worn"]
    assert "expected hat to be one of 0, 1, got yes" in caplog.text


def test_a_face_under_a_mask_is_not_for_the_nodes_of_bare_faces(make_set, tmp_path):
    assert find_samples(NODES["glasses"], data(tmp_path, make_set(MASKED)), "val") == []


def test_crops_are_cut_as_at_run_time(make_set, tmp_path):
    faces = data(tmp_path, make_set(FACES))
    node = NODES["glasses"]
    samples = find_samples(node, faces, "train")
    crops = load_crops(node, samples, faces, cache=tmp_path)
    assert crops.images.shape == (2, node.crop.size, node.crop.size, 3)
    for sample, crop in zip(samples, crops.images, strict=True):
        image = faces.sets[0].image(sample.row["path"])
        assert sample.box == FRAMING["faces"]
        np.testing.assert_array_equal(crop, crop_face(image, sample.box.scaled(48, 48), node.crop))
    again = load_crops(node, samples, faces, cache=tmp_path)
    np.testing.assert_array_equal(again.images, crops.images)


@pytest.fixture
def kept(make_set, tmp_path):
    """The crops that a run gets which keeps them, of sets made so."""

    def crops(node, images=None, paster=None):
        faces = data(tmp_path, make_set(FACES, images, folder=True), paster=paster)
        return load_crops(node, find_samples(node, faces, "train"), faces, cache=tmp_path / "kept")

    return crops


def test_kept_crops_are_not_those_of_other_pictures_of_the_same_name(kept):
    node = NODES["glasses"]
    first = kept(node).images
    others = kept(node, [np.full((48, 48, 3), level, np.uint8) for level in (80, 90)]).images
    assert [image.min() for image in others] == [80, 90]
    np.testing.assert_array_equal(kept(node).images, first)


def test_kept_crops_are_not_those_of_other_masks(kept, templates):
    node = NODES["masked_skin"]
    first = kept(node, paster=MaskPaster(templates)).images
    for path in templates.glob("*.png"):
        cv2.imwrite(str(path), cv2.imread(str(path), cv2.IMREAD_UNCHANGED) // 2)
    assert (kept(node, paster=MaskPaster(templates)).images != first).any()


@pytest.mark.parametrize("content", [b"", b"nothing", None], ids=["empty", "text", "half"])
def test_damaged_crops_are_cut_anew(kept, tmp_path, caplog, content):
    caplog.set_level(logging.INFO, "convert")
    first = kept(NODES["glasses"]).images
    (file,) = (tmp_path / "kept").iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2] if content is None else content)
    np.testing.assert_array_equal(kept(NODES["glasses"]).images, first)
    assert caplog.text.count(": damaged; ") == 1
    assert file.read_bytes() == whole


def test_a_full_disk_leaves_no_broken_crops(kept, tmp_path, request):
    kept(NODES["glasses"])  # finds the boxes, too
    for file in (tmp_path / "kept").iterdir():
        file.unlink()
    request.getfixturevalue("full_disk")
    with pytest.raises(DisplayError, match="No space left"):
        kept(NODES["glasses"])
    assert list((tmp_path / "kept").iterdir()) == []


def test_a_fer_picture_is_just_wholly_used(make_set, tmp_path):
    row = {"path": "1.png", "split": "val", "fer_label": "sad", "votes_neutral": "0"}
    rows = [{**row, "votes_sadness": "9"}]
    fer = data(tmp_path, make_set(rows))
    node = NODES["emotion"]
    crops = load_crops(node, find_samples(node, fer, "val"), fer)
    np.testing.assert_array_equal(crops.images[0], fer.sets[0].image("1.png"))


def test_masked_nodes_see_bare_faces_with_a_mask_pasted_on(make_set, tmp_path, templates):
    faces = data(tmp_path, make_set(FACES), paster=MaskPaster(templates))
    node = NODES["masked_skin"]
    (sample,) = find_samples(node, faces, "train")
    assert sample.paste
    first = load_crops(node, [sample], faces).images
    np.testing.assert_array_equal(first, load_crops(node, [sample], faces).images)
    bare = load_crops(NODES["skin"], find_samples(NODES["skin"], faces, "train"), faces).images
    same = (first == bare).all(axis=3)[0]
    side = len(same)
    assert same[: side // 3].mean() > 0.9
    assert same[side * 5 // 8 : side * 7 // 8, side // 4 : side * 3 // 4].mean() < 0.2


def test_without_templates_a_masked_node_says_what_it_needs(make_set, tmp_path):
    faces = data(tmp_path, make_set(FACES))
    node = NODES["masked_skin"]
    with pytest.raises(ConfigError, match="mask_templates"):
        load_crops(node, find_samples(node, faces, "train"), faces)


@pytest.mark.parametrize(
    "config",
    [
        "MIT License",
        "[surgical]\ntemplate: a.png",
        "[surgical",
        "[surgical]\ntemplate: a.png\n" + "\n".join(f"mask_{p}: x, 1" for p in "abcdef"),
    ],
    ids=["no section", "no points", "half a section", "no numbers"],
)
def test_a_list_of_mask_templates_that_is_none_is_one_clear_line(templates, config):
    (templates / "masks.cfg.txt").write_text(config)
    with pytest.raises(PictureError, match=r"masks\.cfg\.txt: expected sections .*\)$"):
        MaskPaster(templates)


def test_the_mask_node_borrows_bare_faces_half_of_them_with_a_mask(make_set, tmp_path):
    both = data(tmp_path, make_set(FACES), make_set(MASKED, name="masked"))
    found = borrow_samples(NODES["mask"], both)
    assert [(s.label, s.paste) for s in found] == [("none", False), ("worn", True)]


def test_the_frame_node_draws_spectacles_on_bare_faces(make_set, tmp_path):
    faces = data(tmp_path, make_set(FACES))
    found = borrow_samples(NODES["frame"], faces)
    assert [(s.label, s.borrowed) for s in found] == [("round", True), ("square", True)]
    drawn = load_crops(NODES["frame"], found, faces).images
    bare = load_crops(NODES["frame"], [replace(s, borrowed=False) for s in found], faces).images
    assert (drawn != bare).any(axis=(1, 2, 3)).all()


def test_what_an_emotion_borrows_has_no_label(make_set, tmp_path):
    faces = data(tmp_path, make_set(FACES), make_set(MASKED, name="masked"))
    found = borrow_samples(NODES["emotion"], faces)
    assert [s.label for s in found] == ["", ""]
    assert not load_crops(NODES["emotion"], found, faces).targets.any()


def test_a_face_with_a_label_is_not_borrowed(make_set, tmp_path):
    heads = [{"path": "1.png", "split": "train", "hat": "0", "earrings": "0", "beard": "0"}]
    both = data(tmp_path, make_set(heads), make_set(FACES, name="faces"))
    assert [s.source for s in borrow_samples(NODES["beard"], both)] == ["faces", "faces"]
    assert len(borrow_samples(NODES["emotion"], both)) == 3


@pytest.mark.parametrize(
    ("row", "group"),
    [
        ({"path": "utk/2_1_0_2017.jpg"}, "infant"),
        ({"path": "utk/45_1_0_2017.jpg"}, "middle"),
        ({"path": "utk/45_1_0_2017.jpg", "age": "70"}, "old"),
        ({"path": "selfies/7.jpg", "age": ""}, ""),
    ],
)
def test_ages_come_from_the_column_or_the_files_name(row, group):
    assert age_group(row) == group


@pytest.mark.parametrize("age", ["old", "-3", "201", "3.5"])
def test_an_age_that_is_none_is_named(age):
    with pytest.raises(PictureError, match=rf"7\.jpg: age: expected years, 0 to 200, got '{age}'"):
        age_group({"path": "7.jpg", "age": age})


def test_the_reports_net_changes_the_input_but_not_the_labels():
    node = node_named("skin", "report")
    assert node.labels == NODES["skin"].labels
    assert (node.crop.size, node.color) == (128, "rgb")
    emotion = node_named("emotion", "report")
    assert (emotion.teachers, emotion.borrow) == ((), 0)
    with pytest.raises(ConfigError, match="expected one of mask"):
        node_named("nose")


def test_training_crops_have_room_about_the_run_time_crop(make_set, tmp_path):
    rng = np.random.default_rng(0)
    smooth = cv2.resize(rng.integers(0, 256, (6, 6, 3), np.uint8), (480, 480))
    faces = data(tmp_path, make_set(FACES[:1], [smooth]))
    node = replace(NODES["glasses"], crop=CropSpec(40, 0.6))
    samples = find_samples(node, faces, "train")
    exact, wide = (load_crops(node, samples, faces, context=c).images for c in (1.0, 1.4))
    assert wide.shape == (1, 56, 56, 3)
    middle = wide[:, 8:48, 8:48].astype(int)
    assert np.abs(middle - exact).mean() < 1


def test_an_emotions_target_is_the_share_of_its_votes(make_set, tmp_path):
    row = {"path": "1.png", "split": "val", "fer_label": "sad", "votes_neutral": "2"}
    fer = data(tmp_path, make_set([{**row, "votes_sadness": "6"}]))
    node = NODES["emotion"]
    (target,) = load_crops(node, find_samples(node, fer, "val"), fer).targets
    assert dict(zip(node.labels, target.tolist(), strict=True))["sad"] == 0.75


def test_a_limited_number_of_crops_has_as_many_of_each_label_from_every_set(make_set, tmp_path):
    first, second = (
        make_set(
            [
                {"path": f"{i}.png", "split": "train", "skin": tone}
                for i, tone in enumerate(["light"] * 6 + ["dark"] * 3)
            ],
            name=name,
        )
        for name in ("first", "second")
    )
    faces = data(tmp_path, first, second)
    node = NODES["skin"]
    some = load_crops(node, find_samples(node, faces, "train"), faces, limit=9).samples
    assert len(some) == 6
    for tone in ("light", "dark"):
        assert {s.pictures for s in some if s.label == tone} == set(faces.sets)
        assert sum(s.label == tone for s in some) == 3


BORROWED = {
    "bare": {"path": "1.png", "split": "train", "skin": "dark", "glasses": "none"},
    "val": {"path": "1.png", "split": "val", "skin": "dark", "glasses": "none"},
    "masked": {"path": "1.png", "split": "train", "mask": "1", "glasses": "none"},
    "glasses": {"path": "1.png", "split": "train", "skin": "dark", "glasses": "sunglasses"},
    "grey": {"path": "1.png", "split": "train", "emotion": "sad", "subject": "S1"},
}


@pytest.mark.parametrize(
    ("name", "sets"),
    [
        ("mask", {"bare", "glasses"}),
        ("frame", {"bare"}),
        ("masked_frame", {"bare"}),
        ("emotion", {"bare", "glasses"}),
        ("hat", {"bare", "glasses"}),
    ],
)
def test_only_bare_faces_of_the_split_are_borrowed_and_no_grey_ones(make_set, tmp_path, name, sets):
    several = data(tmp_path, *(make_set([row], name=kind) for kind, row in BORROWED.items()))
    found = borrow_samples(NODES[name], several)
    assert {s.pictures.path.stem for s in found} == sets


def test_the_mask_node_sees_faces_with_and_without_one(make_set, tmp_path):
    rows = [
        {"path": "1.png", "split": "val", "mask": "1", "glasses": "none"},
        {"path": "2.png", "split": "val", "mask": "0", "glasses": "none"},
    ]
    both = data(tmp_path, make_set(rows))
    seen = {
        name: [s.row["path"] for s in find_samples(NODES[name], both, "val")]
        for name in ("mask", "glasses", "masked_glasses")
    }
    assert seen == {
        "mask": ["1.png", "2.png"],
        "glasses": ["2.png"],
        "masked_glasses": ["1.png", "2.png"],
    }


def test_kept_crops_know_what_was_put_on_the_face(make_set, tmp_path, templates):
    faces = data(tmp_path, make_set(FACES[:1]), paster=MaskPaster(templates))
    node = NODES["frame"]
    (sample,) = borrow_samples(node, faces)
    variants = [
        [replace(sample, label=label, paste=paste), replace(sample, label=label, paste=not paste)]
        for label in ("round", "square")
        for paste in (False, True)
    ]
    for _ in range(2):
        images = [load_crops(node, v, faces, cache=tmp_path / "kept").images for v in variants]
        assert len({image.tobytes() for image in images}) == 4
