"""The cookies: which browser this is, who is logged in, which private links were opened."""

import base64
import re
import time
import uuid
from collections.abc import Mapping

from starlette.requests import HTTPConnection

from studio.access.secret import sign, verified
from web.access.accounts import SESSION_SECONDS

_BROWSER = "browser"
_BROWSER_SECONDS = 400 * 86400
"""The longest that browsers keep a cookie; renewed with each page load."""
_DEVICE = "device"
MAX_NAMES = 5
"""Accounts remembered of one device; the one it logged in as first is forgotten first."""
_OPENED = "opened:"
OPENED_SECONDS = 86_400
"""How long a private link that was opened needs no key in this browser."""
MAX_OPENED = 20
"""Private links remembered; the one opened first is forgotten first."""
_ID = re.compile(r"^[0-9a-f]{32}$")


class Cookies:
    """Reads and writes our cookies, signed with the data folder's secret.

    Their names end in a few characters of the secret: two instances on one host name, whatever
    their ports, share the browser's cookies and would overwrite each other's.
    """

    def __init__(self, secret: bytes, *, embedded: bool) -> None:
        self._secret = secret
        self._embedded = embedded
        tag = sign(secret, "tag", "").rpartition(".")[2][:8].replace("-", "0").replace("_", "0")
        self.browser_name = f"stepglass_browser_{tag}"
        self.login_name = f"stepglass_login_{tag}"
        self.opened_name = f"stepglass_opened_{tag}"
        self.device_name = f"stepglass_device_{tag}"

    def browser(self, request: HTTPConnection) -> str | None:
        """Return the browser id that *request* carries, or None where it has none of ours."""
        found = verified(self._secret, _BROWSER, request.cookies.get(self.browser_name, ""))
        return found if found and _ID.match(found) else None

    def new_browser(self) -> str:
        """Return a new browser id."""
        return uuid.uuid4().hex

    def set_browser(self, id: str, *, https: bool) -> str:  # noqa: A002 # it is one
        """Return the Set-Cookie header that gives browser *id*."""
        value = sign(self._secret, _BROWSER, id)
        return self._header(self.browser_name, value, _BROWSER_SECONDS, https=https)

    def set_login(self, session: str, *, https: bool) -> str:
        """Return the Set-Cookie header of a login; an empty *session* ends it."""
        seconds = SESSION_SECONDS if session else 0
        return self._header(self.login_name, session, seconds, https=https)

    def device(self, request: HTTPConnection) -> tuple[str, tuple[str, ...]]:
        """Return the device's id and the accounts it has logged in as; ("", ()) for a new one."""
        signed = request.cookies.get(self.device_name, "")
        id_, *encoded = (verified(self._secret, _DEVICE, signed) or "").split(".")
        return id_, tuple(base64.urlsafe_b64decode(name).decode() for name in encoded)

    def set_device(self, request: HTTPConnection, name: str, *, https: bool) -> str:
        """Return the Set-Cookie header that remembers a login as *name*.

        It opens nothing: whoever has it is only not kept out by strangers who guess passwords.
        """
        id_, names = self.device(request)
        kept = (*(one for one in names if one != name), name)[-MAX_NAMES:]
        encoded = (base64.urlsafe_b64encode(one.encode()).decode() for one in kept)
        value = sign(self._secret, _DEVICE, ".".join((id_ or uuid.uuid4().hex, *encoded)))
        return self._header(self.device_name, value, _BROWSER_SECONDS, https=https)

    def opened(self, request: HTTPConnection, owner: str) -> dict[str, str]:
        """Return the keys, by generation, of private links that *owner* has opened of late."""
        signed = request.cookies.get(self.opened_name, "")
        until, *pairs = (verified(self._secret, _OPENED + owner, signed) or "0").split(".")
        if int(until) <= time.time():
            return {}
        return {id_: key for id_, _, key in (pair.partition(":") for pair in pairs) if key}

    def set_opened(self, owner: str, keys: Mapping[str, str], *, https: bool) -> str:
        """Return the Set-Cookie header that remembers *keys*, for *owner* alone.

        A page's own requests and its images do not carry the address' key.
        """
        kept = [f"{id_}:{key}" for id_, key in keys.items()][-MAX_OPENED:]
        text = ".".join((str(int(time.time()) + OPENED_SECONDS), *kept))
        value = sign(self._secret, _OPENED + owner, text)
        return self._header(self.opened_name, value, OPENED_SECONDS, https=https)

    def _header(self, name: str, value: str, seconds: int, *, https: bool) -> str:
        kept = f"{name}={value}; Path=/; Max-Age={seconds}; HttpOnly"
        if https and self._embedded:
            # A Space shows the page in a frame of another site.
            return f"{kept}; Secure; SameSite=None; Partitioned"
        return f"{kept}; SameSite=Lax" + ("; Secure" if https else "")
