import pytest

from convert.kinds import kind_of


@pytest.mark.parametrize(
    ("columns", "kind"),
    [
        ("path split fer_label votes_neutral", "fer2013"),
        ("path split emotion subject", "ckplus48"),
        ("path split mask source", "mask"),
        ("path split mask glasses glasses_checked source", "masked_glasses"),
        ("path split skin glasses frame_shape glasses_checked source", "faces"),
        ("path split skin glasses glasses_checked age", "faces"),
        ("path split hat earrings beard smiling glasses glasses_checked", "celeba"),
    ],
)
def test_a_set_is_told_by_its_columns(columns, kind):
    assert kind_of(columns.split()) == kind
