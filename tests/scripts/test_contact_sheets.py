import pytest

from edge.artwork import available_artworks, load_artwork
from scripts import contact_sheets
from scripts.contact_sheets import BARE, DOCS, EMOTIONS, modes, sheet


@pytest.mark.parametrize("name", available_artworks())
def test_every_set_has_its_sheets(name):
    for size in ("48.png", "96.jpg", "300.jpg"):
        assert (DOCS / f"{name}_{size}").stat().st_size < 500_000


def test_a_sheet_has_a_row_a_look_and_a_column_an_emotion():
    page = sheet(load_artwork("classic"), BARE, 20, zoom=2)
    assert page.shape == (3 * 24 * 2, len(EMOTIONS) * 24 * 2, 3)


def test_the_modes_are_shown_side_by_side():
    page = modes(load_artwork("cartoon"))
    assert page.shape == (208, 268 + 268 + 468, 3)


@pytest.mark.parametrize("argument", ["--help", "cartoon"])
def test_an_argument_draws_nothing(argument, monkeypatch):
    saved = []
    monkeypatch.setattr(contact_sheets, "save", lambda name, page: saved.append(name))
    with pytest.raises(SystemExit):
        contact_sheets.main([argument])
    assert saved == []
