"""Which requests come from another site's page, and under which host names we answer. Pure."""

import ipaddress
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

_OWN = ("same-origin", "none")
_SAFE_METHODS = ("GET", "HEAD")
_PORTS = {"http": 80, "https": 443}


def is_foreign(method: str, path: str, headers: Mapping[str, str], names: Collection[str]) -> bool:
    """Whether another site's page sent this, other than by a plain link to a page of ours.

    *headers* by lower-case name; *names* are host names that a reverse proxy serves us under.
    Browsers say it in ``Sec-Fetch-Site``, which no script can forge; where it is missing (plain
    http on a network) ``Origin`` must be the host asked for. Programs send neither.
    """
    site = headers.get("sec-fetch-site", "")
    if site in _OWN:
        return False
    if site:
        navigates = headers.get("sec-fetch-mode") == "navigate" and method in _SAFE_METHODS
        # A link may lead here from anywhere, but not to what changes something.
        return not navigates or path.rstrip("/") == "/logout"
    origin = headers.get("origin")
    return origin is not None and not _is_same(origin, headers.get("host", ""), names)


def host_is_ours(host: str, names: Collection[str]) -> bool:
    """Whether *host* names this machine: an address, localhost, or one of *names*.

    A page that resolved its own name to a loopback address (DNS rebinding) comes with that name.
    """
    name = _name(host)
    if name in names or name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return bool(ipaddress.ip_address(name))
    except ValueError:
        return False


def _is_same(origin: str, host: str, names: Collection[str]) -> bool:
    try:
        parts = urlsplit(origin)
        port = parts.port or _PORTS.get(parts.scheme)
        asked = urlsplit(f"//{host}")
        same = (asked.hostname, asked.port or _PORTS.get(parts.scheme)) == (parts.hostname, port)
    except ValueError:
        return False
    return bool(parts.hostname) and (same or parts.hostname in names)


def _name(host: str) -> str:
    """The lower-case name in a Host header, without its port and final dot."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""
