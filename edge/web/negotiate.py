"""Content negotiation (RFC 9110, 12.5): which of our offers the client likes best."""

from __future__ import annotations

from collections.abc import Sequence


def choose(header: str, offers: Sequence[str]) -> str | None:
    """The best of `offers` for an Accept or Accept-Language header; None when it takes none.

    The first of those it likes equally; the language "ko-KR" takes the offer "ko".
    """
    ranges = [_parse(entry) for entry in header.lower().split(",") if entry.strip()]
    if not ranges:
        return offers[0]
    best, best_quality = None, 0.0
    for offer in offers:
        matching = [(len(name), quality) for name, quality in ranges if _matches(name, offer)]
        quality = max(matching)[1] if matching else 0.0  # the most specific range decides
        if quality > best_quality:
            best, best_quality = offer, quality
    return best


def _parse(entry: str) -> tuple[str, float]:
    name, *parameters = (part.strip() for part in entry.split(";"))
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                return name, min(max(float(value), 0.0), 1.0)
            except ValueError:
                return name, 0.0
    return name, 1.0


def _matches(name: str, offer: str) -> bool:
    return (
        name in ("*", "*/*", offer)
        or (name.endswith("/*") and offer.startswith(name[:-1]))
        or name.startswith(f"{offer}-")
    )
