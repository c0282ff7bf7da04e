"""Connections that wait for their client, with deadlines, so that idling holds nobody else up.

uvicorn waits without an end for the rest of a request. Here each connection that nothing is being
answered on has a place, and places are few: where they run out, the connection that has been
silent for longest loses its own. Everything runs in the server's event loop.
"""

import asyncio
import errno
import logging
import time
from collections import OrderedDict
from typing import Any

from uvicorn import Server

HEADER_SECONDS = 10.0
"""From a connection, or the first byte of a further request, to the end of its headers."""
BODY_SECONDS = 10.0
BODY_RATE = 8192
"""Bytes a second at which a body comes at least, after BODY_SECONDS."""
TAKE_SECONDS = 60.0
"""For which a client may take nothing more of an answer that fills the buffers between us."""
MAX_PLACES = 4096
ACCEPTED_AT_ONCE = 16
"""Connections taken in one turn of the loop, so that some are let go before more come in."""
LISTEN_QUEUE = 1024
"""Connections that the system holds until they are taken."""
FULL_EVERY = 60.0
"""Seconds between two log lines on a lack of descriptors."""
_FULL = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_TOO_SLOW = b"The request took too long to arrive: send it again."
_log = logging.getLogger(__name__)


class Waiting:
    """The places; half of them at most for one address."""

    def __init__(self, places: int) -> None:
        self.places = places
        self._all: OrderedDict[Any, str] = OrderedDict()
        self._of: dict[str, OrderedDict[Any, None]] = {}

    def __len__(self) -> int:
        return len(self._all)

    def enter(self, connection: Any, address: str) -> None:
        """Give *connection*, which was just heard, a place; or note that it was heard."""
        self._all[connection] = address
        self._all.move_to_end(connection)
        own = self._of.setdefault(address, OrderedDict())
        own[connection] = None
        own.move_to_end(connection)
        if len(own) > max(1, self.places // 2):
            self._drop(next(iter(own)))
        if len(self._all) > self.places:
            self._drop(next(iter(self._all)))

    def leave(self, connection: Any) -> None:
        """Free the place of *connection*, if it has one."""
        address = self._all.pop(connection, None)
        if address is not None:
            own = self._of[address]
            del own[connection]
            if not own:
                del self._of[address]

    def _drop(self, connection: Any) -> None:
        self.leave(connection)
        connection.transport.abort()


class Patience:
    """How long *protocol*'s client may still take; one of uvicorn's connections."""

    def __init__(self, protocol: Any, waiting: Waiting) -> None:
        self._protocol = protocol
        self._waiting = waiting
        self._since = 0.0
        self._received = 0
        self._cycle: Any = None
        self._timer: asyncio.TimerHandle | None = None
        self._taking: asyncio.TimerHandle | None = None

    def go_on(self, received: int = 0) -> None:
        """Start, go on with or end waiting for the client, as the state now is."""
        if not self._is_clients_turn():
            self.end()
            return
        self._received += received
        cycle = self._protocol.cycle
        if self._timer is None or cycle is not self._cycle:
            self.end()
            self._since, self._received, self._cycle = time.monotonic(), received, cycle
            self._timer = self._protocol.loop.call_later(HEADER_SECONDS, self._look)
        client = self._protocol.client
        self._waiting.enter(self._protocol, client[0] if client else "")

    def end(self) -> None:
        """It is our turn now, or nobody's any more."""
        self._waiting.leave(self._protocol)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def await_taking(self) -> None:
        """The client is behind with the answer: it has to take some of it within a while."""
        self.taken()
        abort = self._protocol.transport.abort
        self._taking = self._protocol.loop.call_later(TAKE_SECONDS, abort)

    def taken(self) -> None:
        """The client has caught up, or is gone."""
        if self._taking is not None:
            self._taking.cancel()
            self._taking = None

    def _is_clients_turn(self) -> bool:
        cycle = self._protocol.cycle
        is_answering = cycle is not None and not (cycle.more_body or cycle.response_complete)
        return not (is_answering or self._protocol.transport.is_closing())

    def _look(self) -> None:
        """End what is too slow; look again later at a body that comes along."""
        cycle, transport = self._protocol.cycle, self._protocol.transport
        is_in_body = cycle is not None and cycle.more_body
        if is_in_body and (left := self._left()) > 0:
            self._timer = self._protocol.loop.call_later(left, self._look)
        elif is_in_body or not self._received:
            transport.abort()
        else:
            transport.write(_answer_408())
            transport.close()

    def _left(self) -> float:
        """Seconds that a body may still take, as far as it has come."""
        if self._protocol.flow.read_paused:  # it is we who do not take it
            return BODY_SECONDS
        return self._since + BODY_SECONDS + self._received / BODY_RATE - time.monotonic()


def patient(base: type[Any], waiting: Waiting) -> type[Any]:
    """Return uvicorn's protocol *base* with deadlines, and places in *waiting*."""

    class Patient(base):  # type: ignore[misc] # a class of uvicorn's choice
        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._patience = Patience(self, waiting)
            self._patience.go_on()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            self._patience.go_on(len(data))

        def on_response_complete(self) -> None:
            super().on_response_complete()
            self._patience.go_on()

        def pause_writing(self) -> None:
            super().pause_writing()
            self._patience.await_taking()

        def resume_writing(self) -> None:
            self._patience.taken()
            super().resume_writing()

        def connection_lost(self, exc: Exception | None) -> None:
            self._patience.end()
            self._patience.taken()
            super().connection_lost(exc)

    return Patient


def _answer_408() -> bytes:
    head = f"HTTP/1.1 408 Request Timeout\r\ncontent-length: {len(_TOO_SLOW)}\r\n"
    return f"{head}content-type: text/plain\r\nconnection: close\r\n\r\n".encode() + _TOO_SLOW


def take_over(server: Server, descriptors: int) -> Waiting:
    """Let *server*, which runs, go on with deadlines; from any thread.

    Half of the *descriptors* that the process may have are places for connections that wait.
    """
    waiting = Waiting(max(2, min(MAX_PLACES, descriptors // 2)))
    loop = server.servers[0].get_loop()
    asyncio.run_coroutine_threadsafe(_take_over(server, waiting), loop).result()
    return waiting


async def _take_over(server: Server, waiting: Waiting) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_Failures())
    kind = patient(server.config.http_protocol_class, waiting)

    def protocol() -> asyncio.Protocol:
        made: asyncio.Protocol = kind(
            config=server.config,
            server_state=server.server_state,
            app_state=server.lifespan.state,
        )
        return made

    before, server.servers = server.servers, []
    for old in before:
        for listener in [one.dup() for one in old.sockets]:
            new = await loop.create_server(protocol, sock=listener, backlog=ACCEPTED_AT_ONCE)
            # asyncio takes as many at once as it lets the system hold; that may be more.
            listener.listen(LISTEN_QUEUE)
            server.servers.append(new)
        old.close()


class _Failures:
    """What a loop cannot tell anybody: a lack of descriptors in a line now and then, all else."""

    def __init__(self) -> None:
        self._told = -FULL_EVERY

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if not (isinstance(error, OSError) and error.errno in _FULL):
            loop.default_exception_handler(context)
        elif time.monotonic() - self._told >= FULL_EVERY:
            self._told = time.monotonic()
            _log.warning(
                "Too many connections are open (%s): new ones have to wait. Raise the limit of "
                "open files where this goes on.",
                error.strerror,
            )
