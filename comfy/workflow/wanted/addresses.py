"""Addresses that models and packages are had from: which may be used, and whose they are. Pure."""

import re
from collections.abc import Iterable
from urllib.parse import SplitResult, parse_qsl, urlsplit

from comfy.errors import WorkflowError

USUAL_HOSTS = ("huggingface.co", "civitai.com", "github.com")
_STORES = {
    "huggingface.co": ("hf.co",),
    "civitai.com": ("r2.cloudflarestorage.com", "backblazeb2.com"),
    "github.com": ("githubusercontent.com",),
}
"""Where a host keeps its files, which it redirects to."""
_KEYS = frozenset({"token", "api_key", "apikey", "key", "access_token", "auth", "authorization"})
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_HOST = re.compile(r"[a-z0-9.-]+|\[?[0-9a-f:]+\]?")
_HUB = re.compile(r"^/(?P<repo>[^/]+/[^/]+)/(?P<how>resolve|blob|raw)/")
_GITHUB = re.compile(r"^/(?P<repo>[^/]+/[^/]+)(/|$)")
_CIVITAI = re.compile(r"^/api/download/models/(?P<id>\d+)$")


def checked_address(url: str, hosts: Iterable[str], *, redirected: bool = False) -> str:
    """*url* as it can be asked for. Raises WorkflowError with a sentence where it must not be.

    *hosts* are the names that are allowed, with all beneath them; one may be written as
    ``http://127.0.0.1:1234``, for a server on this machine. What they keep files in is allowed
    where one of them *redirected* there.
    """
    parts = split(url)
    if parts.username is not None or _names_a_key(parts):
        raise WorkflowError("The address holds a login or a key: give it without.")
    allowed = tuple(hosts)
    if f"{parts.scheme}://{parts.netloc}".lower() in allowed:
        return url
    if parts.scheme != "https" or parts.port not in (None, 443):
        raise WorkflowError("Only addresses that begin with https are fetched from.")
    host = (parts.hostname or "").rstrip(".")
    stores = [more for one in allowed for more in _STORES.get(one, ())] if redirected else []
    if not any(host == one or host.endswith(f".{one}") for one in (*allowed, *stores)):
        raise WorkflowError(
            f"Nothing is fetched from “{host}”: whoever runs Stepglass can allow it with "
            "--model-host."
        )
    found = _HUB.match(parts.path) if host == "huggingface.co" else None
    if found and found["how"] == "blob":  # the page about the file
        start, end = found.span("how")
        parts = parts._replace(path=f"{parts.path[:start]}resolve{parts.path[end:]}")
    return parts._replace(fragment="").geturl()


def page_of(url: str) -> str:
    """The page that tells of what is at *url*, its licence too; "" where none is known."""
    try:
        parts = split(url)
    except WorkflowError:
        return ""
    match parts.hostname:
        case "huggingface.co" if found := _HUB.match(parts.path):
            return f"https://huggingface.co/{found['repo']}"
        case "github.com" if found := _GITHUB.match(parts.path):
            return f"https://github.com/{found['repo']}"
        case "civitai.com" if found := _CIVITAI.match(parts.path):
            return f"https://civitai.com/model-versions/{found['id']}"
    return ""


def host_of(text: str) -> str:
    """An entry of the list of hosts as it is compared. Raises ValueError with half a sentence."""
    name = text.strip().lower().rstrip("/.")
    if name.startswith("http://"):
        parts = urlsplit(name)
        if parts.hostname in _LOOPBACK and not parts.path and parts.username is None:
            return name
        raise ValueError(f"{text!r} is not of this machine: all others need https")
    name = name.removeprefix("https://")
    if not _HOST.fullmatch(name):
        raise ValueError(f"{text!r} is no host name")
    return name


def split(url: str) -> SplitResult:
    """The parts of *url*. Raises WorkflowError where it is no web address."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise WorkflowError("This is not a web address.") from error
    if not parts.hostname or not url.isascii() or any(c.isspace() for c in url):
        raise WorkflowError("This is not a web address.")
    if not url.isprintable() or "\\" in url:
        raise WorkflowError("This is not a web address.")
    return parts


def _names_a_key(parts: SplitResult) -> bool:
    return any(name.lower() in _KEYS for name, _ in parse_qsl(parts.query, keep_blank_values=True))
