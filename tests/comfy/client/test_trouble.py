"""Whatever goes wrong over HTTP is the right error with one clear sentence."""

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from comfy.client.http.address import Address, parse_address
from comfy.client.http.api import Api
from comfy.errors import (
    BadAnswer,
    Busy,
    ComfyError,
    Denied,
    NotFound,
    Refused,
    ServerFault,
    TooLarge,
    TurnedAway,
    Unanswered,
    Unreachable,
)
from tests.comfy.client.asking import (
    IMPATIENT,
    SECRET,
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

STATUSES = [
    (301, TurnedAway, "redirects elsewhere"),
    (302, TurnedAway, "redirects elsewhere"),
    (304, TurnedAway, "redirects elsewhere"),
    (307, TurnedAway, "login page"),
    (308, TurnedAway, "check its address"),
    (401, Denied, "check its headers or login"),
    (403, Denied, "check its headers or login"),
    (404, NotFound, "check that its address"),
    (405, NotFound, "check that its address"),
    (408, TurnedAway, "answers 408"),
    (413, TooLarge, "--max-upload-size"),
    (418, TurnedAway, "answers 418"),
    (429, Busy, "wait a moment"),
    (500, ServerFault, "see its log"),
    (502, ServerFault, "see its log"),
    (503, ServerFault, "wait a moment"),
    (504, ServerFault, "see its log"),
]


@pytest.mark.parametrize("body", [b"", b"<html>x</html>", b'{"error": "x"}', b"\xff"])
@pytest.mark.parametrize(("status", "kind", "words"), STATUSES)
def test_each_status_is_an_error_with_a_sentence(
    status: int, kind: type[ComfyError], words: str, body: bytes
) -> None:
    error = failure(saying(http(status, body, Location=f"/login?next={SECRET}")))
    assert type(error) is kind
    assert str(status) in str(error)
    assert words in str(error)


@pytest.mark.parametrize(("status", "kind", "_"), STATUSES)
def test_only_a_5xx_leaves_it_open_whether_a_prompt_was_taken(
    status: int, kind: type[ComfyError], _: str
) -> None:
    error = failure(saying(http(status, b"<html>")), submit)
    assert type(error) is kind
    assert isinstance(error, BadAnswer | Unanswered) is (status >= 500)


@pytest.mark.parametrize(
    "body", [b"", b"<html>Bad Request</html>", b"[]", b'{"error"', b'{"a": "' + b"x" * 5000 + b'"}']
)
def test_a_400_that_is_not_comfyuis_has_taken_no_prompt(body: bytes) -> None:
    error = failure(saying(http(400, body)), submit, max_json=4096)
    assert type(error) is TurnedAway


def test_a_redirect_is_not_followed_with_our_login() -> None:
    with listening(keep_silent) as elsewhere:
        failure(saying(http(302, Location=f"{elsewhere.url}/login")))
        failure(saying(http(307, Location=f"{elsewhere.url}/prompt")), submit)
    assert elsewhere.connections == 0


BODIES = [
    (b"<!doctype html><title>Welcome</title>", BadAnswer, "a web page"),
    (b"\n\n <html>", BadAnswer, "a web page"),
    (b"", BadAnswer, "not JSON"),
    (b"{", BadAnswer, "not JSON"),
    (b'{"a": 1} trailing', BadAnswer, "not JSON"),
    (b'{"a": \xff}', BadAnswer, "not JSON"),
    (b'{"a": ' + b"9" * 5000 + b"}", BadAnswer, "not JSON"),
    (b"[" * 100_000, BadAnswer, "not JSON"),
    (b'{"a":' * 100_000, BadAnswer, "not JSON"),
    (b"[]", BadAnswer, "as ComfyUI does"),
    (b"null", BadAnswer, "as ComfyUI does"),
    (b'"queue"', BadAnswer, "as ComfyUI does"),
    (b'{"a": "' + b"x" * 2**20 + b'"}', TooLarge, "more than 1 MB"),
]


@pytest.mark.parametrize(("body", "kind", "words"), BODIES, ids=lambda v: repr(v)[:20])
def test_a_body_that_is_no_json_object_is_an_error(
    body: bytes, kind: type[ComfyError], words: str
) -> None:
    error = failure(saying(http(200, body)), max_json=2**20)
    assert type(error) is kind
    assert words in str(error)


@pytest.mark.parametrize(("body", "_kind", "_words"), BODIES, ids=lambda v: repr(v)[:20])
def test_a_prompt_with_an_unreadable_200_may_have_been_taken(
    body: bytes, _kind: object, _words: object
) -> None:
    assert type(failure(saying(http(200, body)), submit, max_json=2**20)) is BadAnswer


def test_what_unpacks_into_a_giant_is_cut_off() -> None:
    bomb = gzip.compress(b"[" + b" " * 2**25)
    error = failure(saying(http(200, bomb, Content_Encoding="gzip")), max_json=2**20)
    assert type(error) is TooLarge


def test_an_endless_body_is_cut_off() -> None:
    def talk(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            connection.sendall(b"4000\r\n" + b"x" * 0x4000 + b"\r\n")

    assert type(failure(talk, max_json=2**20)) is TooLarge


def test_a_body_that_trickles_does_not_hold_us_for_ever() -> None:
    def talk(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(1000):
            connection.sendall(b" ")
            time.sleep(0.05)

    began = time.monotonic()
    assert type(failure(talk, cadence=IMPATIENT)) is Unanswered
    assert time.monotonic() - began < 3


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


def test_an_encoding_that_is_a_lie_is_a_bad_answer() -> None:
    error = failure(saying(http(200, b"{}", Content_Encoding="gzip")))
    assert type(error) is BadAnswer


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
