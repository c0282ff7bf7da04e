"""What people work at, kept in the background as it changes, so that no page waits for a disk."""

import json
import logging
import threading
from collections.abc import Mapping
from typing import Any

from comfy.client.threads import Threaded
from storage.errors import StorageError, StoreClosed, Unstorable
from storage.store import Store

log = logging.getLogger(__name__)

KIND = "draft"
SETTLE_SECONDS = 2.0
"""From a change to its being stored: what changes again meanwhile is stored once."""
RETRY_SECONDS = 10.0
MAX_BYTES = 2 * 2**20
"""Of one draft; a larger one lives as long as the program runs."""
MAX_KEPT = 2_000
MAX_KEPT_BYTES = 256 * 2**20
"""Drafts over all owners, and their bytes; the longest untouched go first."""
TRIM_EVERY = 200
"""Drafts stored between two looks at how many there are."""

_Key = tuple[str, str]


class Drafts(Threaded):
    """One thread that stores drafts, at its end too what waits. `_changed` guards `_waiting`."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self._changed = threading.Condition()
        self._waiting: dict[_Key, Mapping[str, Any] | None] = {}
        self._stored = 0
        self._runs("drafts", self._run)

    def _rouse(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def keep(self, owner: str, name: str, data: Mapping[str, Any] | None) -> None:
        """Keep *data* (a JSON object) soon; None removes what is kept. Returns at once."""
        with self._changed:
            self._waiting.pop((owner, name), None)  # the newest stands last
            self._waiting[owner, name] = data
            self._changed.notify_all()

    def of(self, owner: str) -> dict[str, Mapping[str, Any]]:
        """The owner's drafts by name, the one changed last first. Raises StorageError."""
        with self._changed:
            waiting = {
                name: data for (whose, name), data in self._waiting.items() if whose == owner
            }
        stored = self._store.documents.by_name(KIND, owner)
        newest = {name: data for name, data in reversed(waiting.items()) if data is not None}
        return newest | {name: data for name, data in stored.items() if name not in waiting}

    def _run(self) -> None:
        self._trim()
        while self._settled():
            with self._changed:
                taken, stopping = dict(self._waiting), self._ending.is_set()
            self._keep_all(taken)
            if stopping:
                return

    def _settled(self) -> bool:
        """Wait for something to store, and a moment more; False where nothing is left to do."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._ending.is_set())
            if not self._ending.is_set():
                self._changed.wait_for(self._ending.is_set, SETTLE_SECONDS)
            return bool(self._waiting)

    def _keep_all(self, taken: Mapping[_Key, Mapping[str, Any] | None]) -> None:
        failure: StorageError | None = None
        for key, data in taken.items():
            try:
                self._keep(key, data)
            except StoreClosed:
                return
            except Unstorable as error:
                log.warning("A form that is open cannot be kept: %s", error)
            except StorageError as error:
                failure = error  # the others may be luckier
                continue
            except Exception:
                # Whatever a page sent, it costs that form its keeping, and nobody else's.
                log.exception("A form that is open cannot be kept")
            with self._changed:
                if self._waiting.get(key, ()) is data:
                    del self._waiting[key]
        if failure:
            log.warning("Open forms are not stored yet: %s", failure)
            with self._changed:
                self._changed.wait_for(self._ending.is_set, RETRY_SECONDS)

    def _keep(self, key: _Key, data: Mapping[str, Any] | None) -> None:
        if data is None or not _is_storable(data):
            self._store.documents.drop(KIND, *key)
            return
        self._store.documents.keep(KIND, *key, data)
        self._stored += 1
        if self._stored % TRIM_EVERY == 0:
            self._trim()

    def _trim(self) -> None:
        try:
            self._store.documents.trim(KIND, MAX_KEPT, MAX_KEPT_BYTES)
        except StorageError as error:
            log.warning("Old forms are not cleared yet: %s", error)


def _is_storable(data: Mapping[str, Any]) -> bool:
    try:
        return len(json.dumps(data)) <= MAX_BYTES
    except (TypeError, ValueError, RecursionError):
        return False
