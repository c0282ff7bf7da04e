"""A socket that is lost, dropped or silent is opened again, after pauses that grow."""

import logging
import queue
import socket
import threading
import time
from dataclasses import replace
from itertools import pairwise

import pytest

from comfy.client.http.address import parse_address
from comfy.client.websocket.connection import Connection
from tests.comfy.client.websocket.sockets import CALM, PATIENCE, QUICK, connecting, speaking
from tests.comfy.client.wire import (
    CLOSE,
    PING,
    PONG,
    TEXT,
    frame,
    greet,
    http,
    keep_silent,
    listening,
    read_frame,
    read_request,
)


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
