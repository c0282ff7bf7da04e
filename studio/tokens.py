"""Tokens with which a program asks on somebody's behalf, in place of a login or a cookie.

A token is signed with the data folder's secret and holds until its owner takes a new one, or, of
an account, until that is removed or its password changes.
"""

import base64
import binascii
import hmac
import secrets
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from storage.store import Store
from studio.secret import load_secret, sign, verified

KIND = "token"
PREFIX = "sg_"
"""So that a token that got into the open is recognized as one."""
MAX_TOKEN = 1000
_PURPOSE = "token"
_USER = "user:"


class Tokens:
    """One token an owner. `passwords` by account; empty where nobody logs in."""

    def __init__(self, store: Store, folder: Path, passwords: Mapping[str, str]) -> None:
        self._store = store
        self._folder = folder
        self._passwords = passwords

    def of(self, owner: str) -> str:
        """Return *owner*'s token, made on first use."""
        serial = self._serial(owner) or self._new_serial(owner)
        encoded = base64.urlsafe_b64encode(owner.encode()).decode()
        text = f"{encoded}.{serial}.{self._mark(owner)}"
        return PREFIX + sign(self._secret, _PURPOSE, text)

    def renew(self, owner: str) -> str:
        """Return a new token for *owner*; the old one ends."""
        self._new_serial(owner)
        return self.of(owner)

    def owner(self, token: str) -> str | None:
        """Whom *token* stands for; None where it does not hold (any more)."""
        if not token.startswith(PREFIX) or len(token) > MAX_TOKEN:
            return None
        text = verified(self._secret, _PURPOSE, token.removeprefix(PREFIX)) or ""
        try:
            encoded, serial, mark = text.split(".")
            owner = base64.urlsafe_b64decode(encoded).decode()
        except (ValueError, binascii.Error):
            return None
        known = self._serial(owner)
        same = hmac.compare_digest(serial, known) and hmac.compare_digest(mark, self._mark(owner))
        return owner if known and same and self._is_known(owner) else None

    def _is_known(self, owner: str) -> bool:
        """Whether anybody of that name can still come in by the front door."""
        if not self._passwords:
            return not owner.startswith(_USER)
        return owner.startswith(_USER) and owner.removeprefix(_USER) in self._passwords

    def _serial(self, owner: str) -> str:
        found = self._store.documents(KIND, owner).get("serial", {}).get("serial")
        return found if isinstance(found, str) else ""

    def _new_serial(self, owner: str) -> str:
        serial = secrets.token_hex(8)
        self._store.keep_document(KIND, owner, "serial", {"serial": serial})
        return serial

    def _mark(self, owner: str) -> str:
        """Changes when the password of an account does."""
        password = self._passwords.get(owner.removeprefix(_USER), "")
        return sign(self._secret, _PURPOSE, f"{owner}\0{password}").rpartition(".")[2][:12]

    @cached_property
    def _secret(self) -> bytes:
        return load_secret(self._folder)
