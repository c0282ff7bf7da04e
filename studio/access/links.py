"""Private links: each opens one generation to whoever has it, until its owner renews it."""

import hmac
import secrets
import threading
from functools import cached_property
from pathlib import Path

from storage.records import Generation
from storage.store import Store
from studio.access.secret import link_key, load_secret
from studio.access.viewer import Viewer
from studio.errors import ReadOnly

KIND = "link"
_NOBODY = ""
"""Links go by their generation: whose that is may change."""


class Links:
    """The keys of private links. A link that was never renewed has no serial.

    `_lock` guards `_serials`, which are kept in memory. `_renewing` is held while one is stored and
    taken over, so that of two renewals the one in memory is the one on the disk.
    """

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._folder = folder
        self._lock = threading.Lock()
        self._renewing = threading.Lock()

    def key(self, record: Generation, viewer: Viewer) -> str:
        """The present key of *record*'s link. Raises ReadOnly where it is not the viewer's."""
        if not viewer.may_change(record.owner):
            raise ReadOnly
        return self._key(record.id)

    def query(self, record: Generation, viewer: Viewer) -> str:
        """The query of *record*'s link: ``?job=ID&key=KEY``. Raises ReadOnly."""
        return f"?job={record.id}&key={self.key(record, viewer)}"

    def opens(self, id: str, key: str) -> bool:  # noqa: A002 # the record's word
        """Whether *key* is the present one of generation *id*."""
        return hmac.compare_digest(self._key(id).encode(), key.encode("utf-8", "surrogatepass"))

    def renew(self, record: Generation, viewer: Viewer) -> str:
        """End *record*'s link; return the query of the new one.

        Raises ReadOnly, StorageError; then the old one still holds.
        """
        if not viewer.may_change(record.owner):
            raise ReadOnly
        serial = secrets.token_hex(8)
        with self._renewing:
            self._store.documents.keep(KIND, _NOBODY, record.id, {"serial": serial})
            with self._lock:
                self._serials[record.id] = serial
        return self.query(record, viewer)

    def _key(self, id_: str) -> str:
        with self._lock:
            serial = self._serials.get(id_, "")
        return link_key(self._secret, id_, serial)

    @cached_property
    def _serials(self) -> dict[str, str]:
        kept = self._store.documents.by_name(KIND, _NOBODY)
        return {id_: str(data.get("serial", "")) for id_, data in kept.items()}

    @cached_property
    def _secret(self) -> bytes:
        return load_secret(self._folder)
