"""Which addresses anybody on the internet could reach: none of this machine, nor of its network."""

import ipaddress
import socket
from collections.abc import Iterator

from studio.errors import Invalid

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_IP = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotPublic(Invalid):
    """An address that is private, loopback, link-local or otherwise of no one's on the internet."""

    def __init__(self, host: str) -> None:
        sentence = (
            f"“{host}” is an address of this machine or of its own network. Whoever runs Stepglass "
            "can allow those with --allow-private-addresses."
        )
        super().__init__(sentence, {"url": sentence})


class Unknown(Invalid):
    """A host that has no address."""

    def __init__(self, host: str) -> None:
        sentence = f"The host “{host}” cannot be found."
        super().__init__(sentence, {"url": sentence})


def is_public(address: str) -> bool:
    """Whether *address*, an IP address as text, and any IPv4 address within it, is public."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return all(ip.is_global and not ip.is_multicast for ip in _with_embedded(found))


def resolve(host: str, port: int, *, allow_private: bool = False) -> str:
    """The IP address to connect to for *host*: of several, the first, and all must be public.

    Raises NotPublic, Unknown.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unknown(host) from error
    addresses = [str(entry[4][0]) for entry in found]
    if not allow_private and not all(map(is_public, addresses)):
        raise NotPublic(host)
    return addresses[0]


def _with_embedded(ip: _IP) -> Iterator[_IP]:
    """*ip*, and the IPv4 addresses that translators and tunnels would make of it."""
    yield ip
    if isinstance(ip, ipaddress.IPv4Address):
        return
    if ip in _NAT64:
        yield ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    embedded = (ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ()))
    yield from (v4 for v4 in embedded if v4)
