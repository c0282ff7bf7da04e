"""The downloads that are known, in memory and on the disk. `_lock` guards `_all`.

What is over stays as it is, whoever comes late with something else.
"""

import threading
import time
from dataclasses import replace

from comfy.client.http.downloads import Route
from comfy.workflow.wanted.files import WantedFile
from storage.documents import Documents
from studio.errors import Absent, StudioError
from studio.fetching.fetch import Fetch, Kind, read_fetch
from studio.ids import new_id

KIND, OWNER = "fetch", "servers"
"""Of the documents that keep them; they are nobody's own."""
MAX_KEPT, MAX_BYTES = 200, 2**20
MAX_AT_ONCE = 20


class Known:
    """All of them, by id."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._lock = threading.Lock()
        self._wake = threading.Condition(self._lock)
        self._all: dict[str, Fetch] = {}

    def take_up(self) -> None:
        """Read those that an earlier run left. Raises StorageError."""
        for data in self._documents.by_name(KIND, OWNER).values():
            if fetch := read_fetch(data):
                self._all[fetch.id] = fetch

    def all(self) -> list[Fetch]:
        """Every one that is remembered, the latest first."""
        with self._lock:
            return sorted(self._all.values(), key=lambda one: one.began_at, reverse=True)

    def live(self) -> list[Fetch]:
        """Those that are not over."""
        return [one for one in self.all() if not one.is_over]

    def get(self, id_: str) -> Fetch:
        """The one of that id. Raises Absent."""
        with self._lock:
            if found := self._all.get(id_):
                return found
        raise Absent("download")

    def wait(self, seconds: float, ending: threading.Event) -> None:
        """Wait until there is one to look at; between two looks so many *seconds*."""
        with self._lock:
            is_idle = all(one.is_over for one in self._all.values())
            if not ending.is_set():
                self._wake.wait(None if is_idle else seconds)

    def rouse(self) -> None:
        """Let whoever waits look now."""
        with self._lock:
            self._wake.notify_all()

    def new(
        self,
        server: str,
        kind: Kind,
        name: str,
        route: Route,
        file: WantedFile | None = None,
        total: int | None = None,
    ) -> Fetch:
        """A new one, without a key yet, of which nothing is kept before `put`.

        Where the same is under way, that one; two that begin at once are told. Raises StudioError.
        """
        folder, url, sha256 = (file.folder, file.url, file.sha256) if file else ("", "", "")
        now = time.time()
        with self._lock:
            live = [one for one in self._all.values() if not one.is_over]
            for one in live:
                if (one.server, one.kind, one.name, one.folder) == (server, kind, name, folder):
                    if one.key:
                        return one
                    raise StudioError("This is begun just now: look again in a moment.")
            if len(live) >= MAX_AT_ONCE:
                raise StudioError("Too many downloads are under way: wait for some to end.")
            new = Fetch(new_id(), server, kind, name, folder, url, sha256, route)
            new = replace(new, total=total, began_at=now, changed_at=now)
            self._all[new.id] = new
            return new

    def drop(self, id_: str) -> None:
        """Forget one that could not begin."""
        with self._lock:
            self._all.pop(id_, None)

    def put(self, fetch: Fetch) -> Fetch:
        """Keep *fetch* as it is now, on the disk where its stage is new; answers what it is then.

        Raises StorageError.
        """
        with self._lock:
            before = self._all.get(fetch.id)
            if before and before.is_over:
                return before
            self._all[fetch.id] = fetch
            for old in sorted(self._all.values(), key=lambda one: one.began_at)[:-MAX_KEPT]:
                del self._all[old.id]
            if before is None or not before.key or fetch.is_over:
                self._wake.notify_all()
        kept = before and (before.stage, before.task, before.key)
        if kept != (fetch.stage, fetch.task, fetch.key):
            self._documents.keep(KIND, OWNER, fetch.id, fetch.to_json())
            self._documents.trim(KIND, MAX_KEPT, MAX_BYTES)
        return fetch
