"""What happens to a job, and to those behind it, once an attempt to send it to a server failed.

The job lets others pass, each time for longer. Where the server takes prompts otherwise, it is
the job: it fails after a few tries. Where the server takes none, every job waits until it does.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from comfy.client.server import Server
from comfy.client.timeouts import USUAL, Cadence
from comfy.errors import ComfyError
from storage.records import Generation, Status
from studio.dispatch import explanations
from studio.jobs.job import waits
from studio.jobs.jobs import Jobs

log = logging.getLogger(__name__)

MAX_TRIES = 3
"""Attempts that may come to nothing on a server that takes other prompts."""
GROWTH = 4
"""How many times longer a job steps aside after each."""


class Setbacks:
    """Settles attempts of one server's line. *forget* drops what is followed of a prompt."""

    def __init__(
        self,
        server: Server,
        jobs: Jobs,
        forget: Callable[[str], None],
        cadence: Cadence = USUAL,
    ) -> None:
        self._server = server
        self._name = server.address.label
        self._jobs = jobs
        self._forget = forget
        self._cadence = cadence

    def step_aside(self, record: Generation, notice: str, **fields: Any) -> bool:
        """Let the job of *record* wait for its next try, or fail it after too many.

        Return whether the server takes prompts otherwise. Raises StorageError: then nothing has
        changed, and it may be called again.
        """
        works, job = self._works(), self._jobs.get(record.id)
        tries = (job.tries if job else 0) + works
        if tries >= MAX_TRIES:
            self._fail(record, notice)
            return works
        pause = min(self._cadence.max_retry, self._cadence.put_back * GROWTH**tries)
        self._jobs.step_aside(record.id, self._name, pause)
        log.warning("generation %s waits for %s again: %s", record.id, self._name, notice)
        self.take_back(record, notice, **fields)
        self._jobs.show(record.id, tries=tries)
        return works

    def take_back(self, record: Generation, notice: str, **fields: Any) -> None:
        """Let the job of *record* wait again, in its old place. Raises StorageError."""
        if waits(record):
            self._jobs.let_go(record.id, self._name, notice)
        else:
            self._jobs.put_back(record, notice, release=lambda: self._forget(record.id), **fields)

    def _works(self) -> bool:
        try:
            return self._server.api.takes_prompts()
        except ComfyError:
            return False

    def _fail(self, record: Generation, notice: str) -> None:
        why = explanations.refused_often(self._name, MAX_TRIES, notice)
        end: dict[str, Any] = {"status": Status.FAILED, "finished_at": time.time()} | why.fields()
        if self._jobs.finish(record.id, **end):
            self._forget(record.id)
