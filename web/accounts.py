"""Accounts: checking passwords, and the signed sessions that follow.

A session lives in its cookie alone, so it survives a restart. It ends after SESSION_SECONDS, when
the account or its password changes, or when the data folder's secret does.
"""

import base64
import binascii
import hashlib
import hmac
import time
from collections.abc import Callable, Mapping

from studio.secret import sign, verified
from web.throttle import MAX_FAILURES_PER_ACCOUNT, MAX_FAILURES_PER_ADDRESS, Throttle

SESSION_SECONDS = 30 * 86400
_SESSION = "session"
_PASSWORD = "password"  # noqa: S105 # a purpose, no password


class Accounts:
    """Who may log in. `passwords` by name; empty where nobody needs to."""

    def __init__(
        self,
        passwords: Mapping[str, str],
        secret: bytes,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._passwords = dict(passwords)
        self._secret = secret
        self._clock = clock
        self._throttle = Throttle()

    def __bool__(self) -> bool:
        return bool(self._passwords)

    def wait(self, name: str, address: str) -> float:
        """Seconds until *address* may try to log in as *name* again; 0 for now."""
        return self._throttle.wait(_limits(name, address))

    def check(self, name: str, password: str, address: str) -> bool:
        """Whether *password* is *name*'s; call only when `wait` is 0."""
        expected = self._passwords.get(name)
        # An unknown name takes as long as a known one.
        same = hmac.compare_digest(_hash(password), _hash(expected or ""))
        if same and expected is not None:
            self._throttle.succeeded(*_limits(name, address))
            return True
        self._throttle.failed(*_limits(name, address))
        return False

    def issue(self, name: str) -> str:
        """Return a session for *name*, to be kept in a cookie."""
        expires = int(self._clock() + SESSION_SECONDS)
        encoded = base64.urlsafe_b64encode(name.encode()).decode()
        return sign(self._secret, _SESSION, f"{encoded}.{expires}.{self._mark(name)}")

    def user(self, session: str) -> str | None:
        """Return the name in *session*, or None where it does not hold (any more)."""
        try:
            encoded, expires, mark = (verified(self._secret, _SESSION, session) or "").split(".")
            name = base64.urlsafe_b64decode(encoded).decode()
            holds = int(expires) > self._clock() and name in self._passwords
        except (ValueError, binascii.Error):
            return None
        return name if holds and hmac.compare_digest(mark, self._mark(name)) else None

    def basic(self, authorization: str, address: str) -> str | None:
        """Return the name in a basic ``Authorization`` header, or None; for programs.

        Throttled apart from the login, since a proxy may send us a header that is meant for it.
        """
        scheme, _, encoded = authorization.partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            name, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (ValueError, binascii.Error):
            return None
        source = f"basic {address}"
        if name not in self._passwords or self.wait(name, source):
            return None
        return name if self.check(name, password, source) else None

    def _mark(self, name: str) -> str:
        """Changes when the password does."""
        signed = sign(self._secret, _PASSWORD, f"{name}\0{self._passwords.get(name, '')}")
        return signed.rpartition(".")[2]


def _limits(name: str, address: str) -> dict[str, int]:
    return {
        f"address {address}": MAX_FAILURES_PER_ADDRESS,
        f"account {name[:256]}": MAX_FAILURES_PER_ACCOUNT,
    }


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
