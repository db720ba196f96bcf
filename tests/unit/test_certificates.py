"""Certificates that are not trusted: said at once, with what a person can do, never retried."""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tap_wix.api.connection import read_connection
from tap_wix.api.errors import UnavailableError
from tap_wix.api.transport import WixTransport
from tests.tap.running import command, settings_file
from tests.unit.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Iterator

PEM = Path(__file__).parents[1] / "data" / "tls" / "localhost.pem"
SITE = {"api_key": "IST.very-secret-key", "site_id": "1f2e3d4c-5b6a-4789-8abc-def012345678"}


class Server:
    """Speaks TLS with a certificate of its own making, and counts who comes."""

    def __init__(self) -> None:
        self.visits = 0
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(PEM)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.visits += 1
            with contextlib.suppress(OSError), connection:
                self._context.wrap_socket(connection, server_side=True).recv(1)

    def stop(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.stop()


def refusal(port: int, host: str = "localhost") -> str:
    connection = read_connection({**SITE, "api_url": f"https://{host}:{port}"})
    clock = Clock()
    wire = WixTransport(connection, user_agent="t", clock=clock, sleep=clock.sleep)
    with pytest.raises(UnavailableError) as refused:
        wire.call("GET", "/contacts/v4/contacts")
    assert clock.slept == []
    assert wire.requests_sent == 1
    return str(refused.value)


@pytest.fixture(autouse=True)
def _no_file_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


def test_a_certificate_that_nobody_signed_is_said_and_not_tried_again(server: Server) -> None:
    message = refusal(server.port)
    assert "self-signed certificate" in message.replace("self signed", "self-signed")
    assert "REQUESTS_CA_BUNDLE" in message
    assert server.visits == 1


def test_a_certificate_of_another_host_is_said(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(PEM))
    message = refusal(server.port, "127.0.0.1")
    assert "not trusted" in message
    assert "127.0.0.1" in message


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
@pytest.mark.parametrize("content", [None, "", "no certificate", "-----BEGIN CERTIFICATE-----\nx"])
def test_a_file_of_certificates_that_cannot_be_read_is_named(
    server: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    content: str | None,
) -> None:
    path = tmp_path / "bundle.pem"
    if content is not None:
        path.write_text(content)
    monkeypatch.setenv(variable, str(path))
    message = refusal(server.port)
    assert variable in message
    assert str(path) in message
    assert "cannot be read" in message


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_of_certificates_without_the_right_to_read_it_is_named(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bundle.pem"
    path.write_bytes(PEM.read_bytes())
    path.chmod(0)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(path))
    assert "Permission denied" in refusal(server.port)


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_the_command_ends_with_one_line_and_without_a_traceback(
    server: Server, tmp_path: Path, variable: str
) -> None:
    path = settings_file(tmp_path, {**SITE, "api_url": f"https://localhost:{server.port}"})
    ended = command("--config", path, cwd=tmp_path, env={variable: str(tmp_path / "none.pem")})
    assert ended.code == 1
    assert len(ended.errors) == 1
    assert "certificate" in ended.errors[0]
    assert "Traceback" not in ended.log
    assert SITE["api_key"] not in ended.log


def test_a_server_that_is_not_there_is_a_fault_that_is_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    connection = read_connection({**SITE, "api_url": f"https://localhost:{port}"})
    clock = Clock()
    wire = WixTransport(connection, user_agent="t", clock=clock, sleep=clock.sleep)
    with pytest.raises(UnavailableError, match="cannot be reached"):
        wire.call("GET", "/contacts/v4/contacts")
    assert sum(clock.slept) > 60
