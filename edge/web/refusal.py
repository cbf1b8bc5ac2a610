"""How a request is refused."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

RETRY_S = 1

_WORDS = {400: "malformed", 404: "not_found", 405: "not_allowed"}


class Refusal(HTTPException):
    """An answer of 4xx or 503: `word` for programs and the page's languages, `message` to read."""

    def __init__(
        self, code: int, word: str, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        """The body will be {"status": word, "error": message}."""
        super().__init__(code, message, headers)
        self.word = word


def busy(message: str) -> Refusal:
    """Come again in a moment."""
    return Refusal(503, "busy", message, {"Retry-After": str(RETRY_S)})


def answer_refusal(request: Request, error: Exception) -> Response:
    """A Refusal, or what the framework itself refuses, as JSON."""
    assert isinstance(error, HTTPException)
    word = error.word if isinstance(error, Refusal) else _WORDS.get(error.status_code, "refused")
    body = {"status": word, "error": error.detail}
    return JSONResponse(body, error.status_code, error.headers)
