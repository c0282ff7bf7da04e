"""Whether a request comes from a browser or program on this very machine, through nothing. Pure.

A proxy or tunnel in front of 127.0.0.1 makes every stranger look like someone here. Each of them
leaves some trace: a header of its own, another host name, HTTP/1.0, or the address in `Origin` or
`Referer` that the browser really shows. One trace is enough for no.
"""

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

_FORWARDING = (
    "x-forwarded-",
    "x-original-",
    "x-envoy-",
    "x-ms-",
    "x-azure-",
    "cf-",
    "fly-",
    "tailscale-",
)
"""How the names of headers begin that proxies and tunnels add."""
_FORWARDED = frozenset(
    {
        "forwarded", "via", "x-forwarded", "x-real-ip", "x-client-ip", "x-cluster-client-ip",
        "true-client-ip", "client-ip", "cdn-loop", "x-proxied-by", "x-request-id", "traceparent",
        "x-amzn-trace-id", "x-scheme",
    }
)  # fmt: skip


def is_here(client: str, http_version: str, headers: Mapping[str, str]) -> bool:
    """Whether nobody but this machine's own user can have sent this.

    *client* is the address that the connection came from; *headers* by lower-case name.
    """
    return (
        is_loopback(client)
        and http_version != "1.0"
        and is_loopback(_name(f"//{headers.get('host', '')}"))
        and not any(name in _FORWARDED or name.startswith(_FORWARDING) for name in headers)
        and all(
            is_loopback(_name(headers[name])) for name in ("origin", "referer") if headers.get(name)
        )
    )


def is_loopback(host: str) -> bool:
    """Whether *host*, a name or address without its port, can only be this machine."""
    name = host.lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def _name(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
