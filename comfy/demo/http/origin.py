"""Which requests another site's page has sent to an engine. Pure.

A browser lets any page send requests to 127.0.0.1. It says where they come from in ``Origin`` and
``Sec-Fetch-Site``; a page that resolved its own name to 127.0.0.1 comes with that name as ``Host``.
"""

import ipaddress
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

_OWN_SITES = ("same-origin", "none")


def is_loopback(host: str) -> bool:
    """Whether *host*, a name or address without a port, can only be this machine."""
    name = host.strip("[]").lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def is_foreign(headers: Mapping[str, str], *, loopback: bool) -> bool:
    """Whether a page of another origin sent a request with these *headers*.

    With *loopback* the engine listens for this machine alone, so that any other host name is
    foreign too.
    """
    host = _split(f"//{headers.get('Host', '')}")
    if loopback and not (host and is_loopback(host.hostname or "")):
        return True
    if headers.get("Sec-Fetch-Site", "none") not in _OWN_SITES:
        return True
    if "Origin" not in headers:
        return False
    origin = _split(headers["Origin"])
    return not (host and origin and origin.netloc.lower() == host.netloc.lower())


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return None
    return parts if is_whole else None
