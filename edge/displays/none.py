"""No display: for measuring, and for counting what would be shown."""

from __future__ import annotations

from edge.types import Image


class NoDisplay:
    """Shows nothing and is never closed by the user."""

    records = False

    def show(self, image: Image) -> str | None:
        """See `Display`."""

    def close(self) -> None:
        """See `Display`."""
