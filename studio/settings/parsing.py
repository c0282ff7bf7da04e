"""The spellings in which lists of servers, headers and accounts are given. Pure but for @FILE.

Each function takes what a flag, the environment or a caller gives, and raises ValueError with
half a sentence that never quotes a secret.
"""

import ipaddress
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from comfy.client.http.address import Address, parse_address
from studio.servers.labels import labelled

_NAMED = re.compile(r"^(?P<name>[^=/:@]+)=(?P<url>https?://.*)$", re.IGNORECASE | re.DOTALL)
_USERINFO = re.compile(r"(?<=//)[^/@]*@|^[^/@]*@")
_HEADER_NAME = re.compile(r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")
CHAT = "/chat/completions"
"""What stands at the end of the address where a language model is asked."""
_BYTE_LIMIT = 1_000_000
"""Bytes of an account file; far over any real one."""


def words(value: Any, separator: str = ",") -> list[str]:
    """Return the strings in a list, a JSON list, or a text with *separator* between them."""
    if isinstance(value, str):
        decoded = _decoded(value)
        value = value.split(separator) if decoded is None else decoded
    if isinstance(value, dict) or not isinstance(value, Iterable):
        raise ValueError("is not a list")  # pydantic reports ValueError alone
    found = list(value)
    if not all(isinstance(word, str) for word in found):
        raise ValueError("is not a list of texts")
    return [word.strip() for word in found if word.strip()]


def chat_address(value: str) -> str:
    """Read where a language model is asked: its base address, or the whole one."""
    url = value.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ValueError("is not a web address") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise ValueError("is not a web address, as https://api.openai.com/v1")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("holds more than an address: the key has a setting of its own")
    if not url.isascii() or not url.isprintable() or " " in url:
        raise ValueError("is not a web address")
    return url if url.endswith(CHAT) else url + CHAT


def parse_servers(value: Any) -> tuple[Address, ...]:
    """Read servers: URLs, NAME=URL, JSON objects, or addresses."""
    if isinstance(value, str):
        decoded = _decoded(value)
        value = value.split(",") if decoded is None else decoded
    if isinstance(value, dict):
        value = [value]
    servers = tuple(_server(one) for one in value if one not in ("", None))
    seen: set[str] = set()
    for server in servers:
        if server.url in seen:
            raise ValueError(f"names {server.url} twice")
        seen.add(server.url)
    return labelled(servers)


def parse_headers(value: Any) -> tuple[tuple[str, str], ...]:
    """Read headers: "Name: value" one each, or a JSON object."""
    decoded = _decoded(value) if isinstance(value, str) else value
    if isinstance(decoded, dict):
        pairs = [(str(k), str(v)) for k, v in decoded.items()]
    else:
        pairs = [_header(line) for line in words(value, "\n")]
    for name, content in pairs:
        if not _HEADER_NAME.match(name) or re.search(r"[\r\n\0]", content):
            raise ValueError(f"has {name!r}, which is no header: write Name: value")
    return tuple((name, content.strip()) for name, content in pairs)


def parse_accounts(value: Any) -> tuple[tuple[str, str], ...]:
    """Read accounts: "user:password" one each, or "@file" with one a line."""
    accounts: dict[str, str] = {}
    for line in words(value, "\n"):
        for pair in _lines(line[1:]) if line.startswith("@") else [line]:
            name, colon, password = pair.partition(":")
            name = name.strip()
            if not (name and colon and password):
                raise ValueError("is to be written as USER:PASSWORD, neither of them empty")
            if name in accounts:
                raise ValueError(f"names {name!r} twice")
            accounts[name] = password
    return tuple(accounts.items())


def parse_networks(value: Any) -> tuple[str, ...]:
    """Read addresses, and networks as 172.16.0.0/12."""
    try:
        networks = [ipaddress.ip_network(word, strict=False) for word in words(value)]
    except ValueError as error:
        raise ValueError(f"{error}: write 127.0.0.1, or a network as 172.16.0.0/12") from None
    return tuple(str(n.network_address if n.num_addresses == 1 else n) for n in networks)


def _server(one: Any) -> Address:
    if isinstance(one, Address):
        return one
    if isinstance(one, dict):
        unknown = set(one) - {"url", "name", "headers"}
        if unknown or "url" not in one:
            raise ValueError('takes objects of "url", "name" and "headers"')
        headers = dict(parse_headers(one.get("headers") or {}))
        return _address(str(one["url"]), headers, str(one.get("name", "")))
    if not isinstance(one, str):
        raise ValueError("is to be a list of addresses")  # as above
    named = _NAMED.match(one.strip())
    return _address(named["url"], {}, named["name"].strip()) if named else _address(one, {}, "")


def _address(url: str, headers: dict[str, str], name: str) -> Address:
    try:
        return parse_address(url, headers=headers, name=name)
    except ValueError:
        shown = _USERINFO.sub("…@", url.strip())
        raise ValueError(f"has {shown!r}, which is no address: write http://host:8188") from None


def _header(line: str) -> tuple[str, str]:
    name, colon, content = line.partition(":")
    if not colon:
        raise ValueError('is to be written as "Name: value"')
    return name.strip(), content.strip()


def _lines(name: str) -> list[str]:
    path = Path(name).expanduser()
    try:
        with path.open("rb") as file:
            text = file.read(_BYTE_LIMIT).decode("utf-8-sig")  # Windows' editors begin it so
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise ValueError(f"names the file {path}, which cannot be read: {reason}") from error
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _decoded(text: str) -> Any:
    """The list or object that *text* holds as JSON, or None where it is no JSON."""
    if not text.lstrip().startswith(("[", "{")):
        return None
    try:
        return json.loads(text)
    except ValueError:
        # A bracket may begin an IPv6 address; everything else that begins so is a typing slip.
        if re.match(r"\s*\[[0-9a-fA-F:.]+\]", text):
            return None
        raise ValueError("looks like JSON, but is not valid JSON") from None
