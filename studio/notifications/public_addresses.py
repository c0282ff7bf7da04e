"""Looking up the hosts that people name: to addresses anybody on the internet could reach."""

import queue
import socket
import threading

from studio.errors import Invalid
from studio.notifications.public_rule import may_be_called

SECONDS = 5.0
"""That a name may take to be looked up; the system may go on for longer."""
AT_ONCE = 8
"""Names that are looked up at the same time."""
_slots = threading.BoundedSemaphore(AT_ONCE)


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

    def __init__(self, host: str, why: str = "cannot be found") -> None:
        sentence = f"The host “{host}” {why}."
        super().__init__(sentence, {"url": sentence})


def resolve(host: str, port: int, *, allow_private: bool = False) -> str:
    """The IP address to connect to for *host*: of several, the first, and all must be public.

    Raises NotPublic, Unknown. Takes at most `SECONDS`, twice where many are looked up.
    """
    addresses = _looked_up(host, port)
    if not allow_private and not all(map(may_be_called, addresses)):
        raise NotPublic(host)
    return addresses[0]


def _looked_up(host: str, port: int) -> list[str]:
    """The addresses of *host*, at least one. Raises Unknown.

    Whoever answers for a name may take as long as they like, and the system waits for them: a
    thread does, and is left alone with it when that takes too long.
    """
    answer: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def look() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answer.put([str(entry[4][0]) for entry in found])
        except Exception as error:  # noqa: BLE001 - it is told to who waits
            answer.put(error)
        finally:
            _slots.release()

    if not _slots.acquire(timeout=SECONDS):
        raise Unknown(host, "was not looked up: many others are just now")
    threading.Thread(target=look, name="look up", daemon=True).start()
    try:
        found = answer.get(timeout=SECONDS)
    except queue.Empty:
        raise Unknown(host, f"was not found within {SECONDS:g} seconds") from None
    if isinstance(found, Exception) or not found:
        raise Unknown(host)
    return found
