"""The pages: hand-written files, read once, filled in once for each language."""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Mapping
from pathlib import Path
from string import Template

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from edge.language import DEFAULT_LANGUAGE, available_languages, read_language
from edge.web.negotiate import choose

STATIC = Path(__file__).parent / "static"

_PAGES = {"/": "index.html", "/live": "live.html"}
_SCRIPTS = ("camera.js", "index.js", "live.js", "result.js", "send.js", "text.js")
_FILES = {
    "style.css": "text/css",
    "icon.svg": "image/svg+xml",
    **dict.fromkeys(_SCRIPTS, "text/javascript"),
}


def load_text(language: str) -> dict[str, str]:
    """Everything that the pages say in one language, by key."""
    data = read_language(language)
    words = {key: word for key, word in data["text"].items() if key.startswith("emotion_")}
    return words | data["page"]


def page_routes(*, labels: Mapping[str, list[str]], live: bool) -> list[Route]:
    """Routes to the pages and what belongs to them.

    `labels`: what may be recognised, by attribute. `live`: there is a mirror to be seen.
    """
    routes = [_page_route(path, name, live) for path, name in _PAGES.items()]
    for name, kind in _FILES.items():
        content = (STATIC / name).read_bytes()
        routes.append(_route(f"/{name}", {"": (content, {"Content-Type": kind})}))
    routes.append(_description_route(labels))
    return routes


def _description_route(labels: Mapping[str, list[str]]) -> Route:
    """The API's description, with the labels that the models give."""
    description = json.loads((STATIC / "openapi.json").read_bytes())
    schemas = description["components"]["schemas"]
    attributes = schemas["Face"]["properties"]["attributes"]["properties"]
    for name, known in labels.items():
        label = {"type": "string", "enum": known}
        attributes[name] = {"allOf": [{"$ref": "#/components/schemas/Attribute"}]}
        attributes[name]["properties"] = {"label": label}
    content = json.dumps(description).encode()
    return _route("/openapi.json", {"": (content, {"Content-Type": "application/json"})})


def _page_route(path: str, name: str, live: bool) -> Route:
    template = Template((STATIC / name).read_text(encoding="utf-8"))
    pages = {}
    # The first is for browsers that speak none of them.
    for language in sorted(available_languages(), key=lambda name: name != DEFAULT_LANGUAGE):
        text = load_text(language)
        values = {key: html.escape(value) for key, value in text.items()}
        # Within <script>, only "<" could end the element.
        values["text"] = json.dumps(text, ensure_ascii=False).replace("<", "\\u003c")
        values |= {"language": language, "live": "yes" if live else "no"}
        headers = {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Language": language,
            "Vary": "Accept-Language",
        }
        pages[language] = template.substitute(values).encode(), headers
    return _route(path, pages)


def _route(path: str, contents: Mapping[str, tuple[bytes, Mapping[str, str]]]) -> Route:
    """One address; a browser that has the content already is told so by its ETag."""
    tags = {
        key: f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        for key, (content, _) in contents.items()
    }
    offers = tuple(contents)

    async def get(request: Request) -> Response:
        language = choose(request.headers.get("accept-language", ""), offers) or offers[0]
        content, extra = contents[language]
        headers = {**extra, "ETag": tags[language], "Cache-Control": "no-cache"}
        if request.headers.get("if-none-match") == tags[language]:
            return Response(status_code=304, headers=headers)
        return Response(content, headers=headers)

    return Route(path, get, methods=["GET"])
