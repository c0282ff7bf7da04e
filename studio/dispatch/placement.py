"""Which of several servers is to have what: each generation goes where it ends soonest.

A server is not handed what comes next merely because it has room: of a rack with a fast and a slow
card, the slow one would begin at the end what the fast one could have ended long before. What waits
is placed in the order of its turns, each where it would end first by what is forecast (minimum
completion time), and a server gets the first that falls to it.
"""

import logging
import time
from collections.abc import Iterable, Mapping
from itertools import islice

from comfy.client.reconcile.freshness import Link
from comfy.client.server import Server
from storage.errors import StorageError
from storage.records import Generation
from studio.forecast.estimator import Estimator
from studio.jobs.job import Job
from studio.jobs.roster import Roster
from studio.servers.ability import Ability
from studio.snapshot import Forecast

log = logging.getLogger(__name__)

LOOK_AHEAD = 64
"""Generations that are placed. Where more wait, whoever has room takes what comes next."""
UNKNOWN_SECONDS = 1.0
"""What a generation is taken for of which no server has shown anything."""
OVERDUE = 0.1
"""The share of its forecast that is taken to be left of what has run for longer."""
READY = (Link.LIVE, Link.POLLING, Link.STALLED)
"""How a server is heard that may be handed something."""


def first_for(line: str, free: Mapping[str, float], costs: Iterable[Mapping[str, float]]) -> int:
    """The place of the first that *line* is given, of what waits; -1 for none.

    *free* are the seconds until each server is free, *costs* what each that waits takes on every
    server that can run it, in order. Each is given to the server where it ends first; where two
    end alike, to the one that is named first.
    """
    free_at = dict(free)
    for place, seconds in enumerate(costs):
        ends = {name: free_at[name] + cost for name, cost in seconds.items() if name in free_at}
        if not ends:
            continue
        soonest = min(ends, key=lambda name: ends[name])
        if soonest == line:
            return place
        free_at[soonest] = ends[soonest]
    return -1


def is_ready(server: Server) -> bool:
    """Whether *server* may be handed something."""
    return server.answers and server.freshness().link in READY


class Placement:
    """Chooses what each server is handed next, under the lock of all jobs."""

    def __init__(
        self, servers: Mapping[str, Server], ability: Ability, estimator: Estimator
    ) -> None:
        self._servers = servers
        self._ability = ability
        self._estimator = estimator

    def look_up(self) -> None:
        """Read what servers have shown so far, before all jobs are locked."""
        try:
            self._estimator.read(self._servers)
        except StorageError as error:
            log.warning("what servers have shown so far cannot be read: %s", error)

    def choose(self, line: str, roster: Roster) -> Generation | None:
        """What *line* is to have of all that waits in *roster*; None where nothing is for it."""
        others = [n for n, s in self._servers.items() if n != line and is_ready(s)]
        ahead = list(islice(roster.line.upcoming(), LOOK_AHEAD + 1)) if others else []
        if not others or len(ahead) > LOOK_AHEAD:
            return next(roster.line.upcoming(lambda r: self._may_have(line, r, roster)), None)
        names = (line, *others)
        now = time.time()
        free = {
            name: busy_seconds([job for job in roster.sent if job.line == name], now)
            for name in names
        }
        costs = [self._costs(record, names, roster) for record in ahead]
        place = first_for(line, free, costs)
        return ahead[place] if place >= 0 else None

    def _may_have(self, line: str, record: Generation, roster: Roster) -> bool:
        job = roster.get(record.id)
        is_turn = job is not None and not job.steps_aside(line)
        return is_turn and self._ability.can_run(record, line)

    def _costs(
        self, record: Generation, names: Iterable[str], roster: Roster
    ) -> Mapping[str, float]:
        """Seconds that *record* takes, by server that may have it now."""
        able = [name for name in names if self._may_have(name, record, roster)]
        told = {name: self._forecast(record, name) for name in able}
        known = [forecast.seconds for forecast in told.values() if forecast]
        # Whoever has shown nothing yet is tried: it counts as the best that is known.
        unknown = min(known, default=UNKNOWN_SECONDS)
        return {name: f.seconds if f else unknown for name, f in told.items()}

    def _forecast(self, record: Generation, name: str) -> Forecast | None:
        try:
            return self._estimator.waiting(record, (name,))
        except StorageError as error:
            log.warning("what %s has shown so far cannot be read: %s", name, error)
            return None


def busy_seconds(sent: Iterable[Job], now: float) -> float:
    """Seconds until a server is done with what it was *sent*, as of *now* (epoch seconds)."""
    jobs = [job for job in sent if not job.keeping]
    return sum(_left(job, now) for job in jobs) + _delay(jobs, now)


def _left(job: Job, now: float) -> float:
    """Seconds that are left of *job*; what is overdue is taken to go on for as long again.

    So a server that has come to a halt, though it answers, does not keep what waits for ever.
    """
    seconds = job.forecast.seconds if job.forecast else UNKNOWN_SECONDS
    if job.record.started_at is None:
        return seconds
    over = now - job.record.started_at - seconds
    return max(-over, over, seconds * OVERDUE)


def _delay(jobs: Iterable[Job], now: float) -> float:
    """Seconds for which none of *jobs* will begin, as somebody else's run: as long as they did."""
    waits = []
    for job in jobs:
        if job.record.started_at is not None:
            return 0.0
        if job.record.submitted_at is not None:
            waits.append(now - job.record.submitted_at)
    return max(waits, default=0.0)
