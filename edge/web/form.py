"""A multipart body (RFC 7578) taken apart in memory: no part ever becomes a temporary file."""

from __future__ import annotations

from dataclasses import dataclass, field

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

MAX_PARTS = 16


@dataclass
class Part:
    """One field."""

    disposition: bytes = b""
    content: bytearray = field(default_factory=bytearray)
    whole: bool = False  # its end has been seen

    @property
    def name(self) -> str:
        """The field's name."""
        return self._options.get(b"name", b"").decode("utf-8", "replace")

    @property
    def is_file(self) -> bool:
        """It has a file name; which one is nobody's business."""
        return b"filename" in self._options

    @property
    def _options(self) -> dict[bytes, bytes]:
        return parse_options_header(self.disposition)[1]


def find_part(content_type: str, body: bytes, name: str) -> Part | None:
    """The one whole part of this name in a body; raises FormParserError when there are more."""
    boundary = parse_options_header(content_type)[1].get(b"boundary")
    if not boundary:
        raise FormParserError("no boundary")
    collector = _Collector()
    parser = MultipartParser(
        boundary,
        {
            "on_part_begin": collector.begin,
            "on_header_field": collector.header_name,
            "on_header_value": collector.header_value,
            "on_header_end": collector.header_end,
            "on_part_data": collector.data,
            "on_part_end": collector.end,
        },
    )
    parser.write(body)
    parser.finalize()
    parts = [part for part in collector.parts if part.whole and part.name == name]
    if len(parts) > 1:
        raise FormParserError(f"expected one field named {name}, got {len(parts)}")
    return parts[0] if parts else None


class _Collector:
    """Takes the parser's events."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self._name = b""
        self._value = b""

    def begin(self) -> None:
        if len(self.parts) == MAX_PARTS:
            raise FormParserError(f"more than {MAX_PARTS} parts")
        self.parts.append(Part())

    def header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def header_end(self) -> None:
        if self._name.lower() == b"content-disposition":
            self.parts[-1].disposition = self._value
        self._name = self._value = b""

    def data(self, data: bytes, start: int, end: int) -> None:
        self.parts[-1].content += data[start:end]

    def end(self) -> None:
        self.parts[-1].whole = True
