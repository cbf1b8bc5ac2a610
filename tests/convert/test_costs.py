import pytest

pytestmark = pytest.mark.train


def test_multiplications_are_counted_by_place_and_kernel():
    from convert.costs import multiplications
    from convert.nets import Net, build_keras

    model = build_keras(Net("tiny", ((4,), (8,)), dropout=0.0), 16, 3, 2)
    assert multiplications(model) == 16 * 16 * 9 * 3 * 4 + 8 * 8 * 9 * 4 * 8 + 8 * 2
