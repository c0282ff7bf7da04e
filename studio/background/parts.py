"""Parts that run in the background: how they begin and end together."""

import time
from collections.abc import Sequence
from typing import Protocol

from comfy.client.threads import JOIN_SECONDS


class Part(Protocol):
    """Something with threads or processes of its own."""

    def start(self) -> None:
        """Begin; returns at once."""

    def stop(self) -> None:
        """Ask it to end; returns at once."""

    def close(self, seconds: float) -> None:
        """Stop, and wait at most *seconds* for the end."""


def end(parts: Sequence[Part], seconds: float = JOIN_SECONDS) -> None:
    """Stop all *parts*, those that began last first, and wait at most *seconds* for all."""
    for part in reversed(parts):
        part.stop()
    until = time.monotonic() + seconds
    for part in reversed(parts):
        part.close(max(0.0, until - time.monotonic()))
