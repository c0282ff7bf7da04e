"""Who sends half a request, or no body, holds nobody else up and is let go."""

import socket
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from tests.security.conftest import Fortress
from tests.security.person import Person
from tests.support.waiting import until
from web.guard import connections

HALVES = {
    "nothing": b"",
    "half a line": b"GET /heal",
    "half a header": b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: ",
    "no body": b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nuser",
    "chunks": b"POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nuse",
    "a body that nobody reads": b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nu",
}


def connected(fortress: Fortress, sent: bytes = b"") -> socket.socket:
    parts = urlsplit(fortress.url)
    client = socket.create_connection((parts.hostname, parts.port), timeout=30)
    client.sendall(sent)
    return client


def is_open(client: socket.socket) -> bool:
    client.setblocking(False)
    try:
        return client.recv(1, socket.MSG_PEEK) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEADER_SECONDS", 0.3)
    monkeypatch.setattr(connections, "BODY_SECONDS", 0.3)


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("half", HALVES)
def test_half_a_request_is_ended(fortress: Fortress, half: str) -> None:
    with connected(fortress, HALVES[half]) as client:
        read_all(client)


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("half", ["half a header", "no body"])
def test_one_byte_now_and_then_does_not_help(fortress: Fortress, half: str) -> None:
    with connected(fortress, HALVES[half]) as client:
        client.settimeout(0.05)
        until_closed(client, lambda: client.send(b"a"))


def test_of_many_that_wait_the_one_silent_for_longest_goes(fortress: Fortress) -> None:
    places = fortress.waiting.places
    fortress.waiting.places = 20
    try:
        first = connected(fortress, HALVES["half a header"])
        others = [connected(fortress, HALVES["half a header"]) for _ in range(30)]
        with fortress.stranger() as client:
            assert client.get("/healthz").status_code == 200
        until(lambda: not is_open(first))
        assert is_open(others[-1])
        assert len(fortress.waiting) <= 20
        for one in (first, *others):
            one.close()
    finally:
        fortress.waiting.places = places


def test_who_takes_nothing_of_an_answer_is_let_go(
    fortress: Fortress, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "TAKE_SECONDS", 0.3)
    cookies = "; ".join(f"{name}={value}" for name, value in ann.client.cookies.items())
    ask = f"GET /config HTTP/1.1\r\nHost: localhost\r\nCookie: {cookies}\r\n\r\n".encode()
    with connected(fortress) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(0.05)
        until_reset(client, ask)


def test_two_lengths_are_one_too_many(fortress: Fortress) -> None:
    head = b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n"
    with connected(fortress, head + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n") as client:
        assert read_all(client).startswith(b"HTTP/1.1 400")


def read_all(client: socket.socket) -> bytes:
    """What comes until the server closes; fails where it does not."""
    parts = []
    try:
        while part := client.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


def until_closed(client: socket.socket, send: Callable[[], object]) -> None:
    """Call *send* until the server has closed; fails where it never does."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            send()
            if client.recv(65536) == b"":
                return
        except TimeoutError:
            continue
        except OSError:
            return
    raise AssertionError("The connection is still open.")


def until_reset(client: socket.socket, ask: bytes) -> None:
    """Ask again and again, reading nothing, until the server has closed; fails if it never does."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            client.sendall(ask)
        except TimeoutError:
            continue
        except OSError:
            return
    raise AssertionError("The connection is still open.")
