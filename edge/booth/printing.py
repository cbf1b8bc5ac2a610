"""Prints pictures through CUPS, beside the display path; says how it went, never waits for it."""

from __future__ import annotations

import logging
import os
import queue
import re
import shutil
import subprocess
import threading
from collections.abc import Sequence

from edge.booth.screens import PrintNews
from edge.errors import ConfigError, DependencyError

ANSWER_S = 10.0
"""CUPS itself must answer in this time."""

JAM_S = 120.0
"""A job that is not on paper by then is taken back."""

_POLL_S = 1.0
_JOB = re.compile(rb"request id is (\S+)")
_NO_DEFAULT = b"no system default destination"
_LIST = "`lpstat -p` lists the printers there are"

log = logging.getLogger(__name__)


class Printer:
    """One printer, one job at a time."""

    def __init__(
        self,
        name: str,
        *,
        evening: int,
        jam_s: float = JAM_S,
        poll_s: float = _POLL_S,
    ) -> None:
        """`name`: CUPS' name, or "default". `evening`: prints in all, since the start."""
        self._name = name
        self._left = evening
        self._jam_s = jam_s
        self._poll_s = poll_s
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None
        self._news: queue.SimpleQueue[PrintNews] = queue.SimpleQueue()

    def submit(self, picture: bytes) -> None:
        """Print a JPEG; what came of it is to be collected."""
        if self._left <= 0:
            self._news.put(PrintNews("booth_print_over", printed=False))
        elif self.busy:
            self._news.put(PrintNews("booth_print_busy", printed=False))
        else:
            self._left -= 1
            self._thread = threading.Thread(
                target=self._run, args=(picture,), name="printer", daemon=True
            )
            self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether a job is under way."""
        return self._thread is not None and self._thread.is_alive()

    def collect(self) -> PrintNews | None:
        """What came of each request in turn, once; None when there is no news."""
        try:
            return self._news.get_nowait()
        except queue.Empty:
            return None

    def close(self) -> None:
        """Do not wait for a job any longer: CUPS has it."""
        self._ending.set()
        if self._thread is not None:
            self._thread.join(ANSWER_S)

    def _run(self, picture: bytes) -> None:
        notice = self._print(picture)
        if notice != "booth_printed":
            self._left += 1
        self._news.put(PrintNews(notice, printed=notice == "booth_printed"))

    def _print(self, picture: bytes) -> str:
        to = [] if self._name == "default" else ["-d", self._name]
        answer = _ask(["lp", *to, "-t", "Emoticon Mirror", "-o", "fit-to-page"], picture)
        found = _JOB.search(answer or b"")
        if found is None:
            return "booth_print_failed"
        job = found[1].decode()
        waited_s = 0.0
        while waited_s < self._jam_s:
            if self._ending.wait(self._poll_s):
                return "booth_printed"
            waited_s += self._poll_s
            queue = _ask(["lpstat", "-o"])
            if queue is None:
                return "booth_print_failed"
            if job.encode() not in queue.split():
                return "booth_printed"
        log.warning("job %s is stuck: see to the printer", job)
        _ask(["cancel", job])
        return "booth_print_jam"


def check_printer(name: str) -> None:
    """Ask CUPS for a printer of this name, or for a default one.

    Raises ConfigError when there is none, DependencyError without CUPS' commands.
    """
    for command in ("lp", "lpstat", "cancel"):
        if shutil.which(command) is None:
            raise DependencyError(f"printer: {_missing(command)}")
    try:
        answer = _run(["lpstat", "-d"] if name == "default" else ["lpstat", "-p", name])
    except _CupsError as error:
        raise ConfigError(
            f"printer: expected one that CUPS knows, got {name!r} ({error}); {_LIST}"
        ) from error
    if name == "default" and answer.startswith(_NO_DEFAULT):
        raise ConfigError(f"printer: CUPS has no default one; name one: {_LIST}")


class _CupsError(Exception):
    """A command of CUPS failed; one line."""


def _ask(command: Sequence[str], data: bytes = b"") -> bytes | None:
    """What a command of CUPS prints; None, and a warning, when it fails."""
    try:
        return _run(command, data)
    except _CupsError as error:
        log.warning("%s", error)
        return None


def _run(command: Sequence[str], data: bytes = b"") -> bytes:
    """What a command of CUPS prints, in English whatever the machine's language is."""
    english = {**os.environ, "LC_ALL": "C"}
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=ANSWER_S, env=english
        )
    except FileNotFoundError:
        raise _CupsError(_missing(command[0])) from None
    except subprocess.TimeoutExpired:
        raise _CupsError(f"{command[0]} does not answer") from None
    if done.returncode:
        said = " ".join(done.stderr.decode(errors="replace").split())
        raise _CupsError(f"{command[0]}: {said.removeprefix(f'{command[0]}: ')}")
    return done.stdout


def _missing(command: str) -> str:
    return f"{command} is not installed: sudo apt install cups cups-client"
