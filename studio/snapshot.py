"""One generation at one moment, as watchers see it. Immutable."""

from dataclasses import dataclass, field, replace

from comfy.freshness import Freshness, Link
from comfy.progress import Progress
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
    files are being fetched and written.
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

    @property
    def status(self) -> Status:
        """The record's status."""
        return self.record.status

    @property
    def is_final(self) -> bool:
        """True once nothing more will be published."""
        return self.record.status.is_final

    def seconds_left(self, now: float) -> float | None:
        """Seconds left at *now*: as last known, less what went by since while news comes in."""
        if self.is_final or self.eta is None:
            return None
        passed = 0.0
        if self.eta_at is not None and self.freshness.link in (Link.LIVE, Link.POLLING):
            passed = max(0.0, now - self.eta_at)
        return max(0.0, self.eta - passed)

    @property
    def percentage(self) -> float:
        """Overall percent: only grows, 100 only when finished *and kept*."""
        if self.record.status is Status.FINISHED:
            return 100.0
        return 100.0 * min(self.progress.fraction, 0.99) if self.progress else 0.0


__all__ = ["Forecast", "Freshness", "Link", "Snapshot"]
