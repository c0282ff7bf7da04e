"""The socket's thread ends at once, whatever the server does."""

import socket
import threading
import time

import pytest

from comfy.client.http.address import parse_address
from comfy.client.timeouts import Cadence
from comfy.client.websocket.connection import Connection
from tests.comfy.client.websocket.sockets import PATIENCE, connecting
from tests.comfy.client.wire import (
    BINARY,
    Talk,
    frame,
    greet,
    http,
    keep_silent,
    listening,
    nobody,
    saying,
)

SLOW = 3 * PATIENCE


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

    slow = Cadence(connect=SLOW, tick=SLOW, first_backoff=SLOW)
    with listening(noted) as server, connecting(server.url, slow) as heard:
        assert begun.wait(PATIENCE)
        if talk in (greet_only, half, drip, flood):
            heard.wait(lambda s: s.up)
        told = len(heard.states)
        heard.connection.close(PATIENCE)  # a third of what it may wait for
        assert not heard.connection._threads[0].is_alive()
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
