"""The pages as files, and as the server gives them."""

from __future__ import annotations

import json
import re
from string import Formatter

import pytest

from edge.language import LANGUAGES, available_languages
from edge.paths import MODELS
from edge.tree import load_tree
from edge.web.pages import STATIC, load_text

HTML = ["index.html", "live.html"]
FILES = sorted(STATIC.iterdir())
SCRIPTS = sorted(path.name for path in STATIC.glob("*.js"))


def read(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


def answers() -> dict[str, set[str]]:
    """Attribute -> labels, as the models' cards tell them."""
    labels: dict[str, set[str]] = {}
    tree = load_tree(MODELS)
    for node in tree.nodes:
        labels.setdefault(node.attribute, set()).update(tree.cards[node.name].labels)
    return labels


@pytest.mark.parametrize("path", ["/", "/live"])
@pytest.mark.parametrize(
    ("wanted", "language", "title"),
    [
        ("ko-KR,ko;q=0.9,en;q=0.8", "ko", "이모티콘 거울"),
        ("en", "en", "Emoticon Mirror"),
        ("fr", "en", "Emoticon Mirror"),
    ],
)
def test_speaks_the_browsers_language(client, path, wanted, language, title):
    response = client.get(path, headers={"Accept-Language": wanted})
    assert response.status_code == 200
    assert response.headers["content-language"] == language
    assert response.headers["vary"] == "Accept-Language"
    assert f'<html lang="{language}">' in response.text
    assert title in response.text


def test_what_a_language_does_not_say_is_said_in_english(tmp_path, monkeypatch):
    english = load_text("en")
    (tmp_path / "en.toml").write_bytes((LANGUAGES / "en.toml").read_bytes())
    monkeypatch.setattr("edge.language.LANGUAGES", tmp_path)
    (tmp_path / "sv.toml").touch()
    assert load_text("sv") == english
    words = '[text]\nemotion_sad = "ledsen"\n[page]\ntitle = "Spegel"\n'
    (tmp_path / "sv.toml").write_text(words)
    assert load_text("sv") == english | {"emotion_sad": "ledsen", "title": "Spegel"}


def test_a_page_that_has_not_changed_is_not_sent_again(client):
    first = client.get("/", headers={"Accept-Language": "ko"})
    tag = {"If-None-Match": first.headers["etag"]}
    assert client.get("/", headers={"Accept-Language": "ko"} | tag).status_code == 304
    assert client.get("/", headers={"Accept-Language": "en"} | tag).status_code == 200


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_is_served(client, path):
    if path.suffix not in (".html", ".json"):
        response = client.get(f"/{path.name}")
        assert response.status_code == 200
        assert response.content == path.read_bytes()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_comes_from_elsewhere(path):
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://|url\(|@import|document\.cookie|localStorage", text)


@pytest.mark.parametrize("name", HTML)
def test_nothing_is_inline(name):
    """The content security policy forbids scripts and styles within the page."""
    text = read(name)
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", text)
    for attributes, content in re.findall(r"<script([^>]*)>(.*?)</script>", text, re.DOTALL):
        assert "src=" in attributes or content == "$text"


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_name_elements_that_exist(name):
    pages = "".join(read(page) for page in HTML)
    for element in re.findall(r'(?:byId|getElementById)\("([^"]+)"\)', read(name)):
        assert f'id="{element}"' in pages, element


@pytest.mark.parametrize("language", available_languages())
def test_languages_say_the_same(language):
    text, english = load_text(language), load_text("en")
    assert text.keys() == english.keys()
    for key, value in text.items():
        assert value.strip()
        places = {place for _, place, _, _ in Formatter().parse(value) if place}
        assert places == {place for _, place, _, _ in Formatter().parse(english[key]) if place}


def test_the_page_has_words_for_all_that_it_says():
    text = load_text("en")
    for name in SCRIPTS:
        for key in re.findall(r'(?:say|tell|stage|progress|Refused)\("(\w+)"', read(name)):
            assert key in text, key
    answer = json.loads(read("openapi.json"))["components"]["schemas"]
    for status in answer["Answer"]["properties"]["status"]["enum"]:
        assert status in text
    for attribute, labels in answers().items():
        for key in (attribute, *(f"{attribute}_{label}" for label in labels)):
            assert key in text


def test_the_description_knows_the_labels(client):
    schema = client.get("/openapi.json").json()["components"]["schemas"]["Face"]
    described = schema["properties"]["attributes"]["properties"]
    found = {name: set(entry["properties"]["label"]["enum"]) for name, entry in described.items()}
    assert found == answers()


def test_the_live_page_is_offered_only_where_there_is_one(client):
    assert '<body data-live="no">' in client.get("/").text
