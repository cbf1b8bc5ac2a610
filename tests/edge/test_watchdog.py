"""The watchdog talks to a socket as systemd's."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.watchdog import Watchdog


class Manager:
    """The service manager's end."""

    def __init__(self, address: str, name: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(address)
        self._socket.setblocking(False)
        self.environ = {"NOTIFY_SOCKET": name}

    def received(self) -> list[str]:
        """Every datagram since the last call."""
        found = []
        while True:
            try:
                found.append(self._socket.recv(4096).decode())
            except BlockingIOError:
                return found

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Manager]:
    if request.param == "path":
        manager = Manager(str(tmp_path / "notify"), str(tmp_path / "notify"))
    else:
        name = f"emoticon-mirror-test-{os.getpid()}"
        manager = Manager(f"\0{name}", f"@{name}")
    yield manager
    manager.close()


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_first_feeding_says_that_the_start_is_over(manager: Manager) -> None:
    watchdog = Watchdog(manager.environ, Clock())
    assert manager.received() == []
    watchdog.feed()
    assert manager.received() == ["READY=1\nWATCHDOG=1"]


def test_a_fast_loop_sends_once_a_second(manager: Manager) -> None:
    clock = Clock()
    watchdog = Watchdog(manager.environ, clock)
    for _ in range(301):  # frames, 100 a second
        watchdog.feed()
        clock.now += 0.01
    assert manager.received() == ["READY=1\nWATCHDOG=1", *["WATCHDOG=1"] * 3]


def test_the_end_is_announced(manager: Manager) -> None:
    Watchdog(manager.environ, Clock()).stop()
    assert manager.received() == ["STOPPING=1"]


def test_without_a_manager_nothing_happens() -> None:
    watchdog = Watchdog({}, Clock())
    watchdog.feed()
    watchdog.stop()


def test_a_manager_that_has_gone_does_not_stop_the_mirror(
    manager: Manager, caplog: pytest.LogCaptureFixture
) -> None:
    manager.close()
    clock = Clock()
    watchdog = Watchdog(manager.environ, clock)
    watchdog.feed()
    assert "systemd cannot be told" in caplog.text
