"""Looking up the hosts that people name: to addresses anybody on the internet could reach."""

import socket

from studio.errors import Invalid
from studio.notifications.public_rule import is_public


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
