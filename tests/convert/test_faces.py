"""The trunk that a teacher begins with; its weights are not fetched here."""

import pytest

from edge.errors import ModelError

pytestmark = pytest.mark.train


def test_a_new_normalization_changes_nothing():
    import torch

    from convert import faces

    torch.manual_seed(0)
    net = faces.build(8, dropout=0.3).eval()
    for name, value in net.named_parameters():
        if name.endswith("weight") and value.ndim == 4:
            value.data *= 3  # untrained, all would fade
    x = torch.rand(8, 1, 48, 48) * 2 - 1
    with torch.no_grad():
        before = net(x)
        faces.normalize(net, x)
        after = net(x)
        net[:-2].train()
        by_batch = net(x)
    assert before.shape == (8, 8)
    assert before.std(0).min() > 1e-3
    torch.testing.assert_close(after, before, rtol=1e-2, atol=1e-3)
    torch.testing.assert_close(by_batch, before, rtol=0.05, atol=0.05)


def test_other_weights_than_the_packages_are_refused(tmp_path):
    from convert import faces

    for suffix in faces.SHA256:
        (tmp_path / f"faces{suffix}").write_bytes(b"{}")
    with pytest.raises(ModelError, match="delete it"):
        faces.load(faces.build(2, dropout=0), tmp_path)
