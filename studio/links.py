"""Private links: each opens one generation to whoever has it, until its owner renews it."""

import hmac
import secrets
import threading
from functools import cached_property
from pathlib import Path

from storage.store import Store
from studio.secret import link_key, load_secret

KIND = "link"
_NOBODY = ""
"""Links go by their generation: whose that is may change."""


class Links:
    """The keys of private links. `_lock` guards the serials, which are kept in memory.

    A link that was never renewed has no serial.
    """

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._folder = folder
        self._lock = threading.Lock()

    def key(self, id: str) -> str:  # noqa: A002 # the record's word
        """The present key of generation *id*'s link."""
        with self._lock:
            serial = self._serials.get(id, "")
        return link_key(self._secret, id, serial)

    def query(self, id: str) -> str:  # noqa: A002 # the record's word
        """The query of generation *id*'s link: ``?job=ID&key=KEY``."""
        return f"?job={id}&key={self.key(id)}"

    def opens(self, id: str, key: str) -> bool:  # noqa: A002 # the record's word
        """Whether *key* is the present one of generation *id*."""
        return hmac.compare_digest(self.key(id).encode(), key.encode("utf-8", "surrogatepass"))

    def renew(self, id: str) -> str:  # noqa: A002 # the record's word
        """End the link of generation *id*; return the query of the new one.

        Raises StorageError; then the old one still holds.
        """
        serial = secrets.token_hex(8)
        self._store.keep_document(KIND, _NOBODY, id, {"serial": serial})
        with self._lock:
            self._serials[id] = serial
        return self.query(id)

    @cached_property
    def _serials(self) -> dict[str, str]:
        kept = self._store.documents(KIND, _NOBODY)
        return {id_: str(data.get("serial", "")) for id_, data in kept.items()}

    @cached_property
    def _secret(self) -> bytes:
        return load_secret(self._folder)
