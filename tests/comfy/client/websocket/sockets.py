"""A connection under test, and everything that it tells."""

import queue
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from comfy.client.http.address import parse_address
from comfy.client.timeouts import Cadence
from comfy.client.websocket.connection import Connection, SocketState
from tests.comfy.client.wire import (
    Talk,
    greet,
    listening,
    read_frame,
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
        heard.connection.close(PATIENCE)
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
