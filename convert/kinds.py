"""Which kind of set one is, told by its columns and never by its file's name."""

from __future__ import annotations

from collections.abc import Iterable


def kind_of(columns: Iterable[str]) -> str:
    """The set that one with these columns is like: a key of `framing.FRAMING`."""
    columns = set(columns)
    if "fer_label" in columns:
        return "fer2013"
    if "subject" in columns:
        return "ckplus48"
    if "hat" in columns:
        return "celeba"
    if "mask" in columns:
        return "masked_glasses" if "glasses" in columns else "mask"
    return "faces"
