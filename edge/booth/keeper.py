"""Writes the pictures that are to be kept, whatever the disk does meanwhile."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from pathlib import Path

from edge.errors import DisplayError
from edge.files import write_whole
from edge.metrics import Metric

AGAIN_S = 10.0
"""What could not be written or deleted is tried again so often."""

MAX_OWED_BYTES = 100_000_000
"""Not more than this waits for a disk that is full; then no picture is taken."""

_JOIN_S = 10.0

log = logging.getLogger(__name__)


class Keeper:
    """A thread that writes files into a folder, and keeps trying; `close` is a last attempt."""

    def __init__(self, folder: Path, *, again_s: float = AGAIN_S) -> None:
        """The folder is made when needed, by `start`, which starts the thread too."""
        self._folder = folder
        self._mount = folder  # the root of the folder's file system; `start` finds it
        self._again_s = again_s
        self._changed = threading.Condition()  # guards everything below
        self._owed: OrderedDict[str, bytes | None] = OrderedDict()  # None: to be deleted
        self._ending = False
        self._told = ""  # the last problem, until something can be written; the thread's own
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)

    def start(self) -> Keeper:
        """Start the thread; once. Raises DisplayError when nothing can be written there."""
        probe = self._folder / ".booth"
        write_whole(probe, b"")
        probe.unlink()
        folder = self._folder.resolve()
        self._mount = next(path for path in (folder, *folder.parents) if path.is_mount())
        self._thread.start()
        return self

    @property
    def owed(self) -> int:
        """Files that are not as they should be yet."""
        return len(self._owed)

    def metrics(self) -> list[Metric]:
        """For an operator: what waits; from any thread."""
        text = "Pictures that the disk has not taken yet, and deletions"
        return [Metric("files_waiting", "gauge", text, {"": self.owed})]

    @property
    def full(self) -> bool:
        """Whether more is waiting than should."""
        with self._changed:
            return sum(len(data or b"") for data in self._owed.values()) > MAX_OWED_BYTES

    def keep(self, name: str, data: bytes) -> None:
        """Have a file written."""
        self._owe(name, data)

    def delete(self, name: str) -> None:
        """Have a file removed, or not written if it is not yet."""
        self._owe(name, None)

    def close(self) -> None:
        """Write what is owed and stop; what the disk does not take is lost, and said.

        So are the names of deleted pictures that are still there.
        """
        with self._changed:
            self._ending = True
            self._changed.notify()
        self._thread.join(_JOIN_S)
        with self._changed:
            deleted = [name for name, data in self._owed.items() if data is None]
            lost = len(self._owed) - len(deleted)
        if lost:
            log.error("%d pictures could not be kept in %s", lost, self._folder)
        if deleted:
            log.error("delete by hand, in %s: %s", self._folder, ", ".join(deleted))

    def _owe(self, name: str, data: bytes | None) -> None:
        with self._changed:
            self._owed[name] = data
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._ending or self._owed)
                if not self._owed:
                    return
                name, data = next(iter(self._owed.items()))
            done = self._put(self._folder / name, data)
            with self._changed:
                # Meanwhile the guest may have deleted it: then that is owed now.
                if done and self._owed[name] is data:
                    del self._owed[name]
                if not done and self._ending:
                    return
                if not done:
                    self._changed.wait_for(lambda: self._ending, self._again_s)

    def _put(self, path: Path, data: bytes | None) -> bool:
        """Make one file as it should be; whether that worked. A problem is told once."""
        try:
            if not self._mount.is_mount():
                # Made anew, the folder would be on the disk that the missing one was mounted on.
                raise DisplayError(f"{self._folder}: has gone; plug its disk in, and mount it")
            if data is None:
                path.unlink(missing_ok=True)
            else:
                write_whole(path, data)
        except (DisplayError, OSError) as error:
            if str(error) != self._told:
                log.warning("%s; pictures wait in memory until it works", error)
            self._told = str(error)
            return False
        if self._told:
            log.warning("%s: can be written again", self._folder)
        self._told = ""
        return True
