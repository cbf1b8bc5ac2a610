import numpy as np

from convert.dataset import PictureSet
from convert.photographs import ATTRIBUTES, Tally, tally_photographs


def test_labels_are_compared_with_what_the_mirror_sees_in_the_largest_face(make_set, astronaut):
    unknown = dict.fromkeys(("mask", "glasses", "frame_shape", "emotion", "skin", "beard"), "")
    rows = [
        # She is smiling; and the tree asks for the shape of a frame only where there is one.
        {**unknown, "path": "she.png", "mask": "0", "emotion": "sad", "frame_shape": "round"},
        {**unknown, "path": "nobody.png", "mask": "1"},
    ]
    pictures = PictureSet(make_set(rows, [astronaut, np.full_like(astronaut, 90)]))
    expected = dict.fromkeys(ATTRIBUTES, Tally())
    expected["mask"] = Tally(labelled=2, found=1, right=1)
    expected["emotion"] = Tally(labelled=1, found=1, right=0)
    expected["frame"] = Tally(labelled=1, found=0, right=0)
    assert tally_photographs(pictures) == expected
