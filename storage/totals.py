"""Totals over everything ever stored, for whoever watches over the installation."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from storage.records import Status
from storage.store import Store

SECONDS_BUCKETS = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0)
"""Upper bounds of seconds a generation took on its server."""
RATE_BUCKETS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
"""Upper bounds of steps per second."""

_STATUSES = "SELECT status, count(*) FROM generations GROUP BY status"
_SECONDS = """
SELECT date_diff('microsecond', started_at, finished_at) / 1e6 AS value FROM generations
WHERE status = 'finished' AND finished_at >= started_at
"""
_RATES = """
SELECT sum(r.steps) / (sum(date_diff('microsecond', r.started_at, r.finished_at)) / 1e6) AS value
FROM node_runs r JOIN generations g ON g.id = r.generation
WHERE r.activity = 'sampling' AND r.steps > 0 AND g.status = 'finished'
GROUP BY r.generation
HAVING sum(date_diff('microsecond', r.started_at, r.finished_at)) > 0
"""


@dataclass(frozen=True, slots=True)
class Histogram:
    """`counts[i]` values are at most `bounds[i]`; `count` and `sum` are of all values."""

    bounds: tuple[float, ...]
    counts: tuple[int, ...]
    count: int
    sum: float


class Totals:
    """Counts in a *store*, deleted generations included until they are purged."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def by_status(self) -> dict[Status, int]:
        """How many generations are in each state."""
        found = dict(self._store.read(lambda cursor: cursor.execute(_STATUSES).fetchall()))
        return {status: int(found.get(status.value, 0)) for status in Status}

    def seconds(self) -> Histogram:
        """Seconds from start to finish of the finished ones."""
        return self._histogram(_SECONDS, SECONDS_BUCKETS)

    def steps_per_second(self) -> Histogram:
        """Sampler steps per second of the finished ones."""
        return self._histogram(_RATES, RATE_BUCKETS)

    def _histogram(self, sql: str, bounds: Sequence[float]) -> Histogram:
        bucketed = f"""
        WITH found AS ({sql})
        SELECT list_count(list_filter($bounds, b -> b < value)) AS bucket, count(*), sum(value)
        FROM found GROUP BY bucket
        """
        values = {"bounds": list(bounds)}
        rows = self._store.read(lambda cursor: cursor.execute(bucketed, values).fetchall())
        by_bucket = {int(bucket): (int(count), float(total)) for bucket, count, total in rows}
        counts = accumulate(by_bucket.get(i, (0, 0.0))[0] for i in range(len(bounds)))
        count = sum(n for n, _ in by_bucket.values())
        total = sum(t for _, t in by_bucket.values())
        return Histogram(tuple(bounds), tuple(counts), count, total)
