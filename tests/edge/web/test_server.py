"""`serve` as it is started: addresses, certificates, the command line."""

from __future__ import annotations

import logging
import signal
import socket
import ssl
import subprocess
import sys
from contextlib import closing

import httpx
import pytest

from edge.cli import main
from edge.config import MirrorConfig
from edge.errors import ConfigError
from edge.web.options import ServeConfig
from edge.web.server import Server
from tests.edge.web.tools import serving


def serve(**options: object) -> Server:
    return Server(ServeConfig(port=0, mirror=MirrorConfig(), **options))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """(certificate, key) for 127.0.0.1, signed by itself."""
    folder = tmp_path_factory.mktemp("tls")
    files = folder / "cert.pem", folder / "key.pem"
    command = (
        f"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
        f"-subj /CN=mirror -addext subjectAltName=IP:127.0.0.1 -out {files[0]} -keyout {files[1]}"
    )
    subprocess.run(command.split(), check=True, capture_output=True)
    return files


def test_https(certificate):
    with serving(
        ServeConfig(port=0, mirror=MirrorConfig(), certificate=certificate[0], key=certificate[1])
    ) as address:
        assert address.startswith("https://127.0.0.1:")
        context = ssl.create_default_context(cafile=str(certificate[0]))
        assert httpx.get(address, verify=context, trust_env=False).status_code == 200


def test_says_what_is_wrong_with_a_certificate(certificate, tmp_path):
    for file in (tmp_path / "none.pem", certificate[1]):
        with pytest.raises(ConfigError, match="certificate"):
            serve(certificate=file)
    with pytest.raises(ConfigError, match="--certificate"):
        ServeConfig(mirror=MirrorConfig(), key=certificate[1])


def test_says_aloud_that_others_can_reach_it(caplog):
    with caplog.at_level(logging.WARNING):
        with closing(serve()):
            assert not caplog.text
        with closing(serve(host="0.0.0.0")) as server:
            assert "everybody who can reach this machine" in caplog.text
            assert "0.0.0.0" not in server.address


def test_names_the_port_that_is_taken(capsys):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main(["serve", "--port", str(port)]) == 1
    assert f"cannot listen at 127.0.0.1:{port}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--port", "65536"], "port"),
        (["--host", "no.such.name.invalid"], "host"),
        (["--config", "none.toml"], "none.toml"),
    ],
)
def test_says_in_one_line_what_is_wrong(arguments, message, capsys):
    assert main(["serve", *arguments]) == 1
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("package", ["starlette", "uvicorn", "python_multipart", "websockets"])
def test_names_the_extra_that_is_missing(package, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, package, None)
    assert main(["serve"]) == 1
    message = capsys.readouterr().err
    assert package in message
    assert "pip install 'emoticon-mirror[web]'" in message


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_starts_and_ends_as_a_command(number):
    command = [sys.executable, "-m", "edge", "serve", "--port", "0", "--camera", "fake"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        address = process.stdout.readline().split()[0].decode()
        assert httpx.get(address, trust_env=False).status_code == 200
        process.send_signal(number)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert errors == b""
