"""Logins that were ended before their time: one of them, or all that an account has."""

import secrets
import threading
import time
from collections.abc import Callable, Iterable

from storage.store import Store

KIND = "session"
SERIAL = "serial"


class Sessions:
    """What ends a session on this side, whoever kept its cookie.

    A session carries the `serial` of its owner and an id of its own. `_lock` guards the copies in
    memory of what is stored. `_ending` is held while a change is made in both, so that what is
    ended stays so after a restart.
    """

    def __init__(
        self, store: Store, owners: Iterable[str], clock: Callable[[], float] = time.time
    ) -> None:
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._ending = threading.Lock()
        self._serials: dict[str, str] = {}
        self._ended: dict[str, dict[str, float]] = {}
        for owner in owners:
            kept = store.documents.by_name(KIND, owner)
            self._serials[owner] = str(kept.pop(SERIAL, {}).get("serial", ""))
            self._ended[owner] = {id_: _until(data.get("until")) for id_, data in kept.items()}

    def serial(self, owner: str) -> str:
        """What a new session of *owner* carries; "" until all were ended for the first time."""
        with self._lock:
            return self._serials.get(owner, "")

    def is_open(self, owner: str, serial: str, id: str) -> bool:  # noqa: A002 # it is one
        """Whether session *id* of *owner*, begun under *serial*, was not ended."""
        with self._lock:
            same = serial == self._serials.get(owner, "")
            return same and id not in self._ended.get(owner, ())

    def end(self, owner: str, id: str, until: float) -> None:  # noqa: A002 # it is one
        """End session *id*, which would have held *until* then (epoch seconds).

        Raises StorageError; it has ended all the same, until the next start.
        """
        with self._ending:
            with self._lock:
                ended = self._ended.setdefault(owner, {})
                past = [old for old, end in ended.items() if end < self._clock()]
                for old in past:
                    del ended[old]
                ended[id] = until
            for old in past:
                self._store.documents.drop(KIND, owner, old)
            self._store.documents.keep(KIND, owner, id, {"until": until})

    def end_all(self, owner: str) -> None:
        """End every session of *owner*. Raises StorageError; see `end`."""
        serial = secrets.token_hex(8)
        with self._ending:
            with self._lock:
                self._serials[owner] = serial
                past = list(self._ended.pop(owner, ()))
            self._store.documents.keep(KIND, owner, SERIAL, {"serial": serial})
            for old in past:
                self._store.documents.drop(KIND, owner, old)


def _until(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
