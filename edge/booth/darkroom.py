"""Makes the picture of the shots, beside the display path."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from edge.booth.layouts import Picture
from edge.types import Image

FINISH_S = 10.0
"""At the end, for a picture that is still being made."""

log = logging.getLogger(__name__)


class Darkroom:
    """One thread; the newest picture asked for is the one that counts."""

    def __init__(self, develop: Callable[[Sequence[Image]], Picture]) -> None:
        """`develop`: a layout's."""
        self._develop = develop
        self._threads = ThreadPoolExecutor(1, "darkroom")
        self._work: Future[Picture] | None = None

    def submit(self, shots: Sequence[Image]) -> None:
        """Have a picture made."""
        self._work = self._threads.submit(self._develop, shots)

    @property
    def done(self) -> bool:
        """Whether `collect` has something to tell."""
        return self._work is not None and self._work.done()

    def collect(self) -> Picture | None:
        """The picture, waited for if need be; None when there is none, or it cannot be made."""
        if self._work is None:
            return None
        work, self._work = self._work, None
        try:
            return work.result(FINISH_S)
        except Exception:  # whatever went wrong, the next guest comes
            log.exception("a picture could not be made")
            return None

    def close(self) -> None:
        """Stop the thread."""
        self._threads.shutdown()
