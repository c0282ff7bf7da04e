"""One generation at one moment, as watchers see it. Immutable."""

from dataclasses import dataclass, field, replace

from comfy.freshness import Freshness, Link
from comfy.progress import CEILING, Progress
from storage.records import Generation, Status


@dataclass(frozen=True, slots=True)
class Forecast:
    """Seconds a generation takes, from `basis` past ones: median and an 80 % range.

    `cold` where a model will have to be loaded for it; `like` says in what those past ones were
    unlike it ("of another size"), "" where they were the same.
    """

    seconds: float
    low: float
    high: float
    basis: int
    cold: bool = False
    like: str = ""

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
    counts from 1 over our queue and the server's, 0 when not waiting; `eta` seconds left as of
    `eta_at`, None without a basis; `speed` steps per second or None; `keeping` while finished
    files are being fetched and written; `forecast` what was expected before it began; `paused` says
    that its owner's queue is. `studio.waiting` says what keeps it from running.
    """

    record: Generation
    progress: Progress | None = None
    freshness: Freshness = field(default_factory=Freshness)
    place: int = 0
    eta: float | None = None
    eta_at: float | None = None
    speed: float | None = None
    keeping: bool = False
    forecast: Forecast | None = None
    server_name: str = ""
    notice: str = ""
    paused: bool = False

    def as_of(self, now: float) -> float:
        """*now* while steps are told of, else when that stopped: nothing moves on without."""
        if self.freshness.link in (Link.LIVE, Link.NONE):
            return now
        return min(now, max(self.eta_at or 0.0, self.freshness.since or 0.0))

    @property
    def status(self) -> Status:
        """The record's status."""
        return self.record.status

    @property
    def is_final(self) -> bool:
        """True once nothing more will be published."""
        return self.record.status.is_final

    def seconds_left(self, now: float) -> float | None:
        """Seconds left at *now*; they stand still while nothing is told. None without a basis."""
        if self.is_final or self.eta is None:
            return None
        at = self.as_of(now)
        if self.progress is not None and self.progress.outlook is not None:
            return self.progress.outlook.left(at)
        return max(0.0, self.eta - max(0.0, at - self.eta_at)) if self.eta_at else self.eta

    def percentage_at(self, now: float) -> float:
        """Overall percent at *now*: it moves on as expected between two words of the server."""
        if self.record.status is Status.FINISHED or self.progress is None:
            return self.percentage
        return 100.0 * min(self.progress.fraction_at(self.as_of(now)), CEILING)

    @property
    def percentage(self) -> float:
        """Overall percent as of the last word: only grows, 100 only when finished *and kept*."""
        if self.record.status is Status.FINISHED:
            return 100.0
        return 100.0 * min(self.progress.fraction, CEILING) if self.progress else 0.0


__all__ = ["Forecast", "Freshness", "Link", "Snapshot"]
