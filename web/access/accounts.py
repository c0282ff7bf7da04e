"""Accounts: checking passwords, and the signed sessions that follow.

A session lives in its cookie, so it survives a restart. It ends after SESSION_SECONDS, when it is
logged out, when the account or its password changes, or when the data folder's secret does.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from studio.access.secret import sign, verified
from studio.access.sessions import Sessions
from studio.access.viewer import ACCOUNT
from web.access.throttle import (
    MAX_FAILURES_PER_ACCOUNT,
    MAX_FAILURES_PER_ADDRESS,
    MAX_KEYS,
    Throttle,
)

SESSION_SECONDS = 30 * 86400
FIRST_DELAY, MAX_DELAY = 0.05, 0.5
"""Seconds before a refusal: they double with each failure from one address."""
_SESSION = "session"
_PASSWORD = "password"  # noqa: S105 # a purpose, no password


@dataclass(frozen=True, slots=True)
class Source:
    """Where a try comes from. `device` is the id of a browser that has logged in as `names`."""

    address: str
    device: str = ""
    names: frozenset[str] = frozenset()


class Throttled(Exception):
    """Somebody has to wait `seconds` until another try."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"wait {seconds:.0f} s")
        self.seconds = seconds


class Accounts:
    """Who may log in. `passwords` by name; empty where nobody needs to.

    Who fails too often has to wait: everybody at one address, and everybody who tries one account,
    but for the devices and addresses that have logged in as that account before. They have limits
    of their own, so that no stranger locks an owner out.
    """

    def __init__(
        self,
        passwords: Mapping[str, str],
        secret: bytes,
        sessions: Sessions,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._passwords = dict(passwords)
        self._secret = secret
        self._sessions = sessions
        self._clock = clock
        self._throttle = Throttle()
        self._known: OrderedDict[tuple[str, str], None] = OrderedDict()

    def __bool__(self) -> bool:
        return bool(self._passwords)

    def wait(self, name: str, source: Source) -> float:
        """Seconds until *source* may try to log in as *name* again; 0 for now."""
        return self._throttle.wait(self._limits(name, source))

    def delay(self, name: str, source: Source) -> float:
        """Seconds for which the next refusal of *source* is to be held back."""
        failures = self._throttle.failures(*self._limits(name, source))
        return min(MAX_DELAY, FIRST_DELAY * 2.0 ** min(failures, 10))

    def check(self, name: str, password: str, source: Source) -> bool:
        """Whether *password* is *name*'s; call only when `wait` is 0."""
        expected = self._passwords.get(name)
        # An unknown name takes as long as a known one.
        same = hmac.compare_digest(_hash(password), _hash(expected or ""))
        limits = self._limits(name, source)
        if not same or expected is None:
            self._throttle.failed(*limits)
            return False
        self._throttle.succeeded(*limits)
        self._known[name, source.address] = None
        self._known.move_to_end((name, source.address))
        if len(self._known) > MAX_KEYS:
            self._known.popitem(last=False)
        return True

    def issue(self, name: str) -> str:
        """Return a session for *name*, to be kept in a cookie."""
        expires = int(self._clock() + SESSION_SECONDS)
        encoded = base64.urlsafe_b64encode(name.encode()).decode()
        serial, id_ = self._sessions.serial(f"{ACCOUNT}{name}"), secrets.token_hex(8)
        text = f"{encoded}.{expires}.{self._mark(name)}.{serial}.{id_}"
        return sign(self._secret, _SESSION, text)

    def user(self, session: str) -> str | None:
        """Return the name in *session*, or None where it does not hold (any more)."""
        found = self._read(session)
        if found is None:
            return None
        name, _, serial, id_ = found
        return name if self._sessions.is_open(f"{ACCOUNT}{name}", serial, id_) else None

    def end(self, session: str, *, everywhere: bool = False) -> None:
        """End *session*, or all of the account that it is of. Raises StorageError.

        A session that was ended before ends no other one.
        """
        found = self._read(session)
        if found is None or self.user(session) is None:
            return
        name, expires, _, id_ = found
        if everywhere:
            self._sessions.end_all(f"{ACCOUNT}{name}")
        else:
            self._sessions.end(f"{ACCOUNT}{name}", id_, expires)

    def basic(self, authorization: str, source: Source) -> str | None:
        """Return the name in a basic ``Authorization`` header, or None; for programs.

        Throttled apart from the login, since a proxy may send us a header that is meant for it.
        Raises Throttled.
        """
        scheme, _, encoded = authorization.partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            name, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (ValueError, binascii.Error):
            return None
        source = Source(f"basic {source.address}")
        if name not in self._passwords:
            return None
        if wait := self.wait(name, source):
            raise Throttled(wait)
        return name if self.check(name, password, source) else None

    def _read(self, session: str) -> tuple[str, float, str, str] | None:
        """Name, end (epoch seconds), serial and id of *session*; None where it does not hold."""
        parts = (verified(self._secret, _SESSION, session) or "").split(".")
        try:
            # Sessions of earlier versions have neither serial nor id.
            encoded, expires, mark, serial, id_ = parts if len(parts) == 5 else (*parts, "", "")
            name, end = base64.urlsafe_b64decode(encoded).decode(), float(int(expires))
        except (ValueError, binascii.Error):
            return None
        holds = end > self._clock() and name in self._passwords
        return (name, end, serial, id_) if holds and _same(mark, self._mark(name)) else None

    def _limits(self, name: str, source: Source) -> dict[str, int]:
        name = name[:256]
        if name in source.names:
            return {f"device {source.device} {name}": MAX_FAILURES_PER_ADDRESS}
        limits = {f"address {source.address}": MAX_FAILURES_PER_ADDRESS}
        if (name, source.address) not in self._known:
            limits[f"account {name}"] = MAX_FAILURES_PER_ACCOUNT
        return limits

    def _mark(self, name: str) -> str:
        """Changes when the password does."""
        signed = sign(self._secret, _PASSWORD, f"{name}\0{self._passwords.get(name, '')}")
        return signed.rpartition(".")[2]


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
