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
from studio.access.secret import load_secret, sign, verified
from studio.access.viewer import ACCOUNT, ONE

KIND = "token"
PREFIX = "sg_"
"""So that a token that got into the open is recognized as one."""
MAX_TOKEN = 1000
SERIAL = "serial"
"""The document of an owner's own token; those of owners that `ONE` took over have their names."""
_PURPOSE = "token"


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
        """Return a new token for *owner*; the old one ends, and what *owner* took over."""
        for name in self._store.documents.by_name(KIND, owner):
            if name != SERIAL:
                self._store.documents.drop(KIND, owner, name)
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
        known, heir = self._serial(owner), owner
        if not known:
            known, heir = self._serial(ONE, owner), ONE
        same = hmac.compare_digest(serial, known) and hmac.compare_digest(mark, self._mark(owner))
        return heir if known and same and self._is_known(heir) else None

    def _is_known(self, owner: str) -> bool:
        """Whether anybody of that name can still come in by the front door."""
        if not self._passwords:
            return not owner.startswith(ACCOUNT)
        return owner.startswith(ACCOUNT) and owner.removeprefix(ACCOUNT) in self._passwords

    def _serial(self, owner: str, name: str = SERIAL) -> str:
        serial = self._store.documents.by_name(KIND, owner).get(name, {}).get("serial")
        return serial if isinstance(serial, str) else ""

    def _new_serial(self, owner: str) -> str:
        serial = secrets.token_hex(8)
        self._store.documents.keep(KIND, owner, SERIAL, {"serial": serial})
        return serial

    def _mark(self, owner: str) -> str:
        """Changes when the password of an account does."""
        password = self._passwords.get(owner.removeprefix(ACCOUNT), "")
        return sign(self._secret, _PURPOSE, f"{owner}\0{password}").rpartition(".")[2][:12]

    @cached_property
    def _secret(self) -> bytes:
        return load_secret(self._folder)
