"""`serve` as it is started: addresses, certificates, the command line."""

from __future__ import annotations

import logging
import shutil
import signal
import socket
import ssl
import subprocess
import sys
from contextlib import ExitStack, closing
from pathlib import Path

import httpx
import pytest

from edge.cli import main
from edge.config import MirrorConfig
from edge.errors import ConfigError
from edge.web.options import ServeConfig
from edge.web.server import Server
from tests.edge.web.tools import connect, serving


def serve(**options: object) -> Server:
    return Server(ServeConfig(port=0, mirror=MirrorConfig(), **options))


def make_certificate(folder):
    """(certificate, key) for 127.0.0.1, signed by itself."""
    files = folder / "cert.pem", folder / "key.pem"
    command = (
        f"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
        f"-subj /CN=mirror -addext subjectAltName=IP:127.0.0.1 -out {files[0]} -keyout {files[1]}"
    )
    subprocess.run(command.split(), check=True, capture_output=True)
    return files


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("tls"))


def test_https(certificate):
    with serving(
        ServeConfig(port=0, mirror=MirrorConfig(), certificate=certificate[0], key=certificate[1])
    ) as address:
        assert address.startswith("https://127.0.0.1:")
        context = ssl.create_default_context(cafile=str(certificate[0]))
        assert httpx.get(address, verify=context, trust_env=False).status_code == 200


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("none.pem", "key.pem"), "^certificate: none.pem: No such file"),
        (("cert.pem", "none.pem"), "^key: none.pem: No such file"),
        (("cert.pem", None), "^certificate: cert.pem: no key in it; add --key FILE.pem"),
        (("key.pem", None), "^certificate: key.pem: no certificate in it"),
        (("cert.pem", "cert.pem"), "^key: cert.pem: no private key in it"),
        (("cert.pem", "other.pem"), "^key: other.pem: not the key of cert.pem"),
    ],
)
def test_says_which_file_of_a_certificate_is_wrong(
    certificate, names, message, tmp_path, monkeypatch
):
    monkeypatch.chdir(certificate[0].parent)
    if "other.pem" in names:
        shutil.copy(make_certificate(tmp_path)[1], "other.pem")
    files = {"certificate": Path(names[0]), "key": names[1] and Path(names[1])}
    with pytest.raises(ConfigError, match=message):
        serve(**files)


def test_a_key_with_a_password_is_refused_unasked(certificate, tmp_path, capfd):
    key = tmp_path / "locked.pem"
    command = f"openssl pkcs8 -topk8 -passout pass:secret -in {certificate[1]} -out {key}"
    subprocess.run(command.split(), check=True, capture_output=True)
    with pytest.raises(ConfigError, match=r"^key: .*locked\.pem: has a password"):
        serve(certificate=certificate[0], key=key)
    assert "pass phrase" not in capfd.readouterr().err


def test_a_certificate_with_its_key_inside_needs_no_other_file(certificate, tmp_path):
    both = tmp_path / "both.pem"
    both.write_bytes(certificate[0].read_bytes() + certificate[1].read_bytes())
    with closing(serve(certificate=both)) as server:
        assert server.address.startswith("https://")


def test_a_key_alone_is_refused(certificate):
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
        (["--host", "192.168.0..5"], "host: '192.168.0..5': "),
        (["--host", "a" * 70], "host: 'aaaa"),
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
    assert ".venv/bin/pip install -e '.[web]'" in message


def test_a_slow_upload_is_cut_off_at_the_end_without_a_traceback(monkeypatch, caplog):
    monkeypatch.setattr("edge.web.server._GRACE_S", 0.1)
    head = b"POST /api/emoticon HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n"
    with ExitStack() as stack:
        with serving(ServeConfig(port=0, mirror=MirrorConfig())) as address:
            connection = stack.enter_context(connect(address))
            connection.sendall(head + b"Expect: 100-continue\r\nContent-Length: 999\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        assert connection.recv(100).startswith(b"HTTP/1.1 500 ")
    assert "Traceback" not in caplog.text


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
