"""Waiting for threads to end, but not for ever.

They are all daemons: one that a server, a name look-up or a disk holds up does not keep the
program from ending, and finds everything closed when it comes back.
"""

import logging
import threading
import time
from collections.abc import Iterable

log = logging.getLogger(__name__)

JOIN_SECONDS = 1.5
"""How long closing one part, or all of them together, waits for their threads."""


def join(threads: Iterable[threading.Thread], seconds: float = JOIN_SECONDS) -> None:
    """Wait at most *seconds* in all for *threads*; those never started count as ended."""
    until = time.monotonic() + seconds
    for thread in threads:
        if thread.is_alive() and thread is not threading.current_thread():
            thread.join(max(0.0, until - time.monotonic()))
            if thread.is_alive():
                log.warning("the thread “%s” is left behind: it waits for an answer", thread.name)
