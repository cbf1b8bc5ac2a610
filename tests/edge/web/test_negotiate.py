import pytest

from edge.web.negotiate import choose


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        ("ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7", "ko"),
        ("KO", "ko"),
        ("en-GB, ko;q=0.5", "en"),
        ("de, ko;q=0.1", "ko"),
        ("*", "en"),
        ("ko;q=0, *", "en"),
        ("", "en"),
        (" , ;q=1", None),
        ("de, fr", None),
        ("korean", None),
        ("ko;q=x", None),
    ],
)
def test_language(header, chosen):
    assert choose(header, ("en", "ko")) == chosen


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        ("*/*", "application/json"),
        ("image/png", "image/png"),
        ("image/*", "image/png"),
        ("image/avif,image/webp,image/png,image/*;q=0.8,*/*;q=0.5", "image/png"),
        ("application/json, image/png", "application/json"),
        ("application/json;q=0.5, image/png", "image/png"),
        ("image/png;q=0, */*", "application/json"),
        ("text/html", None),
    ],
)
def test_media_type(header, chosen):
    assert choose(header, ("application/json", "image/png")) == chosen
