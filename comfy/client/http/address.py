"""Where a server is and what it wants to hear from us."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

import idna

MAX_URL = 2000
MAX_SHOWN = 80
"""Characters of an address quoted in a message."""

_HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_.])?", re.ASCII)
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", re.ASCII)
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e]*", re.ASCII)
_PATH = "/%:@!$&'()*+,;=~"
"""What a path may hold besides letters, digits and ``-._``."""


@dataclass(frozen=True, slots=True)
class Address:
    """A server's base URL without credentials, headers to send (secret), and a name for people."""

    url: str
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    name: str = ""

    @property
    def label(self) -> str:
        """How messages call the server: its name, else host and port."""
        return self.name or urlsplit(self.url).netloc

    @property
    def is_loopback(self) -> bool:
        """Whether the server is on this machine, as far as its address says."""
        host = urlsplit(self.url).hostname or ""
        try:
            return host == "localhost" or ip_address(host).is_loopback
        except ValueError:
            return False

    def socket_url(self, client_id: str) -> str:
        """The WebSocket URL of *client_id*; https means wss."""
        parts = urlsplit(self.url)
        scheme = "wss" if parts.scheme == "https" else "ws"
        query = f"clientId={quote(client_id, safe='')}"
        return urlunsplit((scheme, parts.netloc, parts.path + "/ws", query, ""))


def parse_address(url: str, *, headers: Mapping[str, str] | None = None, name: str = "") -> Address:
    """Return the address in *url*; raise ValueError with a sentence where it is none.

    ``user:password@`` becomes a basic authorization header and leaves the URL, as do query and
    fragment. No message quotes a password or a header's value.
    """
    text = url.strip()
    try:
        parts = _split(text if "://" in text else f"http://{text}")
        host, port = _host(parts.hostname or ""), parts.port
    except ValueError:
        # Without its cause, which may quote a password.
        sentence = f"{_shown(text)} is no address: write it as http://host:8188."
        raise ValueError(sentence) from None
    sent = dict(headers or {})
    if (parts.username or parts.password) and not any(k.lower() == "authorization" for k in sent):
        pair = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}".encode()
        sent["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    _check(sent, host)
    netloc = f"{host}:{port}" if port is not None else host
    path = quote(parts.path.rstrip("/"), safe=_PATH)
    return Address(urlunsplit((parts.scheme, netloc, path, "", "")), tuple(sent.items()), name)


def _split(text: str) -> SplitResult:
    if len(text) > MAX_URL or not text.isprintable() or any(c in ' \\"<>' for c in text):
        raise ValueError("it holds what no address does")
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or parts.port == 0:
        raise ValueError("it is of another kind")
    return parts


def _host(name: str) -> str:
    """*name* as it stands in a URL: IDNA for letters beyond ASCII, brackets for IPv6."""
    if ":" in name:
        if "%" in name:
            raise ValueError("a zone has no meaning but on one machine")
        return f"[{IPv6Address(name).compressed}]"
    # As httpx does it; idna's errors are ValueErrors.
    host = name if name.isascii() else idna.encode(name, uts46=True).decode()
    if not _HOST.fullmatch(host) or ("xn--" in host and not idna.decode(host)):
        raise ValueError("it names no host")
    return host


def _check(headers: Mapping[str, str], host: str) -> None:
    for key, value in headers.items():
        if not _HEADER_NAME.fullmatch(key):
            raise ValueError(
                f"The header {key[:MAX_SHOWN]!r} for {host} cannot be sent: write its name in "
                "letters, digits and hyphens."
            )
        if not _HEADER_VALUE.fullmatch(value):
            raise ValueError(
                f"The header {key[:MAX_SHOWN]!r} for {host} cannot be sent: take line breaks and "
                "letters beyond ASCII out of its value."
            )


def _shown(url: str) -> str:
    """*url* for a message: without what stands before an @, and not too long."""
    text = re.sub(r"^(\s*[^/@]*//)?.*@", r"\1…@", url, flags=re.DOTALL)
    return repr(text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + "…")
