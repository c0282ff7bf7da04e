"""Logging: one line a record on stderr, without secrets."""

import logging
import re
import sys

_CHATTY = ("httpx", "httpcore", "websocket", "asyncio", "PIL", "urllib3", "aiohttp.access", "mcp")
"""Libraries whose every request would drown our own lines below WARNING."""
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


def setup_logging(level: str) -> None:
    """Log to stderr from *level* (debug, info, warning, error) on; replaces earlier handlers."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)


def _without_secrets(line: str) -> str:
    for pattern, shown in _SECRETS:
        line = pattern.sub(shown, line)
    return line
