"""Waiting for the end of a prompt on one server, without asking in between."""

import threading

from comfy.client.server import Server
from comfy.progress.advance import Progress

PATIENCE = 60.0
"""Seconds after which something has certainly gone wrong, on any machine."""


class Ends:
    """`note` is a Server's `on_change`; then `of` gives the last snapshot of a prompt."""

    def __init__(self) -> None:
        self._told = threading.Condition()

    def note(self, _prompt_id: str) -> None:
        """Something is new."""
        with self._told:
            self._told.notify_all()

    def of(self, server: Server, prompt_id: str) -> Progress:
        """The final snapshot, once there is one."""

        def is_over() -> bool:
            snapshot = server.snapshot(prompt_id)
            return snapshot is not None and snapshot.phase.is_final

        with self._told:
            assert self._told.wait_for(is_over, PATIENCE), server.snapshot(prompt_id)
        last = server.snapshot(prompt_id)
        assert last is not None
        return last
