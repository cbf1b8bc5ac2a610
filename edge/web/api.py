"""POST /api/emoticon: a picture in, its faces and emoticons out."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from edge.web.negotiate import choose
from edge.web.refusal import Refusal
from edge.web.studio import Studio
from edge.web.upload import read_upload

_JSON, _PNG = "application/json", "image/png"
_HEADERS = {"Cache-Control": "no-store", "Vary": "Accept"}


async def post_emoticon(request: Request) -> Response:
    """Answer in JSON, or with the emoticon of face `?face=` (from 1, left to right) as PNG."""
    studio: Studio = request.app.state.studio
    kind = choose(request.headers.get("accept", "*/*"), (_JSON, _PNG))
    if kind is None:
        raise Refusal(406, "not_acceptable", f"expected Accept: {_JSON} or {_PNG}")
    face = _face_number(request.query_params.get("face", "1"))
    with studio.place():
        answer = await studio.answer(await read_upload(request))
    if kind == _JSON:
        return JSONResponse(answer.as_json(), headers=_HEADERS)
    if face > len(answer.emoticons):
        raise Refusal(422, "no_face", f"expected a face {face}, found {len(answer.emoticons)}")
    return Response(answer.emoticons[face - 1], media_type=_PNG, headers=_HEADERS)


def _face_number(text: str) -> int:
    # int() alone takes other scripts' digits, "1_0", and text of any length.
    if not (text.isascii() and text.isdecimal() and len(text) <= 4 and int(text) > 0):
        raise Refusal(400, "malformed", f"face: expected a number from 1, got {text[:20]!r}")
    return int(text)
