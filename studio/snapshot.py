"""One generation at one moment, as watchers see it. Immutable."""

from dataclasses import dataclass, field, replace

from comfy.client.reconcile.freshness import Freshness, Link
from comfy.progress.advance import CEILING, Phase, Progress
from comfy.progress.timeline import seconds_left
from storage.records import Generation, Status

ROUGH = 4.0
"""A range whose end is more than so many times its beginning is a rough guess."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """Seconds a generation takes, from `basis` past ones: median and an 80 % range.

    `cold` where a model will have to be loaded for it; `like` says in what those past ones were
    unlike it ("of another size"), "" where they were the same. A range of more than 1:4 is `rough`,
    and what is `partial`: something is to run that was never timed, and is not included.
    """

    seconds: float
    low: float
    high: float
    basis: int
    cold: bool = False
    like: str = ""
    partial: bool = False

    @property
    def rough(self) -> bool:
        """Whether the range is so wide that the middle says little."""
        return self.partial or self.high > ROUGH * self.low

    def times(self, count: int) -> "Forecast":
        """Of *count* such generations one after the other."""
        # What makes one slower mostly makes them all slower, so the range grows along.
        return replace(
            self, seconds=self.seconds * count, low=self.low * count, high=self.high * count
        )


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A generation now.

    `record` is the latest stored record (its `images` are filled once kept); `progress` the
    server's side, None before it was handed out and after a restart of a finished one; `place`
    counts from 1 over our queue and the server's, 0 when not waiting; `reached` is
    the share to show, 0…1, never below one shown before of the same attempt; `as_of` the moment
    that it holds for, by `comfy.clock`; `speed` steps per second or None; `keeping` while finished
    files are being fetched and written; `forecast` what was expected before it began; `paused` says
    that its owner's queue is. `studio.queue.waiting` says what keeps it from running.
    """

    record: Generation
    progress: Progress | None = None
    freshness: Freshness = field(default_factory=Freshness)
    place: int = 0
    reached: float = 0.0
    as_of: float = 0.0
    speed: float | None = None
    keeping: bool = False
    forecast: Forecast | None = None
    server_name: str = ""
    notice: str = ""
    paused: bool = False

    @property
    def status(self) -> Status:
        """The record's status."""
        return self.record.status

    @property
    def is_final(self) -> bool:
        """True once nothing more will be published."""
        return self.record.status.is_final

    @property
    def is_overdue(self) -> bool:
        """Whether what runs takes longer than could be expected: nobody knows what is left."""
        return self.progress is not None and self.progress.is_overdue(self.as_of)

    @property
    def seconds_left(self) -> float | None:
        """Seconds left at `as_of`; None without a basis, before it runs, and once it is overdue."""
        if self.is_final or self.progress is None:
            return None
        return seconds_left(self.progress, self.as_of)

    @property
    def percentage(self) -> float:
        """Overall percent: it only grows, and is 100 only when finished *and kept*.

        It is below 99 while anything runs, and another end leaves it where it was.
        """
        if self.record.status is Status.FINISHED:
            return 100.0
        if self.is_final:
            return 100.0 * min(self.record.reached, CEILING)
        return 100.0 * min(self.reached, CEILING) if self.progress else 0.0


def as_of(progress: Progress | None, freshness: Freshness, now: float) -> float:
    """The moment that *progress* can be told of: *now* while news comes, else when that stopped.

    What does not run does not move on.
    """
    if progress is None or progress.phase is not Phase.RUNNING:
        return 0.0
    if freshness.link in (Link.LIVE, Link.NONE, Link.STALLED):
        return now
    return min(now, max(progress.heard_at or 0.0, freshness.since or 0.0))


__all__ = ["Forecast", "Freshness", "Link", "Snapshot", "as_of"]
