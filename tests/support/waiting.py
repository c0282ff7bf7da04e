"""Waiting for what nothing tells."""

import time
from collections.abc import Callable

POLL = 0.02
"""Seconds between two looks."""


def until(is_so: Callable[[], object]) -> None:
    """Look until *is_so* is true. Whether that takes too long is pytest-timeout's affair."""
    while not is_so():
        time.sleep(POLL)
