"""What stands in the queue, with forecasts: what servers have, then what waits, next first.

Everybody sees how many wait before them; nobody sees what others wait for. However many wait, a
look draws only those that are asked for.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from comfy.client.reconcile.freshness import Link
from comfy.client.server import Server
from comfy.progress.advance import Phase
from storage.records import Generation
from studio.access.viewer import Viewer
from studio.generations.snapshots import Snapshots
from studio.jobs.jobs import Jobs
from studio.jobs.limits import MAX_WAITING_TOTAL
from studio.queue.schedule import Held, Slot, on_server, schedule
from studio.snapshot import Snapshot

_HEARD = (Link.NONE, Link.LIVE, Link.POLLING)
"""How news comes in while a forecast may be trusted."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One place in the queue. Seconds from now until it starts and ends, None where not known.

    `place` 0 is on a server already, else it counts from 1. `is_mine` where the viewer may change
    it; `snapshot` is None where they may not, and where more was not asked for.
    """

    place: int
    starts_in: float | None = None
    ends_in: float | None = None
    snapshot: Snapshot | None = None
    is_mine: bool = False


class Places:
    """Looks at the queue. `servers` are all lines, by name."""

    def __init__(self, jobs: Jobs, snapshots: Snapshots, servers: Mapping[str, Server]) -> None:
        self._jobs = jobs
        self._snapshots = snapshots
        self._servers = servers

    def entries(
        self, viewer: Viewer, offset: int = 0, limit: int = MAX_WAITING_TOTAL
    ) -> list[Entry]:
        """The whole queue.

        Of the viewer's own, *limit* from *offset* on come with a snapshot and a forecast.
        """
        sent, free = self._sent(viewer)
        before = sum(entry.is_mine for entry in sent)
        waiting = self._jobs.waiting()
        own = [n for n, (g, _) in enumerate(waiting) if viewer.may_change(g.owner)]
        shown = own[max(0, offset - before) : max(0, offset + limit - before)]
        slots = self._slots([g for g, _ in waiting[: shown[-1] + 1 if shown else 0]], free)
        entries = [Entry(place, is_mine=viewer.may_change(g.owner)) for g, place in waiting]
        for number in shown:
            record, place = waiting[number]
            entries[number] = self._entry(record.id, place, slots.get(record.id, Slot()))
        return _within(sent, offset, limit) + entries

    def _entry(self, id_: str, place: int, slot: Slot) -> Entry:
        """One of the viewer's own that waits; without a snapshot where it is over meanwhile."""
        job = self._jobs.get(id_)
        snapshot = self._snapshots.of(job) if job else None
        return Entry(place, slot.starts_in, slot.ends_in, snapshot, is_mine=True)

    def _slots(
        self, waiting: Iterable[Generation], free: Iterable[float | None]
    ) -> dict[str, Slot]:
        """When each of *waiting* that is not held or paused will run, by id."""
        paused = self._jobs.paused
        going = [g for g in waiting if not g.held and g.owner not in paused]
        slots = schedule(free, self._seconds(going))
        return {record.id: slot for record, slot in zip(going, slots, strict=True)}

    def _seconds(self, waiting: Sequence[Generation]) -> list[float | None]:
        """Seconds that each of *waiting* will run, by what is known by now."""
        seconds: list[float | None] = []
        before: Generation | None = None
        for record in waiting:
            expected = self._snapshots.expected(record, after=before)
            seconds.append(expected.seconds if expected else record.forecast_seconds)
            before = record
        return seconds

    def _sent(self, viewer: Viewer) -> tuple[list[Entry], list[float | None]]:
        """What servers have of ours, and seconds until each reachable server is free of it."""
        entries, free = list[Entry](), list[float | None]()
        by_server: dict[str, list[Snapshot]] = {name: [] for name in self._servers}
        for job in self._jobs.sent():
            by_server.setdefault(job.line, []).append(self._snapshots.of(job))
        for name, theirs in by_server.items():
            theirs.sort(key=lambda s: (not _runs(s), s.place, s.record.id))
            slots = on_server([_held(s) for s in theirs])
            entries += [_on_server(s, slot, viewer) for s, slot in zip(theirs, slots, strict=True)]
            server = self._servers.get(name)
            if server and server.freshness().link is not Link.UNREACHABLE:
                free.append(_free(slots, server.remaining))
        return entries, free


def _free(slots: Sequence[Slot], remaining: int) -> float | None:
    """Seconds until a server that has *remaining* prompts, ours in *slots*, is free.

    None where some are somebody else's: nobody knows how long those take.
    """
    if remaining > len(slots):
        return None
    return slots[-1].ends_in if slots else 0.0


def _on_server(snapshot: Snapshot, slot: Slot, viewer: Viewer) -> Entry:
    is_mine = viewer.may_change(snapshot.record.owner)
    return Entry(0, slot.starts_in, slot.ends_in, snapshot if is_mine else None, is_mine)


def _within(sent: Iterable[Entry], offset: int, limit: int) -> list[Entry]:
    """*sent*, of which only the viewer's own within the limits keep their snapshot."""
    entries, number = [], 0
    for entry in sent:
        is_shown = not entry.is_mine or offset <= number < offset + limit
        entries.append(entry if is_shown else replace(entry, snapshot=None))
        number += entry.is_mine
    return entries


def _runs(snapshot: Snapshot) -> bool:
    progress = snapshot.progress
    return progress is not None and progress.phase is not Phase.QUEUED


def _held(snapshot: Snapshot) -> Held:
    seconds = snapshot.seconds_left
    if seconds is None and not _runs(snapshot):
        seconds = snapshot.record.forecast_seconds
    if snapshot.freshness.link not in _HEARD:
        seconds = None
    return Held(_runs(snapshot), seconds, snapshot.place)
