"""The texts that are shown, one file a language: edge/languages/NAME.toml."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any

from edge.card import read_toml
from edge.errors import ConfigError
from edge.lettering import can_write

LANGUAGES = Path(__file__).resolve().parent / "languages"
DEFAULT_LANGUAGE = "en"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Language:
    """One language's texts by key; every language has the same keys."""

    title: str  # the language's name in itself
    texts: Mapping[str, str]

    def text(self, key: str, **values: Any) -> str:
        """The text of this key with the values in its {places}."""
        return self.texts[key].format(**values)

    def name(self, kind: str, key: str) -> str:
        """The word for a stage, an emotion, ...; the key itself where there is none yet."""
        return self.texts.get(f"{kind}_{key}", key)


def available_languages() -> list[str]:
    """The names of all languages there are."""
    return sorted(path.stem for path in LANGUAGES.glob("*.toml"))


def read_language(name: str) -> dict[str, Any]:
    """A language's file, with the English words for what it does not say; raises ModelError."""
    english, data = (read_toml(LANGUAGES / f"{each}.toml") for each in (DEFAULT_LANGUAGE, name))
    tables = {table: english[table] | data.get(table, {}) for table in ("text", "page")}
    return {"title": data.get("title", name), **tables}


def load_language(name: str) -> Language:
    """The language of this name, or English where nothing installed can write it.

    Raises ConfigError for a name that is not known, and for a text with other {places} than the
    English one.
    """
    names = available_languages()
    if name not in names:
        raise ConfigError(f"language: expected one of {', '.join(names)}, got {name!r}")
    english, data = (read_language(each) for each in (DEFAULT_LANGUAGE, name))
    for key, text in data["text"].items():
        if not _places(text) <= _places(english["text"].get(key, "")):
            raise ConfigError(
                f"{name}.toml: {key}: expected the places of the English text: {text}"
            )
    language = Language(data["title"], data["text"])
    if not all(can_write(text) for text in language.texts.values()):
        log.warning(
            "no font for %s, showing English: sudo apt install fonts-nanum, "
            "and .venv/bin/pip install -e '.[text]'",
            language.title,
        )
        return load_language(DEFAULT_LANGUAGE)
    return language


def _places(text: str) -> set[str]:
    """The names between the text's braces; those of one that cannot be read are no other's."""
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        return {text}
