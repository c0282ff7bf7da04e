"""Whether anybody listens at a server's address: plain connections, ended at once."""

import socket
import time
from urllib.parse import urlsplit

from comfy.client.http.address import Address
from comfy.protocol.http_status import unreachable

STEADY_SECONDS = 0.05
"""A connection that stands for so long was taken by somebody: that of a process that is ending,
whose sockets the system closes one after the other, is cut at once."""
_PORTS = {"http": 80, "https": 443}


def check_listening(address: Address, seconds: float) -> None:
    """Return where a connection stands, within *seconds*.

    Raises Refused where the machine says that nobody listens, Unreachable where nothing says
    anything.
    """
    parts = urlsplit(address.url)
    place = (parts.hostname or "", parts.port or _PORTS[parts.scheme])
    until = time.monotonic() + seconds
    try:
        while not _stands(place, max(STEADY_SECONDS, until - time.monotonic())):
            if time.monotonic() > until:
                return
    except OSError as error:
        raise unreachable(address.label, error) from error


def _stands(place: tuple[str, int], seconds: float) -> bool:
    """Whether a connection is made and not cut again; raises OSError where none is made."""
    with socket.create_connection(place, timeout=seconds) as connection:
        connection.settimeout(STEADY_SECONDS)
        try:
            return bool(connection.recv(1))
        except TimeoutError:
            return True
        except OSError:
            return False
