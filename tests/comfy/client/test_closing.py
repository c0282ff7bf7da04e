"""Closing a server takes a moment, whatever it does, and what comes later does no harm."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from comfy.client.http.address import parse_address
from comfy.client.server import Server
from comfy.client.timeouts import Cadence
from comfy.errors import ComfyError
from comfy.graph.plan import make_plan
from tests.comfy.client.wire import (
    TEXT,
    Talk,
    frame,
    greet,
    http,
    keep_silent,
    listening,
    nobody,
    read_request,
    saying,
)

PATIENCE = 10.0
LONG = 3 * PATIENCE
SLOW = Cadence(connect=LONG, tick=LONG, first_backoff=LONG, healthy=LONG, eager=LONG)
MINE = "0198f0a0-0000-7000-8000-000000000001"
GRAPH = {"9": {"class_type": "SaveImage", "inputs": {}}}


def trickle(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"x")
        time.sleep(0.02)


def half(connection: socket.socket) -> None:
    read_request(connection)
    connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"queue')
    keep_silent(connection)


def left(server: Server) -> list[str]:
    """Its threads that still run."""
    label = server.address.label
    return [t.name for t in threading.enumerate() if t.name.endswith(label)]


@pytest.mark.parametrize(
    "talk",
    [keep_silent, half, trickle, saying(http(500)), saying(b"")],
    ids=["silent", "half an answer", "trickle", "500", "hangs up"],
)
def test_closing_is_quick_whatever_the_server_does(talk: Talk) -> None:
    begun = threading.Semaphore(0)

    def noted(connection: socket.socket) -> None:
        begun.release()
        talk(connection)

    with listening(noted) as listener:
        server = Server(parse_address(listener.url), "me", cadence=SLOW)
        server.start()
        for _ in range(2):  # the socket and the reconciler
            assert begun.acquire(timeout=PATIENCE)
        server.close(PATIENCE)  # a third of what it may wait for
        assert not left(server)


@contextmanager
def swallowing() -> Iterator[str]:
    """An address where connections are neither taken nor refused."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        waiting = [socket.socket() for _ in range(3)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        yield f"http://127.0.0.1:{port}"
        for one in waiting:
            one.close()


def test_closing_waits_for_no_connection_that_is_being_made() -> None:
    told: list[str] = []
    with swallowing() as url:
        server = Server(
            parse_address(url),
            "me",
            cadence=Cadence(connect=4.0),
            on_state=lambda: told.append("state"),
        )
        server.start()
        threads = [t for t in threading.enumerate() if t.name in left(server)]
        assert len(threads) == 2
        server.close()
        assert all(thread.is_alive() for thread in threads)
    for thread in threads:  # they come back, and end
        thread.join(PATIENCE)
        assert not thread.is_alive()
    assert not told


def test_closing_before_starting_is_nothing_special() -> None:
    Server(parse_address(f"127.0.0.1:{nobody()}"), "me").close()


def test_what_comes_after_closing_changes_nothing() -> None:
    told: list[str] = []
    greeted, late, closed = threading.Event(), threading.Event(), threading.Event()

    def talk(connection: socket.socket) -> None:
        first = connection.recv(100, socket.MSG_PEEK)
        if first.startswith(b"GET /ws"):
            greet(connection)
            greeted.set()
            assert closed.wait(PATIENCE)
            start = {"type": "execution_start", "data": {"prompt_id": MINE}}
            connection.sendall(frame(TEXT, json.dumps(start).encode()))
            late.set()
        else:
            saying(http(200, b'{"queue_running": [], "queue_pending": []}'))(connection)

    with listening(talk) as listener:
        server = Server(parse_address(listener.url), "me", on_change=told.append)
        server.start()
        server.expect(MINE, GRAPH, make_plan(GRAPH))
        before = server.snapshot(MINE)
        assert greeted.wait(PATIENCE)
        server.close()
        closed.set()
        assert late.wait(PATIENCE)
        with pytest.raises(ComfyError, match="not asked any more"):
            server.submit(MINE)
        assert server.snapshot(MINE) is before
    assert not told
