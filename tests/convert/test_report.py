"""The report on a very small set, with the models that ship."""

import cv2
import pytest

from convert import framing
from convert.dataset import PictureSet
from convert.framing import BoxCache
from convert.nodes import NODES
from convert.pasting import MaskPaster
from convert.samples import Data

pytestmark = [
    pytest.mark.train,
    # Keras 3.15 reads a variable of TensorFlow 2.21 in the way of numpy 1.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]


@pytest.fixture
def data(make_set, templates, astronaut, tmp_path, monkeypatch):
    """Her face, with a label for every node; without the column mask, too; and as a photograph."""
    monkeypatch.setattr(framing, "ALWAYS_FIXED", (*framing.ALWAYS_FIXED, "celeba", "faces"))
    face = cv2.resize(astronaut[40:200, 150:300], (89, 109))
    bare = {"path": "a.png", "split": "val", "skin": "light"}
    worn = {"hat": "0", "beard": "0", "earrings": "0", "mask": "0", "emotion": "happy"}
    known = {**bare, **worn, "glasses": "eyeglasses", "frame_shape": "round"}
    photo = {"path": "a.png", "mask": "0", "emotion": "sad"}
    sets = (
        make_set([known, {**known, "path": "b.png"}], [face, face], "known"),
        make_set([{**bare, "path": f"{i}.png"} for i in range(3)], [face] * 3, "bare"),
        make_set([photo], [astronaut], "photo"),
    )
    return Data(tuple(map(PictureSet, sets)), MaskPaster(templates), BoxCache(tmp_path / "boxes"))


def test_the_report_has_every_table_and_a_chart_a_node(data, tmp_path, monkeypatch):
    from convert import costs, fairness
    from convert.report import write_report

    # What these say has tests of its own.
    path = costs.Path(whole_ms=2.0, report_ms=90.0, nodes=dict.fromkeys(NODES, 0.25))
    monkeypatch.setattr(costs, "time_path", lambda *_: path)
    shares = dict.fromkeys(("light", "medium", "dark"), 0.5)
    found = fairness.Fairness(12, 0.25, 0.125, shares)
    monkeypatch.setattr(fairness, "measure", lambda _: found)
    text = write_report(data, tmp_path / "docs").read_text(encoding="utf-8")
    sections = [line for line in text.splitlines() if line.startswith("## ")]
    assert sections == [
        "## One face through the tree",
        "## By skin tone",
        "## By source",
        "## The report's own failures",
        "## Whole photographs",
        "## Most frequent mistakes",
    ]
    assert "| `hat` | " in text
    assert "| `hat` | light | 2 | 100.0 | 100.0 |" in text
    assert "| `mask` | light | 3 | " in text  # the bare ones, some with a mask pasted on
    assert "45 times as long" in text
    assert "12 light and medium faces on which the beard node is sure" in text
    assert "| mask | 1 | 1 | 1 | 100.0 |" in text
    assert "| emotion | 1 | 1 | 0 | 0.0 |" in text
    assert "`hat` ([confusion](images/confusion-hat.png)): none" in text
    mistakes = "`glasses` ([confusion](images/confusion-glasses.png)): eyeglasses taken for none: 2"
    assert mistakes in text  # she wears none
    charts = {file.name for file in (tmp_path / "docs" / "images").iterdir()}
    assert charts == {f"confusion-{name}.png" for name in NODES}
    assert cv2.imread(str(tmp_path / "docs" / "images" / "confusion-hat.png")) is not None
