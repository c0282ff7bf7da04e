"""What a server may still have, or get, of prompts that are over here: it is taken back.

A prompt that was sent more than once may come late. One that was cancelled while its server was
not there is still with it: until that is taken back, nothing else is sent to the server.
"""

import logging
import threading
from collections.abc import Callable

from comfy.client.server import Server
from comfy.client.timeouts import USUAL, Cadence
from comfy.errors import ComfyError, Denied, TurnedAway, Unreachable

log = logging.getLogger(__name__)

GONE = (Unreachable, Denied, TurnedAway)
"""Troubles of which a server that takes prompts has none: what is owed can wait for its return.
Any other answer would be given again and again, and nothing could be sent there ever more."""


class Aftermath:
    """Of one server. *attend* has `catch` called for an id, after some seconds.

    `_lock` guards `_late`, the waits before the looks to come by id, and `_owed`.
    """

    def __init__(
        self, server: Server, attend: Callable[[str, float], None], cadence: Cadence = USUAL
    ) -> None:
        self._server = server
        self._attend = attend
        self._cadence = cadence
        self._lock = threading.Lock()
        self._late: dict[str, tuple[float, ...]] = {}
        self._owed: set[str] = set()

    @property
    def owes(self) -> bool:
        """Whether the server has something of ours that nobody wants any more."""
        with self._lock:
            return bool(self._owed)

    def expect(self, id_: str, *, is_owed: bool = False) -> None:
        """Take *id_*, which is over, back from the server some times; *is_owed* if it has it."""
        with self._lock:
            self._late[id_] = self._cadence.aftermath
            if is_owed:
                self._owed.add(id_)
        self._attend(id_, 0.0)

    def back(self) -> None:
        """Look at once at all that is owed: the server is there again."""
        with self._lock:
            owed = tuple(self._owed)
        for id_ in owed:
            self._attend(id_, 0.0)

    def catch(self, id_: str) -> None:
        """Take *id_* back now, where that is due."""
        with self._lock:
            if id_ not in self._late:
                return
        try:
            self._server.api.cancel(id_)
        except ComfyError as error:
            log.info("generation %s may still run: %s", id_, error)
            if isinstance(error, GONE) and self._is_owed(id_):
                self._attend(id_, self._cadence.troubled[0])
                return
        with self._lock:
            self._owed.discard(id_)
            _, *rest = self._late.pop(id_)
            if rest:
                self._late[id_] = tuple(rest)
        if rest:
            self._attend(id_, rest[0])

    def _is_owed(self, id_: str) -> bool:
        with self._lock:
            return id_ in self._owed
