"""Much at once, and much of it bad, at a server of its own; see scripts/check_web."""

from __future__ import annotations

import itertools
import json
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from websockets.sync.client import connect as watch

from edge.web.upload import MAX_BYTES
from tests.edge.web.tools import connect, encode, png_bomb

pytestmark = pytest.mark.browser

REQUESTS = 1000
CLIENTS = 32
MAX_GROWTH_MB = 40
RAW = {"Content-Type": "application/octet-stream"}


@pytest.fixture
def process(tmp_path) -> Iterator[subprocess.Popen]:
    """`serve` with a live mirror whose figures are written at its end."""
    config = tmp_path / "mirror.toml"
    config.write_text(f'stats = "{tmp_path / "stats.json"}"\nwidth = 320\nheight = 240\nfps = 10\n')
    command = [sys.executable, "-m", "edge", "serve", "--port", "0"]
    command += ["--camera", "demo", "--config", str(config)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        yield process
        process.kill()


def memory_mb(process: subprocess.Popen) -> float:
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def test_load(process, tmp_path, astronaut, portrait, two_faces, nobody):
    address = process.stdout.readline().split()[0].decode()
    pictures = [encode(astronaut, ".jpg"), two_faces, nobody, encode(astronaut, ".webp")]
    done: Counter[int] = Counter()
    bad: Counter[str] = Counter()
    memory: list[float] = []
    over = threading.Event()
    with httpx.Client(
        base_url=address, timeout=120, trust_env=False, limits=httpx.Limits(max_connections=100)
    ) as client:

        def ask(number: int) -> None:
            """One picture, as often as it takes: nothing may be lost."""
            while True:
                content = pictures[number % len(pictures)]
                response = client.post("/api/emoticon", content=content, headers=RAW)
                done[response.status_code] += 1
                if number % 20 == 0 and response.status_code == 200:
                    memory.append(memory_mb(process))
                if response.status_code != 503:
                    assert response.json()["status"] in ("ok", "no_face", "multiple_faces")
                    return
                time.sleep(float(response.headers["retry-after"]))

        def harm() -> None:
            """Bombs, cut off pictures, wrong types, too much."""
            contents = {
                "bomb": png_bomb(50_000, 50_000),
                "cut off": portrait[:100_000],
                "text": b"hello",
                "too large": bytes(MAX_BYTES + 1),
            }
            for name in itertools.cycle(contents):
                if over.is_set():
                    return
                response = client.post("/api/emoticon", content=contents[name], headers=RAW)
                assert response.status_code in (413, 415, 422, 503), response.text
                bad[name] += response.status_code != 503
                over.wait(0.2)

        def drip() -> None:
            """A sender that is too slow, and one that goes away."""
            head = "POST /api/emoticon HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n"
            head += "Content-Type: image/png\r\n\r\n"
            while not over.is_set():
                with connect(address) as connection:
                    connection.sendall(head.encode())
                    for _ in range(10):
                        if not over.wait(0.2):
                            connection.sendall(b"x")
                bad["gone"] += 1

        def look() -> None:
            """Somebody at the live page."""
            with watch(address.replace("http", "ws") + "/live/frames", proxy=None) as socket:
                while not over.is_set():
                    socket.send("next")
                    bad["live picture"] += isinstance(socket.recv(30), bytes)

        start = time.monotonic()
        with ThreadPoolExecutor(CLIENTS + 4) as pool:
            others = [pool.submit(work) for work in (harm, drip, look, look)]
            asked = [pool.submit(ask, number) for number in range(REQUESTS)]
            try:
                for future in asked:
                    future.result(timeout=600)
            finally:
                over.set()
            for future in others:
                future.result(timeout=60)
        elapsed = time.monotonic() - start
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    stats = json.loads((tmp_path / "stats.json").read_text())
    early, late = memory[len(memory) // 5], memory[-1]
    print(
        f"\n{elapsed:.0f} s, answers {dict(done)}, others {dict(bad)}, "
        f"memory {early:.0f} -> {late:.0f} MB, mirror {stats['fps']} fps, "
        f"showing a picture {stats['stage_ms']['display']} ms"
    )
    assert done.keys() <= {200, 503}
    assert done[200] == REQUESTS
    assert late - early < MAX_GROWTH_MB
    assert b"Traceback" not in errors
    assert set(bad) == {"bomb", "cut off", "text", "too large", "gone", "live picture"}
    # Whoever watches costs the mirror one copy of the picture.
    assert stats["stage_ms"]["display"]["p50"] < 2


def test_fuzzer(process, tmp_path):
    """Schemathesis, from the description that the server itself gives."""
    address = process.stdout.readline().split()[0].decode()
    command = [str(Path(sys.executable).with_name("schemathesis")), "run"]
    command += [f"{address}/openapi.json", "--checks", "all", "--max-examples", "200"]
    # What the description allows is any bytes; that they are a picture, it cannot say.
    command += ["--exclude-checks", "positive_data_acceptance", "--warnings", "off"]
    command += ["--phases", "examples,coverage,fuzzing", "--generation-database", "none"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    print(result.stdout)
    assert result.returncode == 0, result.stdout + result.stderr
