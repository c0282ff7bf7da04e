"""Which addresses anybody on the internet could reach: none of this machine, nor of its network.

It imports nothing of Stepglass: `messenger`, in a process of its own, loads this file alone.
"""

import ipaddress
import socket
from collections.abc import Iterator

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_MAPPED = ipaddress.ip_network("::ffff:0:0/96")
_UNICAST = ipaddress.ip_network("2000::/3")
"""All of IPv6 that is given to anybody (RFC 4291)."""
_ISATAP = frozenset({0x0000_5EFE, 0x0200_5EFE})
"""What stands before the IPv4 address in the last half of an ISATAP address (RFC 5214)."""
_NOBODYS = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}
"""Addresses that no machine has."""
_IP = ipaddress.IPv4Address | ipaddress.IPv6Address


def may_be_called(address: str) -> bool:
    """Whether *address*, an IP address as text, is public, and not this machine's own."""
    return is_public(address) and not any(map(is_ours, map(str, _meant(address))))


def is_public(address: str) -> bool:
    """Whether *address*, an IP address as text, and any IPv4 address within it, is public. Pure."""
    meant = _meant(address)
    return bool(meant) and all(ip.is_global and not ip.is_multicast for ip in meant)


def is_ours(address: str) -> bool:
    """Whether *address*, an IP address as text, is one of this machine's: it alone can bind it."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return _can_bind(family, address) and not _can_bind(family, _NOBODYS[family])


def _can_bind(family: socket.AddressFamily, address: str) -> bool:
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((address, 0))
    except OSError:
        return False
    return True


def _meant(address: str) -> list[_IP]:
    """The addresses that whoever calls *address* may come to; none where it is nobody's."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return []
    if isinstance(ip, ipaddress.IPv4Address):
        return [ip]
    if ip.scope_id is not None:
        return []
    if ip in _NAT64 or ip in _MAPPED:
        return [_last(ip)]
    return [ip, *_embedded(ip)] if ip in _UNICAST else []


def _embedded(ip: ipaddress.IPv6Address) -> Iterator[ipaddress.IPv4Address]:
    """The IPv4 addresses that tunnels would make of *ip*."""
    yield from (v4 for v4 in (ip.sixtofour, *(ip.teredo or ())) if v4)
    if (int(ip) >> 32) & 0xFFFF_FFFF in _ISATAP:
        yield _last(ip)


def _last(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address:
    """The last 32 bits of *ip*."""
    return ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
