import numpy as np
import pytest

pytestmark = pytest.mark.train


def test_a_label_counts_beside_the_teachers_answer():
    import torch

    from convert.targets import TEACHERS_SHARE, taught

    targets = torch.tensor([[1.0, 0.0], [0.0, 0.0]])
    found = taught(targets, [torch.nn.Linear(3, 2, bias=False)], torch.zeros(2, 3))
    np.testing.assert_allclose(found[0], [1 - TEACHERS_SHARE / 2, TEACHERS_SHARE / 2], atol=1e-6)
    np.testing.assert_allclose(found[1], [0.5, 0.5], atol=1e-6)


def test_where_two_pictures_are_mixed_the_teacher_answers_for_the_one_without_a_label():
    import torch

    from convert.targets import TEACHERS_SHARE, taught

    quarter = torch.tensor([[0.0, 0.25]])
    found = taught(quarter, [torch.nn.Linear(3, 2, bias=False)], torch.zeros(1, 3))
    own = (1 - TEACHERS_SHARE) / 4
    np.testing.assert_allclose(found[0], [(1 - own) / 2, (1 + own) / 2], atol=1e-6)


def test_pictures_and_their_targets_are_mixed_in_the_same_shares():
    import torch

    from convert.targets import mixed

    targets = torch.eye(4)
    pictures = targets.view(4, 4, 1, 1).expand(4, 4, 2, 2)
    x, mix = mixed(pictures, targets, 1.0, np.random.default_rng(0))
    np.testing.assert_allclose(x[:, :, 0, 0], mix, atol=1e-6)
    np.testing.assert_allclose(mix.sum(1), 1, atol=1e-6)
    assert ((mix > 0).sum(1) == 2).all()  # each with its partner at the batch's other end


def test_two_teachers_answer_with_the_mean_of_their_logits():
    import torch

    from convert.targets import taught

    def always(*logits: float) -> torch.nn.Module:
        teacher = torch.nn.Linear(3, 2)
        teacher.weight.data.zero_()
        teacher.bias.data = torch.tensor(logits)
        return teacher

    found = taught(torch.zeros(1, 2), [always(3.0, 0.0), always(0.0, 1.0)], torch.zeros(1, 3))
    np.testing.assert_allclose(found[0], torch.tensor([1.0, 0.0]).softmax(0), atol=1e-6)
