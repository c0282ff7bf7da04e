"""Which addresses anybody on the internet could reach: none of this machine, nor of its network.

It imports nothing of Stepglass: `messenger`, in a process of its own, loads this file alone.
"""

import ipaddress
import socket
from collections.abc import Iterator

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_GIVEN_OUT = ipaddress.ip_network("2000::/3")
"""All of IPv6 that anybody on the internet has been given (IANA, IPv6 Global Unicast)."""
_ISATAP = frozenset({0x0000_5EFE, 0x0200_5EFE})
"""What comes before an IPv4 address in the lower half of such a tunnel's address (RFC 5214)."""
_ANY_PORT = 9
_IP = ipaddress.IPv4Address | ipaddress.IPv6Address


def is_public(address: str) -> bool:
    """Whether *address*, an IP address as text, and any IPv4 address within it, is public."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return all(ip.is_global and not ip.is_multicast for ip in _meant(found))


def is_ours(address: str) -> bool:
    """Whether *address*, a public one, is of this machine: it would be reached from itself.

    Nothing is sent: the system is asked by which of its addresses it would send.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as asked:
            asked.connect((address, _ANY_PORT))
            mine = ipaddress.ip_address(asked.getsockname()[0].partition("%")[0])
    except (OSError, ValueError):
        return False  # there is no way there
    return mine == ipaddress.ip_address(address)


def _meant(ip: _IP) -> Iterator[_IP]:
    """*ip*, and the IPv4 addresses that translators and tunnels would make of it.

    Of IPv6, what stands for an IPv4 address is that address alone.
    """
    if isinstance(ip, ipaddress.IPv4Address):
        yield ip
        return
    lower = int(ip) & 0xFFFF_FFFF
    if ip in _NAT64 or ip.ipv4_mapped:
        yield ipaddress.IPv4Address(lower)
        return
    if ip.scope_id or ip not in _GIVEN_OUT:
        yield ipaddress.IPv6Address("::")  # nobody's
        return
    yield ip
    if (int(ip) >> 32) & 0xFFFF_FFFF in _ISATAP:
        yield ipaddress.IPv4Address(lower)
    yield from (v4 for v4 in (ip.sixtofour, *(ip.teredo or ())) if v4)
