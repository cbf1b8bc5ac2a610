"""Runs slow work beside the display path: one job at a time, a fault never stops the mirror."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

Job = TypeVar("Job")
Answer = TypeVar("Answer")
JobIn = TypeVar("JobIn", contravariant=True)

HANG_S = 5.0
"""A job that takes longer is given up, with its thread."""

RESTART_S = 1.0
"""Pause after a fault before the work is taken up again."""

_JOIN_S = 2.0
_NICE = 5  # the display path goes first when both want the same core

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Done(Generic[Answer]):
    """A finished job."""

    answer: Answer
    cost_s: float  # CPU seconds it took; 0 when the caller itself waited for it


class Worker(Protocol[JobIn, Answer]):
    """The two ways to run jobs, behind one protocol; `now` is monotonic seconds."""

    fault: str | None
    """What went wrong last, until a job succeeds again."""

    restarts: int
    """How often the work was taken up again after a fault."""

    def ready(self, now: float) -> bool:
        """Whether a job would be taken now."""

    def submit(self, job: JobIn, now: float) -> None:
        """Start a job; only when `ready`."""

    def collect(self, now: float) -> Done[Answer] | None:
        """The answer to the job, once, as soon as there is one."""

    def close(self) -> None:
        """Stop; waits a moment for a job that runs."""


class InlineWorker(Generic[Job, Answer]):
    """Runs each job at once, in the caller's thread: for files, where no frame may be missed."""

    def __init__(self, make: Callable[[], Callable[[Job], Answer]]) -> None:
        """`make` builds the function that does the work."""
        self._work = make()
        self._done: Done[Answer] | None = None
        self.fault: str | None = None
        self.restarts = 0

    def ready(self, now: float) -> bool:
        """Always."""
        return True

    def submit(self, job: Job, now: float) -> None:
        """Do the job; its errors are the caller's."""
        self._done = Done(self._work(job), 0.0)

    def collect(self, now: float) -> Done[Answer] | None:
        """The answer to the job just done."""
        done, self._done = self._done, None
        return done

    def close(self) -> None:
        """Nothing to stop."""


class ThreadWorker(Generic[Job, Answer]):
    """Runs jobs in a thread of its own, which is replaced when it fails or hangs."""

    def __init__(self, make: Callable[[], Callable[[Job], Answer]], name: str) -> None:
        """`make` builds the function that does the work: now, and again after a fault."""
        self._make = make
        self._name = name
        self._lane = _Lane(make(), None, name)
        self._busy_since_s: float | None = None
        self._restart_at_s: float | None = None
        self.fault: str | None = None
        self.restarts = 0

    def ready(self, now: float) -> bool:
        """Whether no job runs; starts again what has failed."""
        if self._restart_at_s is not None and now >= self._restart_at_s:
            self._restart_at_s = None
            self.restarts += 1
            self._lane = _Lane(None, self._make, self._name)
        return self._restart_at_s is None and self._busy_since_s is None

    def submit(self, job: Job, now: float) -> None:
        """Hand a job to the thread."""
        self._busy_since_s = now
        self._lane.put(job)

    def collect(self, now: float) -> Done[Answer] | None:
        """The answer, if it is there; notices a job that failed or hangs."""
        if self._busy_since_s is None:
            return None
        outcome = self._lane.take()
        if isinstance(outcome, Done):
            self._busy_since_s = None
            self.fault = None
            return outcome
        if outcome is not None:
            self._fail(f"{self._name} failed: {outcome}", now)
            log.warning("%s", self.fault, exc_info=outcome)
        elif now - self._busy_since_s > HANG_S:
            self._fail(f"{self._name} hangs", now)
            log.warning("%s for %.0f s; starting it again", self.fault, HANG_S)
        return None

    def _fail(self, fault: str, now: float) -> None:
        self._lane.retire()
        self._busy_since_s = None
        self._restart_at_s = now + RESTART_S
        self.fault = fault

    def close(self) -> None:
        """Stop the thread; loud if it is stuck."""
        self._lane.retire()
        if not self._lane.join(_JOIN_S):
            log.warning("%s is stuck and was left behind", self._name)


class _Lane(Generic[Job, Answer]):
    """One thread with a slot for a job and one for its outcome."""

    def __init__(
        self,
        work: Callable[[Job], Answer] | None,
        make: Callable[[], Callable[[Job], Answer]] | None,
        name: str,
    ) -> None:
        self._work = work
        self._make = make
        self._wake = threading.Condition()
        self._job: Job | None = None
        self._outcome: Done[Answer] | Exception | None = None
        self._retired = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def put(self, job: Job) -> None:
        with self._wake:
            self._job = job
            self._wake.notify()

    def take(self) -> Done[Answer] | Exception | None:
        with self._wake:
            outcome, self._outcome = self._outcome, None
            return outcome

    def retire(self) -> None:
        with self._wake:
            self._retired = True
            self._wake.notify()

    def join(self, timeout_s: float) -> bool:
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        if hasattr(os, "setpriority"):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._retired or self._job is not None)
                if self._retired:
                    return
                job, self._job = self._job, None
            outcome = self._do(job)
            with self._wake:
                self._outcome = outcome
            # An error's traceback leads back to here: a cycle would keep what failed in memory.
            del outcome

    def _do(self, job: Job | None) -> Done[Answer] | Exception:
        start = time.thread_time()
        try:
            if self._work is None and self._make is not None:
                self._work = self._make()
            assert self._work is not None
            assert job is not None
            return Done(self._work(job), time.thread_time() - start)
        except Exception as error:  # every fault of the work is the consumer's to see
            return error
