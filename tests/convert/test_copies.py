from dataclasses import replace

import cv2
import numpy as np

from convert.commands import training_samples
from convert.copies import copies_of_val
from convert.dataset import PictureSet
from convert.framing import BoxCache
from convert.samples import Data


def pictures(count):
    """Smooth noise: no two of them alike."""
    rng = np.random.default_rng(3)
    for _ in range(count):
        small = rng.integers(0, 256, (9, 9, 3), np.uint8)
        yield cv2.resize(small, (64, 64), interpolation=cv2.INTER_CUBIC)


def compressed(image):
    quality = [cv2.IMWRITE_JPEG_QUALITY, 40]
    return cv2.imdecode(cv2.imencode(".jpg", image, quality)[1], cv2.IMREAD_COLOR)


def rows(splits, **labels):
    return [
        {"path": f"{i}.png", "split": split, **labels} for i, split in enumerate(splits.split())
    ]


def test_copies_of_val_are_found_however_they_were_encoded_and_in_every_set(make_set):
    first, second, third, other = pictures(4)
    flat = np.full_like(first, 90)
    val = PictureSet(
        make_set(rows("val val val train later"), [first, second, flat, other, first], "val")
    )
    train = PictureSet(
        make_set(
            rows("train train train train train val"),
            [
                compressed(first),
                third,
                np.ascontiguousarray(second[:, ::-1]),
                cv2.resize(second, (40, 48), interpolation=cv2.INTER_AREA),
                flat,
                other,
            ],
            "train",
        )
    )
    assert copies_of_val([val, train]) == {val: {"3.png"}, train: {"0.png", "2.png", "3.png"}}
    alone = PictureSet(make_set(rows("train"), [first], "alone"))
    assert copies_of_val([alone]) == {alone: frozenset()}


def test_a_picture_that_cannot_be_read_is_no_copy(make_set):
    first, second = pictures(2)
    folder = make_set(rows("val train train"), [first, second, compressed(first)], folder=True)
    (folder / "1.png").write_bytes(b"no picture")
    found = PictureSet(folder)
    assert copies_of_val([found]) == {found: {"2.png"}}


def test_a_node_is_not_trained_on_copies_of_val_nor_borrows_any(make_set, tmp_path):
    first, second, third = pictures(3)
    labelled = make_set(
        rows("val train train", hat="0", beard="0"), [first, compressed(first), second], "celeba"
    )
    borrowed = make_set(rows("train train", skin="dark"), [first, third], "faces")
    sets = tuple(PictureSet(path) for path in (labelled, borrowed))
    data = Data(sets, None, BoxCache(tmp_path))
    found = training_samples("beard", data)
    assert [(s.pictures, s.row["path"]) for s in found] == [(sets[0], "2.png"), (sets[1], "1.png")]
    # The same picture elsewhere, where it is in no val split, is used.
    apart = replace(data, sets=sets[1:])
    assert [s.row["path"] for s in training_samples("skin", apart)] == ["0.png", "1.png"]
