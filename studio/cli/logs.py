"""Logging: one line a record on stderr, without secrets."""

import logging
import re
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

_CHATTY = ("httpx", "httpcore", "websocket", "asyncio", "PIL", "urllib3", "aiohttp.access", "mcp")
"""Libraries whose every request would drown our own lines below WARNING."""
EVERY_SECONDS = 1.0
MAX_KINDS = 1000
"""Kinds of lines remembered; the one not written for longest is forgotten first."""
_SECRETS = (
    (re.compile(r"(?<=://)[^/@\s]+@"), "…@"),
    (re.compile(r"(?i)\b(authorization|cookie|set-cookie)(['\"]?\s*[:=]\s*).*"), r"\1\2…"),
    (re.compile(r"(?i)\b(bearer|basic) [\w.~+/=-]{8,}"), r"\1 …"),
    (re.compile(r"(?i)([?&](?:key|token|password)=)[^&\s'\"]+"), r"\1…"),
)


class OneLine(logging.Formatter):
    """Time, level, logger and message; line breaks are written as backslash-n, secrets as …."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Return *record* as one line."""
        lines = super().format(record).splitlines()
        return r"\n".join(_without_secrets(line) for line in lines)


class Sparing(logging.Filter):
    """Lets one line a second of each kind pass; the next one says how many were left out.

    A kind is what one place in the code says, whatever is filled in: what a stranger sends in
    masses must not fill the disk. `_lock` guards `_kinds`.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._lock = threading.Lock()
        self._kinds: OrderedDict[tuple[str, int, str], tuple[float, int]] = OrderedDict()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether *record* is to be written; says in it what was not."""
        kind, now = (record.name, record.levelno, str(record.msg)[:200]), self._clock()
        with self._lock:
            since, left_out = self._kinds.get(kind, (-EVERY_SECONDS, 0))
            passes = now - since >= EVERY_SECONDS
            self._kinds[kind] = (now, 0) if passes else (since, left_out + 1)
            self._kinds.move_to_end(kind)
            while len(self._kinds) > MAX_KINDS:
                self._kinds.popitem(last=False)
        if passes and left_out:
            record.msg, record.args = f"{record.getMessage()} ({left_out:,} more like this)", ()
        return passes


def setup_logging(level: str) -> None:
    """Log to stderr from *level* (debug, info, warning, error) on; replaces earlier handlers."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine())
    if level.lower() != "debug":
        handler.addFilter(Sparing())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)


def _without_secrets(line: str) -> str:
    for pattern, shown in _SECRETS:
        line = pattern.sub(shown, line)
    return line
