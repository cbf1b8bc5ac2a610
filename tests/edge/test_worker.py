import threading

import pytest

from edge.worker import HANG_S, RESTART_S, InlineWorker, ThreadWorker


def wait_for(worker, now):
    """Collect until there is an answer or another fault; a stuck thread fails the test."""
    before = worker.fault
    tick = threading.Event()
    for _ in range(5000):
        done = worker.collect(now)
        if done is not None or worker.fault != before:
            return done
        tick.wait(0.001)
    raise AssertionError("the worker never answered")


@pytest.fixture
def start():
    workers = []

    def start(make):
        workers.append(ThreadWorker(make, "test"))
        return workers[-1]

    yield start
    for worker in workers:
        worker.close()


def test_inline_answers_at_once():
    worker = InlineWorker(lambda: lambda job: job * 2)
    worker.submit(21, 0.0)
    assert worker.collect(0.0).answer == 42
    assert worker.collect(0.0) is None


def test_a_thread_takes_one_job_at_a_time(start):
    gate = threading.Event()

    def work(job):
        gate.wait()
        return job + 1

    worker = start(lambda: work)
    assert worker.ready(0.0)
    worker.submit(1, 0.0)
    assert not worker.ready(0.0)
    assert worker.collect(0.1) is None
    gate.set()
    assert wait_for(worker, 0.2).answer == 2
    assert worker.ready(0.2)


def test_a_job_that_throws_is_reported_and_the_work_taken_up_again(start):
    made = []

    def make():
        made.append(None)
        broken = len(made) == 1

        def work(job):
            if broken:
                raise RuntimeError("no luck")
            return job

        return work

    worker = start(make)
    worker.submit("a", 0.0)
    assert wait_for(worker, 0.1) is None
    assert worker.fault == "test failed: no luck"
    assert not worker.ready(0.2)
    assert worker.ready(0.1 + RESTART_S)
    worker.submit("b", 2.0)
    assert wait_for(worker, 2.0).answer == "b"
    assert worker.fault is None
    assert len(made) == 2


def test_a_job_that_hangs_is_given_up_and_the_work_taken_up_again(start):
    gate = threading.Event()
    made = []

    def make():
        made.append(None)
        return gate.wait if len(made) == 1 else lambda job: job

    worker = start(make)
    worker.submit(None, 0.0)
    assert worker.collect(HANG_S) is None
    assert worker.fault is None
    assert worker.collect(HANG_S + 0.1) is None
    assert worker.fault == "test hangs"
    later = HANG_S + 0.1 + RESTART_S
    assert worker.ready(later)
    worker.submit("again", later)
    assert wait_for(worker, later).answer == "again"
    assert worker.fault is None
    gate.set()


def test_the_thread_of_a_job_that_failed_ends(start):
    before = set(threading.enumerate())
    worker = start(lambda: lambda job: 1 / job)
    (thread,) = set(threading.enumerate()) - before
    worker.submit(0, 0.0)
    assert wait_for(worker, 0.0) is None
    thread.join(5.0)
    assert not thread.is_alive()


def test_a_job_costs_the_cpu_time_of_its_thread(start, monkeypatch):
    times = iter([1.0, 1.25])
    monkeypatch.setattr("edge.worker.time.thread_time", lambda: next(times))
    worker = start(lambda: lambda job: job)
    worker.submit(1, 0.0)
    assert wait_for(worker, 0.0).cost_s == 0.25


def test_an_error_while_loading_is_raised_at_once():
    def make():
        raise OSError("no model")

    with pytest.raises(OSError, match="no model"):
        ThreadWorker(make, "test")


def test_closing_ends_the_thread(start):
    before = threading.active_count()
    worker = start(lambda: lambda job: job)
    assert threading.active_count() == before + 1
    worker.close()
    assert threading.active_count() == before
