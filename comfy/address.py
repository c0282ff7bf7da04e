"""Where a server is and what it wants to hear from us."""

import base64
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit, urlunsplit


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

    def socket_url(self, client_id: str) -> str:
        """The WebSocket URL of *client_id*; https means wss."""
        parts = urlsplit(self.url)
        scheme = "wss" if parts.scheme == "https" else "ws"
        return urlunsplit((scheme, parts.netloc, parts.path + "/ws", f"clientId={client_id}", ""))


def parse_address(url: str, *, headers: dict[str, str] | None = None, name: str = "") -> Address:
    """Return the address in *url*; raise ValueError with a sentence where it is none.

    ``user:password@`` becomes a basic authorization header and leaves the URL.
    """
    text = url.strip().rstrip("/")
    if "://" not in text:
        text = f"http://{text}"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"{url!r} is no address: {error}.") from error
    if parts.scheme not in ("http", "https") or not host or any(c.isspace() for c in text):
        raise ValueError(f"{url!r} is no address: write it as http://host:8188.")
    sent = dict(headers or {})
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
        sent.setdefault("Authorization", f"Basic {base64.b64encode(pair).decode()}")
    for key, value in sent.items():
        if not key.isascii() or any(c in "\r\n\0" for c in key + value):
            raise ValueError(f"The header {key!r} for {host} cannot be sent: take out line breaks.")
    netloc = f"[{host}]" if ":" in host else host
    netloc = f"{netloc}:{port}" if port is not None else netloc
    path = parts.path.rstrip("/")
    return Address(urlunsplit((parts.scheme, netloc, path, "", "")), tuple(sent.items()), name)
