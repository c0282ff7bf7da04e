"""Being asked to end: SIGTERM, or Ctrl-C."""

import logging
import os
import signal
import threading
from types import FrameType

END_SECONDS = 3.0
"""From the signal to the end, whatever hangs."""
_log = logging.getLogger(__name__)


def catch_signals() -> threading.Event:
    """Return an event that is set once the program is asked to end; main thread only.

    From then on it has `END_SECONDS`: a server that does not answer may hold a thread for longer,
    and all that matters is stored before it is shown.
    """
    asked = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        if not asked.is_set():
            asked.set()
            limit = threading.Timer(END_SECONDS, _end)
            limit.daemon = True
            limit.start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)
    return asked


def wait_for_signal(asked: threading.Event) -> None:
    """Block until *asked* is set."""
    # Windows delivers no signal to a thread that waits without an end.
    while not asked.wait(1.0):
        pass


def _end() -> None:
    _log.warning("Something did not end in time; ending without it.")
    logging.shutdown()
    os._exit(0)
