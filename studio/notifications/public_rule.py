"""Which addresses anybody on the internet could reach: none of this machine, nor of its network.

It imports nothing of Stepglass: `messenger`, in a process of its own, loads this file alone. Pure.
"""

import ipaddress
from collections.abc import Iterator

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_IP = ipaddress.IPv4Address | ipaddress.IPv6Address


def is_public(address: str) -> bool:
    """Whether *address*, an IP address as text, and any IPv4 address within it, is public."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return all(ip.is_global and not ip.is_multicast for ip in _with_embedded(found))


def _with_embedded(ip: _IP) -> Iterator[_IP]:
    """*ip*, and the IPv4 addresses that translators and tunnels would make of it."""
    yield ip
    if isinstance(ip, ipaddress.IPv4Address):
        return
    if ip in _NAT64:
        yield ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    embedded = (ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ()))
    yield from (v4 for v4 in embedded if v4)
