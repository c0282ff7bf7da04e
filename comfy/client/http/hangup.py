"""Ending HTTP calls that are under way on other threads.

Closing a socket does not wake a thread that waits on it; shutting it down does. `_lock` guards
`_open` and `_over`.
"""

import contextlib
import socket
import threading
import weakref
from typing import Any


class Hangup:
    """The sockets of one HTTP client, as its `trace` extension tells of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._over = False

    @property
    def over(self) -> bool:
        """Whether everything was hung up."""
        return self._over

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """Note a new connection; given as ``extensions={"trace": …}``."""
        if event not in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            return
        sock = info["return_value"].get_extra_info("socket")
        with self._lock:
            self._open.add(sock)
            over = self._over
        if over:
            _shut(sock)

    def hang_up(self) -> None:
        """End every call, and every one that begins later."""
        with self._lock:
            self._over = True
            socks = list(self._open)
        for sock in socks:
            _shut(sock)


def _shut(sock: socket.socket) -> None:
    # Of the plain socket: a TLS socket's own method takes the TLS away from the reader first.
    with contextlib.suppress(OSError):  # closed already is what was wanted
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
