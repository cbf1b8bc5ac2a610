"""The guests' pictures, in memory until their time is up."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from edge.booth.keeper import Keeper
from edge.booth.layouts import Picture

MAX_SHARED = 8
"""So many can be fetched at the same time: what fits the memory of a Pi. The oldest goes."""

_TOKEN_BYTES = 16


@dataclass(frozen=True, eq=False)
class Entry:
    """A picture in the album."""

    token: str  # cannot be guessed: who has it may fetch the picture
    picture: Picture
    gone_s: float  # from then on it cannot be fetched
    file: str | None  # its name where pictures are kept


class Album:
    """Holds the last pictures; may be asked from several threads."""

    def __init__(self, *, share_s: float, keeper: Keeper | None) -> None:
        """Let each be fetched for `share_s` seconds; `keeper` if they are to be kept."""
        self._share_s = share_s
        self._keeper = keeper
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, Entry] = OrderedDict()

    @property
    def full(self) -> bool:
        """Whether a further picture could not be kept as it should."""
        return self._keeper is not None and self._keeper.full

    def add(self, picture: Picture, now: float) -> Entry:
        """Take a picture in; `now` in monotonic seconds."""
        file = None
        if self._keeper is not None:
            # Chance tells the pictures of one second apart.
            file = time.strftime("booth-%Y%m%d-%H%M%S-") + secrets.token_hex(3) + picture.suffix
            self._keeper.keep(file, picture.data)
        entry = Entry(secrets.token_urlsafe(_TOKEN_BYTES), picture, now + self._share_s, file)
        with self._lock:
            self._entries[entry.token] = entry
            if len(self._entries) > MAX_SHARED:
                self._entries.popitem(last=False)
        return entry

    def find(self, token: str, now: float) -> Picture | None:
        """The picture of this token, while it can be fetched."""
        with self._lock:
            entry = self._entries.get(token)
        return entry.picture if entry is not None and now < entry.gone_s else None

    def delete(self, entry: Entry) -> None:
        """Forget a picture, and the file if it was kept."""
        with self._lock:
            self._entries.pop(entry.token, None)
        if self._keeper is not None and entry.file is not None:
            self._keeper.delete(entry.file)

    def expire(self, now: float) -> None:
        """Forget the pictures whose time is up."""
        with self._lock:
            for token in [t for t, entry in self._entries.items() if now >= entry.gone_s]:
                del self._entries[token]
