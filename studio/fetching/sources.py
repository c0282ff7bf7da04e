"""What is at an address that a model is to be had from: how large, and whether it is given out.

Asked by Stepglass itself, headers alone, and each redirect is looked at before it is followed.
"""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urljoin

from comfy.errors import WorkflowError
from comfy.workflow.wanted.addresses import checked_address, page_of
from studio.errors import StudioError
from studio.notifications.outgoing import Reply, Undeliverable, request
from studio.version import VERSION

MAX_HOPS = 6
MAX_KEPT = 1000
KEPT_SECONDS = 600.0
MAX_SIZE = 2**50
HEADERS = {"User-Agent": f"Stepglass/{VERSION}", "Accept-Encoding": "identity"}


@dataclass(frozen=True, slots=True)
class Source:
    """`size` in bytes, None where it is not told; `trouble` a sentence on what is wrong.

    Where it `is_refused`, nobody is to ask for it: a server would follow where we must not.
    """

    size: int | None = None
    trouble: str = ""
    is_refused: bool = False


class Sources:
    """Looks at addresses on *hosts*, and remembers for a while. `_lock` guards what it knows."""

    def __init__(self, hosts: Sequence[str]) -> None:
        self.hosts = tuple(hosts)
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, Source]] = {}

    def look(self, url: str) -> Source:
        """What is at *url*. Blocks for seconds. Raises WorkflowError where it is not allowed."""
        address = checked_address(url, self.hosts)
        with self._lock:
            at, known = self._known.get(address, (0.0, Source()))
            if at and time.monotonic() - at < KEPT_SECONDS:
                return known
        found = self._asked(address)
        with self._lock:
            while len(self._known) >= MAX_KEPT:
                self._known.pop(next(iter(self._known)))
            self._known[address] = time.monotonic(), found
        return found

    def _asked(self, address: str) -> Source:
        url, size = address, None
        try:
            for hop in range(MAX_HOPS):
                url = checked_address(url, self.hosts, redirected=hop > 0)
                # An address of this machine is only allowed where the list names it itself.
                own = url.startswith("http://")
                answer = request("HEAD", url, HEADERS, allow_private=own)
                size = _number(answer.headers.get("x-linked-size")) or size
                target = answer.headers.get("location", "")
                if not (300 <= answer.status < 400 and target):
                    return _read(answer, size, address)
                url = urljoin(url, target)
        except WorkflowError as error:
            return Source(size, f"Its address leads elsewhere. {error}", is_refused=True)
        except (Undeliverable, StudioError) as error:
            if url == address:
                return Source(size, f"Its size could not be asked for. {error}")
            # Nobody knows what is behind a redirect that must not, or cannot, be asked.
            return Source(size, f"Its address leads elsewhere. {error}", is_refused=True)
        trouble = "Its address leads from one to the next without an end."
        return Source(size, trouble, is_refused=True)


def _read(answer: Reply, size: int | None, address: str) -> Source:
    """What the last answer says of the file."""
    if answer.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return Source(size, gated(address))
    if answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return Source(size, "There is no such file at its address any more.")
    if answer.status != HTTPStatus.OK:
        return Source(size, f"Its size is not told: its address answers {answer.status}.")
    if answer.headers.get("content-type", "").startswith("text/html"):
        return Source(None, "There is a web page at its address, not a file.")
    return Source(size or _number(answer.headers.get("content-length")))


def gated(address: str) -> str:
    """What is said of a file that is not given out to everybody."""
    if page := page_of(address):
        return f"It is not given out before its licence is accepted, with an account, at {page}."
    return "It is not given out without a login."


def _number(text: str | None) -> int | None:
    value = int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0
    return value if 0 < value < MAX_SIZE else None
