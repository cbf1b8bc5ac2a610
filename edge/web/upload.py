"""A request's body, as the bytes of one picture."""

from __future__ import annotations

import base64
import binascii
import json

import anyio
from python_multipart.exceptions import FormParserError
from starlette.requests import ClientDisconnect, Request

from edge.web.form import find_part
from edge.web.refusal import Refusal

MAX_BYTES = 12 * 1024 * 1024
"""Of a whole request's body."""

UPLOAD_S = 30.0
"""The body must have come within this."""

FIELD = "picture"
"""The name of the form's field and of the JSON key."""

JSON_VALUES = 100
"""A JSON body may hold so many; the lists in a body of 12 MiB would take 330 MB."""

_EXPECTED = (
    "expected multipart/form-data, image/*, application/octet-stream, or a data URL as "
    'text/plain or as {"picture": ...}'
)


async def read_upload(request: Request) -> bytes:
    """The picture a request carries, in any of the ways that the API offers; raises Refusal."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    raw = kind.startswith("image/") or kind == "application/octet-stream"
    if not raw and kind not in ("multipart/form-data", "text/plain", "application/json"):
        raise Refusal(415, "wrong_type", f"{_EXPECTED}, got {kind or 'no Content-Type'}")
    body = await _read_body(request)
    if kind == "multipart/form-data":
        return _read_form(request.headers["content-type"], body)
    if kind == "text/plain":
        return _decode_data_url(body)
    if kind == "application/json":
        return _read_json(body)
    return body


async def _read_body(request: Request) -> bytes:
    too_large = Refusal(413, "too_large", f"expected at most {MAX_BYTES} bytes")
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > MAX_BYTES:
        raise too_large
    body = bytearray()
    try:
        with anyio.fail_after(UPLOAD_S):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BYTES:
                    raise too_large
    except TimeoutError:
        raise Refusal(
            408, "too_slow", f"the picture did not come within {UPLOAD_S:.0f} s"
        ) from None
    except ClientDisconnect:
        raise Refusal(400, "malformed", "the connection ended before the picture did") from None
    return bytes(body)


def _read_form(content_type: str, body: bytes) -> bytes:
    try:
        part = find_part(content_type, body, FIELD)
    except FormParserError as error:
        raise Refusal(400, "malformed", f"multipart: {error}") from None
    if part is None:
        raise Refusal(400, "malformed", f"multipart: expected a whole field named {FIELD}")
    content = bytes(part.content)
    return content if part.is_file else _decode_data_url(content)


def _read_json(body: bytes) -> bytes:
    # Before every value but the first stands one of these.
    if sum(body.count(mark) for mark in (b"[", b"{", b",")) >= JSON_VALUES:
        raise Refusal(400, "malformed", f"expected at most {JSON_VALUES} values in the JSON")
    try:
        value = json.loads(body)
    except ValueError:
        raise Refusal(400, "malformed", "not JSON") from None
    if not isinstance(value, dict) or not isinstance(value.get(FIELD), str):
        raise Refusal(400, "malformed", f'expected {{"{FIELD}": "data:image/...;base64,..."}}')
    return _decode_data_url(value[FIELD].encode(errors="replace"))


def _decode_data_url(text: bytes) -> bytes:
    """The content of data:...;base64,... (RFC 2397)."""
    head, comma, content = text.strip().partition(b",")
    if not (comma and head.startswith(b"data:") and head.endswith(b";base64")):
        raise Refusal(400, "malformed", "expected a data URL: data:image/...;base64,...")
    try:
        return base64.b64decode(content, validate=True)
    except binascii.Error:
        raise Refusal(400, "malformed", "the data URL is not base64") from None
