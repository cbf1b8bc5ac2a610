import pytest

pytestmark = pytest.mark.train


def test_multiplications_are_counted_by_place_and_kernel():
    from convert.costs import multiplications
    from convert.nets import Net, build_keras

    convolutions, dense = 16 * 16 * 9 * 3 * 4 + 8 * 8 * 9 * 4 * 8, 8 * 2
    for mirror, times in ((False, 1), (True, 2)):
        net = Net("tiny", ((4,), (8,)), dropout=0.0, mirror=mirror)
        model = build_keras(net, 16, 3, 2, batch=1)
        assert multiplications(model) == convolutions * times + dense
