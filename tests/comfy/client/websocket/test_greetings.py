"""The greeting of a socket: what is sent with it, and each way to be refused is a sentence."""

import json
import queue
import socket
import time
from dataclasses import replace

import pytest

from comfy.client.websocket.connection import FEATURES, SocketState
from tests.comfy.client.websocket.sockets import (
    CALM,
    PATIENCE,
    SECRET,
    connecting,
)
from tests.comfy.client.wire import (
    TEXT,
    Listener,
    greet,
    http,
    keep_silent,
    listening,
    nobody,
    read_frame,
    saying,
)


def test_the_features_come_first_on_every_connection() -> None:
    first: queue.Queue[tuple[int, bytes]] = queue.Queue()

    def talk(connection: socket.socket) -> None:
        greet(connection)
        first.put(read_frame(connection))

    with listening(talk) as server, connecting(server.url):
        frames = [first.get(timeout=PATIENCE) for _ in range(3)]
    assert frames == [(TEXT, FEATURES.encode())] * 3
    features = {"supports_preview_metadata": True}
    assert json.loads(FEATURES) == {"type": "feature_flags", "data": features}


def test_the_greeting_has_our_headers_and_no_origin() -> None:
    requests: queue.Queue[bytes] = queue.Queue()

    def talk(connection: socket.socket) -> None:
        requests.put(greet(connection))
        keep_silent(connection)

    with listening(talk) as server:
        url = server.url.replace("//", f"//user:{SECRET}@") + "/comfy"
        with connecting(url):
            request = requests.get(timeout=PATIENCE).decode().lower()
    assert request.startswith("get /comfy/ws?clientid=me http/1.1\r\n")
    assert f"x-key: {SECRET}" in request
    assert "authorization: basic " in request
    assert "origin:" not in request


WRONG_KEY = b"\r\n".join(
    [
        b"HTTP/1.1 101 Yes",
        b"Upgrade: websocket",
        b"Connection: upgrade",
        b"Sec-WebSocket-Accept: wrong",
        b"\r\n",
    ]
)
HANDSHAKES = [
    (http(401), "refuses access (401): check its headers"),
    (http(403), "refuses access (403): check its headers"),
    (http(404), "does not open a WebSocket (404): check that a proxy passes it"),
    (http(200, b"<html>"), "does not open a WebSocket (200): check that a proxy passes it"),
    (http(400), "does not open a WebSocket (400)"),
    (http(429), "is busy (429)"),
    (http(500), "does not open a WebSocket (500)"),
    (http(503), "is busy, or still starting (503)"),
    (http(302, Location=f"/login?{SECRET}"), "redirects elsewhere (302)"),
    (http(302), "redirects elsewhere (302)"),
    (b"", "closes the connection instead of opening a WebSocket"),
    (b"HTTP/1.1 101 Swi", "closes the connection instead of opening a WebSocket"),
    (b"HTTP/1.1 101 Yes\r\n\r\n", "does not open a WebSocket as ComfyUI does"),
    (WRONG_KEY, "does not open a WebSocket as ComfyUI does"),
    (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "does not open a WebSocket"),
    (b"\x15\x03\x03\x00\x02\x02\x46\n\n", "does not open a WebSocket"),
    (b"HTTP/1.1 abc\r\n\r\n", "does not open a WebSocket"),
    (b"HTTP/1.1\r\n\r\n", "does not open a WebSocket"),
    (b"HTTP/1.1 101 Yes\r\nno colon\r\n\r\n", "does not open a WebSocket"),
    (b"HTTP/1.1 101 Yes\r\n\xff\xfe: \xff\r\n\r\n", "does not open a WebSocket"),
]


@pytest.mark.parametrize(("answer", "words"), HANDSHAKES, ids=lambda v: repr(v)[:30])
def test_each_refused_greeting_is_a_sentence(answer: bytes, words: str) -> None:
    with listening(saying(answer)) as server, connecting(server.url) as heard:
        state = heard.wait(lambda s: bool(s.error))
        check_sentence(state, server)
        assert words in state.error
        assert not state.up
        heard.wait(lambda s: s.attempt >= 2)  # it goes on trying


def check_sentence(state: SocketState, server: Listener) -> None:
    assert f"127.0.0.1:{server.port}" in state.error
    assert state.error.endswith(".")
    assert SECRET not in state.error
    assert len(state.error) < 200


def test_a_port_where_nobody_listens_is_said_not_to_be_reached() -> None:
    with connecting(f"http://127.0.0.1:{nobody()}") as heard:
        assert "check that ComfyUI runs there" in heard.wait(lambda s: bool(s.error)).error


def test_a_name_that_nobody_knows_is_said_to_be_unknown() -> None:
    with connecting("http://nobody.invalid") as heard:
        assert "not a known host name" in heard.wait(lambda s: bool(s.error)).error


def test_wss_to_a_server_without_tls_says_to_check_the_address() -> None:
    def talk(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(http(400))

    with listening(talk) as server, connecting(f"https://127.0.0.1:{server.port}") as heard:
        assert "http or https" in heard.wait(lambda s: bool(s.error)).error


@pytest.mark.parametrize("says", [b"", b"HTTP/1.1 101 "])
def test_a_greeting_that_never_ends_is_given_up(says: bytes) -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(says)
        keep_silent(connection)

    cadence = replace(CALM, connect=0.1)
    with listening(talk) as server, connecting(server.url, cadence) as heard:
        assert "does not answer" in heard.wait(lambda s: bool(s.error)).error
        heard.wait(lambda s: s.attempt >= 2)


def test_a_greeting_that_trickles_is_given_up() -> None:
    def talk(connection: socket.socket) -> None:
        while True:
            connection.sendall(b"x")
            time.sleep(0.01)

    cadence = replace(CALM, connect=0.1)
    with listening(talk) as server, connecting(server.url, cadence) as heard:
        assert heard.wait(lambda s: bool(s.error)).error
        heard.wait(lambda s: s.attempt >= 2)
