"""The socket's thread against servers that greet, speak, fall silent and lie."""

import json
import logging
import queue
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import pytest

from comfy.client.http.address import parse_address
from comfy.client.timeouts import Cadence
from comfy.client.websocket.connection import FEATURES, Connection, SocketState
from tests.comfy.client.wire import (
    BINARY,
    CLOSE,
    CONTINUED,
    PING,
    PONG,
    TEXT,
    Listener,
    Talk,
    frame,
    greet,
    http,
    keep_silent,
    listening,
    nobody,
    read_frame,
    read_request,
    saying,
)

PATIENCE = 10.0
SECRET = "hunter2"
QUICK = Cadence(connect=1.0, tick=0.02, ping=0.05, pong=0.15, first_backoff=0.02, max_backoff=0.16)
CALM = replace(QUICK, ping=60.0)
"""Without pings."""


@dataclass
class Heard:
    """Everything that a connection told."""

    connection: Connection = field(init=False)
    frames: "queue.Queue[str | bytes]" = field(default_factory=queue.Queue)
    changed: threading.Condition = field(default_factory=threading.Condition)
    states: list[SocketState] = field(default_factory=list)

    def note_state(self) -> None:
        with self.changed:
            self.states.append(self.connection.state)
            self.changed.notify_all()

    def wait(self, fits: Callable[[SocketState], bool]) -> SocketState:
        """The first state told that *fits*."""

        def found() -> SocketState | None:
            return next(filter(fits, self.states), None)

        with self.changed:
            assert self.changed.wait_for(found, PATIENCE), self.states
            state = found()
        assert state is not None
        return state

    def frame(self) -> str | bytes:
        return self.frames.get(timeout=PATIENCE)


@contextmanager
def connecting(
    url: str, cadence: Cadence = CALM, on_frame: Callable[..., None] | None = None, **more: Any
) -> Iterator[Heard]:
    heard = Heard()
    heard.connection = Connection(
        parse_address(url, headers={"X-Key": SECRET}),
        "me",
        on_frame=on_frame or (lambda data, _: heard.frames.put(data)),
        on_state=heard.note_state,
        cadence=cadence,
        **more,
    )
    heard.connection.start()
    try:
        yield heard
    finally:
        began = time.monotonic()
        heard.connection.close()
        assert time.monotonic() - began < 2
        assert not heard.connection._threads[0].is_alive()


@contextmanager
def speaking(talk: Talk, cadence: Cadence = CALM, **more: Any) -> Iterator[Heard]:
    """A client, and a server that greets it, reads its features and then does *talk*."""

    def whole(connection: socket.socket) -> None:
        greet(connection)
        read_frame(connection)
        talk(connection)

    with listening(whole) as server, connecting(server.url, cadence, **more) as heard:
        yield heard


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


def test_frames_come_as_they_were_sent() -> None:
    sent = [(TEXT, "{“ü”}".encode()), (BINARY, b"\0\1\xff"), (TEXT, b""), (BINARY, bytes(70_000))]

    def talk(connection: socket.socket) -> None:
        for opcode, data in sent:
            connection.sendall(frame(opcode, data))
        keep_silent(connection)

    with speaking(talk) as heard:
        assert [heard.frame() for _ in sent] == ["{“ü”}", b"\0\1\xff", "", bytes(70_000)]


def test_a_message_in_fragments_comes_whole_with_a_ping_between() -> None:
    pongs: queue.Queue[tuple[int, bytes]] = queue.Queue()

    def talk(connection: socket.socket) -> None:
        connection.sendall(frame(TEXT, b'{"a', fin=False))
        connection.sendall(frame(PING, b"there?"))
        pongs.put(read_frame(connection))
        connection.sendall(frame(CONTINUED, b'":', fin=False) + frame(CONTINUED, b"1}"))
        keep_silent(connection)

    with speaking(talk) as heard:
        assert heard.frame() == '{"a":1}'
        assert pongs.get(timeout=PATIENCE) == (PONG, b"there?")


def test_a_frame_that_trickles_over_many_ticks_and_pings_comes_whole() -> None:
    data = bytes(range(60))

    def talk(connection: socket.socket) -> None:
        for byte in frame(BINARY, data):
            connection.sendall(bytes([byte]))
            time.sleep(0.01)  # 0.6 s in all: 30 ticks, and three times as long as a pong may take
        keep_silent(connection)

    with speaking(talk, QUICK) as heard:
        assert heard.frame() == data
        assert [state.up for state in heard.states] == [True]


def test_text_that_is_no_utf8_comes_with_marks_and_the_socket_stays() -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(frame(TEXT, b"\xff{") + frame(TEXT, b"{}"))
        keep_silent(connection)

    with speaking(talk) as heard:
        assert [heard.frame(), heard.frame()] == ["�{", "{}"]
        assert len(heard.states) == 1


@pytest.mark.parametrize(
    "giant",
    [
        frame(BINARY, length=2**40),
        frame(TEXT, length=1001),
        frame(BINARY, bytes(600), fin=False) + frame(CONTINUED, bytes(600)),
        b"".join([frame(BINARY, b"x", fin=False), *[frame(CONTINUED, b"x" * 99, fin=False)] * 20]),
    ],
    ids=["claimed", "text", "two fragments", "fragments without end"],
)
def test_a_giant_is_refused_before_it_is_read(giant: bytes) -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(giant)
        while True:
            connection.sendall(bytes(65536))  # raises once nobody reads any more

    with speaking(talk, max_frame=1000) as heard:
        state = heard.wait(lambda s: bool(s.error))
        assert "which is no image" in state.error
        heard.wait(lambda s: s.up)
        assert heard.frames.empty()


def test_what_is_just_small_enough_is_taken() -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(frame(BINARY, bytes(1000)))
        connection.sendall(frame(BINARY, bytes(500), fin=False) + frame(CONTINUED, bytes(500)))
        keep_silent(connection)

    with speaking(talk, max_frame=1000) as heard:
        assert [heard.frame(), heard.frame()] == [bytes(1000)] * 2


@pytest.mark.parametrize(
    "garbage",
    [b"\xff\x80mask", b"\x83\x00", frame(CONTINUED, b"x"), b"HTTP/1.1 500 " + bytes(99)],
    ids=["bits", "opcode", "continues nothing", "http"],
)
def test_what_is_no_frame_ends_in_a_sentence_and_a_new_socket(garbage: bytes) -> None:
    rounds = iter([garbage])

    def talk(connection: socket.socket) -> None:
        connection.sendall(next(rounds, frame(TEXT, b"{}")))
        keep_silent(connection)

    with speaking(talk) as heard:
        assert heard.wait(lambda s: bool(s.error)).error.endswith(
            "sends what is no WebSocket frame."
        )
        assert heard.frame() == "{}"


@pytest.mark.parametrize("goodbye", [b"", frame(CLOSE, b"\x03\xe8"), frame(CLOSE, b"\x03")])
def test_a_socket_that_the_server_closes_is_opened_again(goodbye: bytes) -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(frame(TEXT, b"{}") + goodbye)

    with speaking(talk) as heard:
        assert [heard.frame() for _ in range(3)] == ["{}"] * 3
        down = heard.wait(lambda s: not s.up)
        assert down.error.endswith("is closed.") or "no WebSocket frame" in down.error
        assert down.attempt == 1


def test_the_pauses_grow_to_a_limit_and_are_never_alike() -> None:
    times: queue.Queue[float] = queue.Queue()

    def talk(connection: socket.socket) -> None:
        times.put(time.monotonic())
        read_request(connection)
        connection.sendall(http(502))

    cadence = replace(CALM, first_backoff=0.04, max_backoff=0.16)
    with listening(talk) as server, connecting(server.url, cadence) as heard:
        came = [times.get(timeout=PATIENCE) for _ in range(7)]
        heard.wait(lambda s: s.attempt >= 6)
    gaps = [b - a for a, b in pairwise(came)]
    for gap, most in zip(gaps, [0.04, 0.08, 0.16, 0.16, 0.16, 0.16], strict=True):
        assert most / 2 - 0.005 <= gap  # a loaded machine can only be late
    assert len({round(gap, 4) for gap in gaps[2:]}) > 1


def test_a_socket_that_is_dropped_at_once_is_not_hammered() -> None:
    times: queue.Queue[float] = queue.Queue()

    def talk(_: socket.socket) -> None:
        times.put(time.monotonic())

    cadence = replace(CALM, first_backoff=0.05, max_backoff=0.4)
    with speaking(talk, cadence):
        came = [times.get(timeout=PATIENCE) for _ in range(5)]
    assert came[4] - came[3] >= 0.2  # half of 0.4


def test_a_socket_that_lived_starts_with_a_short_pause_again() -> None:
    live = threading.Event()
    times: queue.Queue[float] = queue.Queue()

    def talk(connection: socket.socket) -> None:
        times.put(time.monotonic())
        if live.is_set():
            read_request(connection)
            connection.sendall(http(502))
            return
        greet(connection)
        for _ in range(30):  # longer than the longest pause
            connection.sendall(frame(TEXT, b"{}"))
            time.sleep(0.02)
        times.put(time.monotonic())

    cadence = replace(CALM, first_backoff=0.02, max_backoff=0.3)
    with listening(talk) as server, connecting(server.url, cadence) as heard:
        live.set()
        for _ in range(6):
            times.get(timeout=PATIENCE)
        live.clear()
        heard.wait(lambda s: s.up)
        times.get(timeout=PATIENCE)
        ended, again = times.get(timeout=PATIENCE), times.get(timeout=PATIENCE)
    assert again - ended < 0.15  # half of 0.3


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


def test_pings_keep_a_quiet_socket_open() -> None:
    pings: queue.Queue[int] = queue.Queue()

    def talk(connection: socket.socket) -> None:
        while True:
            opcode, data = read_frame(connection)
            pings.put(opcode)
            connection.sendall(frame(PONG, data))

    with speaking(talk, replace(QUICK, pong=5.0)) as heard:
        assert [pings.get(timeout=PATIENCE) for _ in range(4)] == [PING] * 4
        assert [state.up for state in heard.states] == [True]
        state = heard.connection.state
        assert state.heard_at is not None
        assert state.frame_at is None  # a pong is no news


@pytest.mark.parametrize("is_read", [True, False], ids=["no pong", "nothing is read"])
def test_a_ping_without_a_pong_ends_in_a_new_socket(is_read: bool) -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(frame(TEXT, b"{}"))
        while is_read:
            read_frame(connection)
        closing.wait(PATIENCE)

    closing = threading.Event()
    with speaking(talk, QUICK) as heard:
        assert heard.frame() == "{}"
        assert heard.wait(lambda s: bool(s.error)).error.endswith("has gone silent.")
        assert heard.frame() == "{}"
        closing.set()


def test_a_listener_that_raises_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    seen: queue.Queue[str | bytes] = queue.Queue()

    def on_frame(data: str | bytes, _: float) -> None:
        seen.put(data)
        raise KeyError(data)

    def talk(connection: socket.socket) -> None:
        connection.sendall(frame(TEXT, b"1") + frame(TEXT, b"2"))
        keep_silent(connection)

    with caplog.at_level(logging.ERROR), speaking(talk, on_frame=on_frame) as heard:
        assert [seen.get(timeout=PATIENCE) for _ in range(2)] == ["1", "2"]
        assert len(heard.states) == 1
    assert "was not taken in" in caplog.text


def test_a_listener_of_states_that_raises_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    def talk(connection: socket.socket) -> None:
        greet(connection)
        connection.sendall(frame(TEXT, b"{}"))

    frames: queue.Queue[str | bytes] = queue.Queue()

    def on_state() -> None:
        raise RuntimeError

    with caplog.at_level(logging.ERROR), listening(talk) as server:
        connection = Connection(
            parse_address(server.url),
            "me",
            on_frame=lambda data, _: frames.put(data),
            on_state=on_state,
            cadence=CALM,
        )
        connection.start()
        assert [frames.get(timeout=PATIENCE) for _ in range(3)] == ["{}"] * 3
        connection.close()
    assert "was not taken in" in caplog.text


def test_frames_are_logged_short_and_only_for_debugging(caplog: pytest.LogCaptureFixture) -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(frame(TEXT, b"x" * 5000) + frame(BINARY, b"\0" * 5000))
        keep_silent(connection)

    with caplog.at_level(logging.DEBUG, "comfy"), speaking(talk) as heard:
        heard.frame()
        heard.frame()
    logged = [r for r in caplog.records if r.getMessage().startswith("frame from")]
    assert {r.levelno for r in logged} == {logging.DEBUG}
    assert all(len(r.getMessage()) < 1000 for r in logged)
    assert SECRET not in caplog.text


def test_renewing_opens_a_new_socket_at_once() -> None:
    opened: queue.Queue[bool] = queue.Queue()

    def talk(connection: socket.socket) -> None:
        opened.put(True)
        keep_silent(connection)

    slow = replace(CALM, first_backoff=60.0, tick=60.0)
    with speaking(talk, slow) as heard:
        opened.get(timeout=PATIENCE)
        heard.wait(lambda s: s.up)
        heard.connection.renew()
        assert opened.get(timeout=PATIENCE)


def flood(connection: socket.socket) -> None:
    greet(connection)
    while True:
        connection.sendall(frame(BINARY, bytes(1000)))


def half(connection: socket.socket) -> None:
    greet(connection)
    connection.sendall(frame(BINARY, bytes(10), length=10_000))
    keep_silent(connection)


def greet_only(connection: socket.socket) -> None:
    greet(connection)
    keep_silent(connection)


def drip(connection: socket.socket) -> None:
    greet(connection)
    connection.sendall(frame(BINARY, length=100_000))
    while True:
        connection.sendall(b"x")
        time.sleep(0.02)


@pytest.mark.parametrize(
    "talk",
    [keep_silent, greet_only, half, drip, flood, saying(http(500))],
    ids=lambda t: t.__name__,
)
def test_closing_is_quick_whatever_the_server_does(talk: Talk) -> None:
    begun = threading.Event()

    def noted(connection: socket.socket) -> None:
        begun.set()
        talk(connection)

    slow = Cadence(connect=30.0, tick=30.0, first_backoff=30.0)
    with listening(noted) as server, connecting(server.url, slow) as heard:
        assert begun.wait(PATIENCE)
        if talk in (greet_only, half, drip, flood):
            heard.wait(lambda s: s.up)
        told = len(heard.states)
        began = time.monotonic()
        heard.connection.close()
        assert time.monotonic() - began < 1
        assert len(heard.states) <= told + 1


def test_closing_before_starting_and_twice_is_nothing_special() -> None:
    connection = Connection(
        parse_address(f"127.0.0.1:{nobody()}"),
        "me",
        on_frame=lambda *_: None,
        on_state=lambda: None,
    )
    connection.close()
    connection.close()
