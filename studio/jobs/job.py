"""One live generation, and what may have to hold of its record for a change to be made."""

import time
from dataclasses import dataclass, field

from storage.generations import Condition
from storage.records import Generation, Status
from studio.snapshot import Forecast

NOBODY = "-"
"""The line of a job whose end is being stored: no server may take it."""


def waits(record: Generation) -> bool:
    """Whether *record* is on no server."""
    return record.status is Status.QUEUED


def may_be_sent(record: Generation) -> bool:
    """Whether *record* waits and nobody has said that it should not go."""
    return waits(record) and not record.held and not record.cancel_asked


def sent_as(record: Generation) -> Condition:
    """That a server still has the attempt that *record* speaks of, and no other."""

    def holds(now: Generation) -> bool:
        on_server = now.status in (Status.SUBMITTED, Status.RUNNING)
        return on_server and (now.server, now.attempts) == (record.server, record.attempts)

    return holds


def is_live(record: Generation) -> bool:
    """Whether *record* is not over."""
    return not record.status.is_final


@dataclass(slots=True)
class Job:
    """One live generation. `line` is the server that took it, "" while it waits here.

    `notice` is a sentence about what keeps it, `keeping` whether its files are being fetched,
    `forecast` what was expected of it when it was handed out, and `trouble` why it is not known
    whether its server took it. `tries` counts attempts in a row that came to nothing on a server
    that works otherwise. `not_before` says, by server, until when (monotonic) others go first, and
    `refused` what each server said that will not have it.
    """

    record: Generation
    line: str = ""
    notice: str = ""
    keeping: bool = False
    forecast: Forecast | None = None
    trouble: str = ""
    tries: int = 0
    not_before: dict[str, float] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    def steps_aside(self, line: str) -> bool:
        """Whether *line* is to hand out others before this one, or refused it."""
        return line in self.refused or self.not_before.get(line, 0.0) > time.monotonic()


def live_and(when: Condition) -> Condition:
    """*when*, of a record that is not over: an end never changes."""
    return lambda record: is_live(record) and when(record)
