"""The trunk that a teacher begins with, from its PyPI package."""

import cv2
import pytest
from skimage.data import coffee

from edge.errors import ModelError

pytestmark = pytest.mark.train


def test_it_sees_what_it_learned_to_see():
    import torch

    from convert import imagenet
    from convert.answers import to_tensor

    net = imagenet.build(1000, dropout=0.3).eval()
    imagenet.load(net)
    last = torch.load(imagenet.WEIGHTS, weights_only=True)
    net[-1].load_state_dict({name: last[f"_fc.{name}"] for name in ("weight", "bias")})
    with torch.no_grad():
        answer = net(to_tensor(cv2.cvtColor(coffee(), cv2.COLOR_RGB2BGR)[None], 3))
    # With the channels in another order it sees a coffee pot, not an espresso.
    assert answer.argmax() == 967


def test_it_takes_grey_pictures_too():
    import torch

    from convert import imagenet

    net = imagenet.build(5, dropout=0.3).eval()
    x = torch.rand(2, 1, 48, 48) * 2 - 1
    with torch.no_grad():
        torch.testing.assert_close(net(x), net(x.expand(-1, 3, -1, -1)))


def test_other_weights_than_the_packages_are_refused(tmp_path):
    from convert import imagenet

    net = imagenet.build(2, dropout=0)
    (tmp_path / "other.pth").write_bytes(b"{}")
    for name, remedy in (("other.pth", "install it again"), ("missing.pth", "cannot be read")):
        with pytest.raises(ModelError, match=remedy):
            imagenet.load(net, tmp_path / name)
