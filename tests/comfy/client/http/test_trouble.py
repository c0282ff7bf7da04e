"""No answer at all: nobody there, cut off, too late, no certificate, or we are closing."""

import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from comfy.client.http.address import Address, parse_address
from comfy.client.http.api import Api
from comfy.errors import (
    ComfyError,
    Refused,
    Unanswered,
    Unreachable,
)
from tests.comfy.client.http.asking import (
    IMPATIENT,
    asking,
    check_sentence,
    failure,
    submit,
)
from tests.comfy.client.wire import (
    Listener,
    Talk,
    certificate,
    http,
    keep_silent,
    listening,
    nobody,
    read_request,
    saying,
)


def close_at_once(connection: socket.socket) -> None:
    read_request(connection)


def reset(connection: socket.socket) -> None:
    read_request(connection)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()


HALF = b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"queue'


def stall(connection: socket.socket) -> None:
    read_request(connection)
    connection.sendall(HALF)
    keep_silent(connection)


CUT_OFF = {
    "closed before": (close_at_once, "closed the connection"),
    "reset": (reset, "closed the connection"),
    "closed in the head": (saying(b"HTTP/1.1 200 OK\r\nContent-"), "closed the connection"),
    "closed in the body": (saying(http(200, b"x" * 99)[:-50]), "closed the connection"),
    "no http": (saying(b"SSH-2.0-OpenSSH_9.2\r\n"), "closed the connection"),
    "tls alert": (saying(b"\x15\x03\x03\x00\x02\x02\x46"), "http or https"),
}


@pytest.mark.parametrize("ask", [Api.queue, submit])
@pytest.mark.parametrize(("talk", "words"), CUT_OFF.values(), ids=CUT_OFF)
def test_a_request_without_an_answer_may_have_arrived(
    talk: Talk, words: str, ask: Callable[[Api], Any]
) -> None:
    error = failure(talk, ask)
    assert type(error) is Unanswered
    assert words in str(error)


@pytest.mark.parametrize("ask", [Api.queue, submit])
@pytest.mark.parametrize("talk", [keep_silent, stall])
def test_a_request_whose_answer_takes_too_long_may_have_arrived(
    talk: Talk, ask: Callable[[Api], Any]
) -> None:
    error = failure(talk, ask, IMPATIENT)
    assert type(error) is Unanswered
    assert "did not answer in time" in str(error)


@pytest.mark.parametrize("ask", [Api.queue, submit])
def test_a_port_where_nobody_listens_is_unreachable(ask: Callable[[Api], Any]) -> None:
    with asking(f"http://127.0.0.1:{nobody()}") as api:
        with pytest.raises(Unreachable, match="check that ComfyUI runs there") as caught:
            ask(api)
        check_sentence(caught.value, api.address)
    assert type(caught.value) is Refused


def test_a_name_that_nobody_knows_is_said_to_be_unknown() -> None:
    with asking("http://nobody.invalid:8188") as api:
        with pytest.raises(Unreachable, match="not a known host name: check its address") as caught:
            submit(api)
        check_sentence(caught.value, api.address)


def test_a_host_that_swallows_connections_is_said_not_to_answer() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        waiting = [socket.socket() for _ in range(3)]
        for one in waiting:  # the backlog is full: further ones are not answered at all
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        with asking(f"http://127.0.0.1:{port}", IMPATIENT) as api:
            with pytest.raises(Unreachable, match="no firewall is between") as caught:
                submit(api)
            check_sentence(caught.value, api.address)
        for one in waiting:
            one.close()
    assert type(caught.value) is Unreachable


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    return certificate(tmp_path_factory.mktemp("tls"))


def test_a_certificate_that_nobody_vouches_for_is_named_as_the_trouble(tls: ssl.SSLContext) -> None:
    with (
        listening(saying(http(200, b"{}")), tls=tls) as server,
        asking(f"https://localhost:{server.port}") as api,
    ):
        with pytest.raises(Unreachable, match=r"certificate .* \(self.signed") as caught:
            submit(api)
        check_sentence(caught.value, api.address)
    assert type(caught.value) is Unreachable


def test_https_to_a_server_without_it_says_to_check_the_address() -> None:
    def talk(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(http(400))  # which is what servers say to a TLS hello

    with listening(talk) as server, asking(f"https://127.0.0.1:{server.port}") as api:
        with pytest.raises(Unreachable, match="http or https") as caught:
            submit(api)
        check_sentence(caught.value, api.address)
    assert type(caught.value) is Unreachable


def test_http_to_a_server_with_tls_says_to_check_the_address(tls: ssl.SSLContext) -> None:
    with listening(saying(http(200)), tls=tls) as server, asking(server.url) as api:
        with pytest.raises(Unanswered, match="http or https") as caught:
            submit(api)
        check_sentence(caught.value, api.address)


@pytest.mark.parametrize("said", [b"", HALF], ids=["waiting", "reading"])
@pytest.mark.parametrize("is_tls", [False, True], ids=["http", "https"])
def test_closing_ends_a_call_under_way(
    said: bytes,
    is_tls: bool,
    tls: ssl.SSLContext,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    asked = threading.Event()

    def talk(connection: socket.socket) -> None:
        if read_request(connection):
            connection.sendall(said)
            asked.set()
            keep_silent(connection)

    with listening(talk, tls=tls if is_tls else None) as server:
        api = Api(_trusted(server, monkeypatch, tmp_path) if is_tls else parse_address(server.url))
        errors: list[ComfyError] = []

        def ask() -> None:
            try:
                api.queue()
            except ComfyError as error:
                errors.append(error)

        thread = threading.Thread(target=ask)
        thread.start()
        assert asked.wait(10)
        api.close()
        thread.join(2)
        assert not thread.is_alive()
    assert [type(error) for error in errors] == [Unanswered]


def _trusted(server: Listener, monkeypatch: pytest.MonkeyPatch, folder: Path) -> Address:
    """The server's address, and its certificate vouched for."""
    pem = ssl.get_server_certificate(("127.0.0.1", server.port))
    (folder / "trusted.pem").write_text(pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "trusted.pem"))
    return parse_address(f"https://127.0.0.1:{server.port}")
