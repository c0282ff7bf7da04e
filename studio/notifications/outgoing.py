"""Requests to addresses that people give: to the very address that was checked, and briefly.

A host is resolved once, and that address is connected to, so that a name cannot mean another one
a moment later. Redirects are not followed, proxies of the environment are not used, an answer is
read up to a limit, and all of it has one deadline, however slowly a server drips.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpcore
import idna

from studio.errors import Invalid, StudioError
from studio.notifications.public_addresses import resolve


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one request may take: seconds to connect, and in all; bytes of its answer."""

    connect: float = 4.0
    seconds: float = 8.0
    answer: int = 64 * 1024


USUAL_BOUNDS = Bounds()
MAX_URL = 2_000
_PORTS = {"http": 80, "https": 443}


class Undeliverable(StudioError):
    """A request that came to no answer; says why."""


def checked_url(text: str) -> str:
    """*text* as an address that can be called. Raises Invalid."""
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError as error:
        raise _invalid("This is not a web address.") from error
    if parts.scheme not in _PORTS or not parts.hostname:
        raise _invalid("Give a whole web address, as https://example.org/hook.")
    if len(text) > MAX_URL:
        raise _invalid(f"The address is over {MAX_URL:,} characters long.")
    if parts.username is not None or parts.password is not None:
        raise _invalid("Leave name and password out of the address: check the signature instead.")
    try:
        host = parts.hostname if ":" in parts.hostname else _ascii(parts.hostname)
    except idna.IDNAError as error:
        raise _invalid("This is not a web address.") from error
    netloc = f"[{host}]" if ":" in host else host
    whole = parts._replace(netloc=f"{netloc}:{port}" if port else netloc, fragment="")
    url = whole.geturl()
    if not url.isascii() or any(c.isspace() or not c.isprintable() for c in url):
        raise _invalid("The address holds characters that no web address has.")
    return url


def _ascii(host: str) -> str:
    return host if host.isascii() else idna.encode(host, uts46=True).decode()


def _invalid(sentence: str) -> Invalid:
    return Invalid(sentence, {"url": sentence})


def check_reachable(url: str, *, allow_private: bool) -> None:
    """Raise NotPublic or Unknown where *url*, from `checked_url`, may not be called."""
    parts = urlsplit(url)
    resolve(parts.hostname or "", parts.port or _PORTS[parts.scheme], allow_private=allow_private)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its headers by their names in lower case, and its body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    allow_private: bool,
    bounds: Bounds = USUAL_BOUNDS,
) -> int:
    """POST *body* to *url*, from `checked_url`; the status that it is answered with.

    Raises Undeliverable, NotPublic, Unknown.
    """
    with _sent("POST", url, headers, body, bounds, allow_private=allow_private) as answer:
        return answer.status


def request(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes = b"",
    *,
    allow_private: bool,
    bounds: Bounds = USUAL_BOUNDS,
) -> Reply:
    """Ask *url*, from `checked_url`, and read the whole answer. Raises as `post` does."""
    with _sent(method, url, headers, body, bounds, allow_private=allow_private) as answer:
        read = answer.read()
        named = {name.decode("latin-1").lower(): value for name, value in answer.headers}
        return Reply(answer.status, {name: v.decode("latin-1") for name, v in named.items()}, read)


@contextmanager
def _sent(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    bounds: Bounds,
    *,
    allow_private: bool,
) -> Iterator[httpcore.Response]:
    """The answer to a request; httpcore's errors stop here."""
    backend = _Backend(bounds, allow_private=allow_private)
    timeouts = dict.fromkeys(("read", "write", "pool"), bounds.seconds)
    timeouts["connect"] = bounds.connect
    try:
        with (
            httpcore.ConnectionPool(network_backend=backend, max_connections=1) as pool,
            pool.stream(
                method,
                url,
                headers=[*headers.items(), ("Connection", "close")],
                content=body,
                extensions={"timeout": timeouts},
            ) as answer,
        ):
            yield answer
    except httpcore.ConnectTimeout as error:
        raise Undeliverable("It could not be connected to in time.") from error
    except httpcore.TimeoutException as error:
        raise Undeliverable(f"It did not answer within {bounds.seconds:g} seconds.") from error
    except httpcore.ConnectError as error:
        raise Undeliverable(f"It could not be connected to ({_short(error)}).") from error
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise Undeliverable(f"The connection broke ({_short(error)}).") from error


def _short(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:120]


class _Backend(httpcore.NetworkBackend):
    """Connects to what `resolve` finds, within one deadline."""

    def __init__(self, bounds: Bounds, *, allow_private: bool) -> None:
        self._plain = httpcore.SyncBackend()
        self._allow_private = allow_private
        self._budget = _Budget(bounds)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        address = resolve(host, port, allow_private=self._allow_private)
        limit = self._budget.seconds(timeout)
        stream = self._plain.connect_tcp(address, port, limit, local_address, socket_options)
        return _Stream(stream, self._budget)


class _Budget:
    """What one request may still take: seconds, and bytes of its answer."""

    def __init__(self, bounds: Bounds) -> None:
        self._until = time.monotonic() + bounds.seconds
        self._bytes = bounds.answer

    def seconds(self, limit: float | None) -> float:
        """The time left, *limit* at the most. Raises httpcore.ReadTimeout where none is."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left if limit is None else min(limit, left)

    def take(self, data: bytes) -> bytes:
        """Return *data*, which is read. Raises httpcore.ReadError beyond the limit."""
        self._bytes -= len(data)
        if self._bytes < 0:
            raise httpcore.ReadError("the answer is too long")
        return data


class _Stream(httpcore.NetworkStream):
    """*plain* within a *budget*."""

    def __init__(self, plain: httpcore.NetworkStream, budget: _Budget) -> None:
        self._plain = plain
        self._budget = budget

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._budget.take(self._plain.read(max_bytes, self._budget.seconds(timeout)))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._plain.write(buffer, self._budget.seconds(timeout))

    def close(self) -> None:
        self._plain.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        limit = self._budget.seconds(timeout)
        return _Stream(self._plain.start_tls(ssl_context, server_hostname, limit), self._budget)

    def get_extra_info(self, info: str) -> Any:
        return self._plain.get_extra_info(info)
