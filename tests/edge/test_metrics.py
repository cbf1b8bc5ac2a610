"""The operator's figures: their text, who may ask, and the real mirror answering."""

from __future__ import annotations

import os
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from contextlib import ExitStack, closing
from http.client import RemoteDisconnected
from pathlib import Path

import pytest

from edge import metrics
from edge.errors import ConfigError
from edge.metrics import Metric, MetricsServer, machine_metrics, parse_address, to_text


def test_the_text_is_prometheus_own() -> None:
    metrics = [
        Metric("fps", "gauge", "Frames shown a second", {"": 29.97}),
        Metric("restarts_total", "counter", "Restarts", {'part="a"': 0.0, 'part="b"': 12345678.0}),
    ]
    assert to_text(metrics) == (
        "# HELP emoticon_mirror_fps Frames shown a second\n"
        "# TYPE emoticon_mirror_fps gauge\n"
        "emoticon_mirror_fps 29.97\n"
        "# HELP emoticon_mirror_restarts_total Restarts\n"
        "# TYPE emoticon_mirror_restarts_total counter\n"
        'emoticon_mirror_restarts_total{part="a"} 0\n'
        'emoticon_mirror_restarts_total{part="b"} 12345678\n'
    )


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (9100, ("127.0.0.1", 9100)),
        ("9100", ("127.0.0.1", 9100)),
        ("0.0.0.0:80", ("0.0.0.0", 80)),
        ("booth.local:9100", ("booth.local", 9100)),
    ],
)
def test_only_this_machine_may_ask_unless_told_otherwise(
    text: str | int, address: tuple[str, int]
) -> None:
    assert parse_address(text) == address


@pytest.mark.parametrize("text", ["", "x", "-1", "0", "65536", "0.0.0.0:", "0.0.0.0"])
def test_a_wrong_address_is_named(text: str) -> None:
    with pytest.raises(ConfigError, match=r"metrics: expected PORT or ADDRESS:PORT"):
        parse_address(text)


def test_a_port_that_is_taken_is_named() -> None:
    with (
        closing(MetricsServer("127.0.0.1", 0, list)) as server,
        pytest.raises(ConfigError, match=rf"cannot listen on 127\.0\.0\.1:{server.port}: "),
    ):
        MetricsServer("127.0.0.1", server.port, list)


def test_nothing_else_is_served() -> None:
    with closing(MetricsServer("127.0.0.1", 0, list)) as server:
        for path in ("/", "/metrics/..", "/etc/passwd"):
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(f"http://127.0.0.1:{server.port}{path}", timeout=5)
            assert refused.value.code == 404
            refused.value.close()


def connect(server: MetricsServer) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=10)


def test_connections_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "MAX_CONNECTIONS", 2)
    with closing(MetricsServer("127.0.0.1", 0, list)) as server, ExitStack() as stack:
        first, _, third = (stack.enter_context(connect(server)) for _ in range(3))
        assert third.recv(1) == b""
        first.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
        assert first.recv(100).startswith(b"HTTP/1.0 200 ")


def test_a_request_that_drips_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "REQUEST_S", 0.1)
    with closing(MetricsServer("127.0.0.1", 0, list)) as server, connect(server) as client:
        client.settimeout(0.05)

        def goes_on() -> bool:
            """After one byte more."""
            try:
                client.sendall(b"x")
                return client.recv(1) != b""
            except TimeoutError:
                return True
            except ConnectionError:
                return False

        assert not all(goes_on() for _ in range(100))


def test_a_client_that_has_gone_is_no_news(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    asked, gone = threading.Event(), threading.Event()
    threads = []

    def collect() -> list[Metric]:
        threads.append(threading.current_thread())
        asked.set()
        assert gone.wait(10)
        return []

    with closing(MetricsServer("127.0.0.1", 0, collect)) as server:
        with connect(server) as client:
            client.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
            assert asked.wait(10)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # RST
        gone.set()
        threads[0].join(10)
    assert capsys.readouterr().err == ""
    assert caplog.text == ""


def test_a_fault_of_its_own_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    def collect() -> list[Metric]:
        raise ZeroDivisionError("a fault")

    with (
        closing(MetricsServer("127.0.0.1", 0, collect)) as server,
        pytest.raises(RemoteDisconnected),
    ):
        urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics", timeout=5)
    assert "ZeroDivisionError: a fault" in caplog.text


def samples(metrics: list[Metric]) -> dict[str, float]:
    """Values by name and label."""
    lines = [line for line in to_text(metrics).splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_a_raspberry_pi_tells_its_temperature_and_why_it_slows_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "temp").write_text("51234\n")
    program = tmp_path / "vcgencmd"
    program.write_text('#!/bin/sh\n[ "$1" = get_throttled ] && echo throttled=0x50004\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    found = samples(machine_metrics(tmp_path / "temp"))
    assert found["emoticon_mirror_temperature_celsius"] == 51.234
    now = {name: value for name, value in found.items() if "throttling{" in name}
    boot = {name: value for name, value in found.items() if "throttling_since_boot{" in name}
    assert [name for name, value in now.items() if value] == [
        'emoticon_mirror_throttling{reason="throttled"}'
    ]
    assert [name for name, value in boot.items() if value] == [
        'emoticon_mirror_throttling_since_boot{reason="under_voltage"}',
        'emoticon_mirror_throttling_since_boot{reason="throttled"}',
    ]
    assert len(now) == len(boot) == 4


@pytest.mark.parametrize("answer", ["echo error=1 error_msg=x", "exit 1"])
def test_what_the_machine_cannot_say_is_left_out(
    answer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "vcgencmd"
    program.write_text(f"#!/bin/sh\n{answer}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert machine_metrics(tmp_path / "nothing") == []


def test_the_mirror_answers_and_feeds_the_watchdog(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(30)
        command = [sys.executable, "-m", "edge", "mirror", "--camera", "demo", "--display", "none"]
        with subprocess.Popen(
            [*command, "--metrics", str(port)],
            env={**os.environ, "NOTIFY_SOCKET": str(tmp_path / "notify")},
        ) as mirror:
            assert manager.recv(100) == b"READY=1\nWATCHDOG=1"
            assert manager.recv(100) == b"WATCHDOG=1"
            url = f"http://127.0.0.1:{port}/metrics"
            with urllib.request.urlopen(url, timeout=10) as answer:
                text = answer.read().decode()
                assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
            mirror.send_signal(signal.SIGTERM)
            while (message := manager.recv(100)) == b"WATCHDOG=1":
                pass
            assert message == b"STOPPING=1"
            assert mirror.wait(20) == 0
    found = dict(re.findall(r"^emoticon_mirror_(\S+) (\S+)$", text, re.MULTILINE))
    assert float(found["fps"]) > 0
    assert float(found["frames_shown_total"]) > 0
    assert float(found["frame_age_seconds"]) > 0
    assert found["pictures_total"] == "0"
    assert found['restarts_total{part="camera"}'] == "0"
    assert "faces" in found
