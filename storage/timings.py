"""What a store knows of how long things took: single nodes for forecasts, months for years."""

from collections.abc import Callable
from functools import partial
from time import time_ns

from storage.engine.database import Database
from storage.engine.writer import Writer
from storage.stats import rollups, timings
from storage.stats.rollups import Summed
from storage.stats.timings import NodeTiming


class Timings:
    """Past times, and their sums by the month."""

    def __init__(self, database: Database, writer: Writer) -> None:
        self._read = database.read
        self._write = writer.write

    def past_runs(self, server: str, limit: int = 200) -> list[NodeTiming]:
        """Node timings of the last *limit* generations finished on *server*, newest first."""
        return self._read(lambda cursor: timings.past_runs(cursor, server, limit))

    def sum_up(
        self,
        now: float,
        is_wanted: Callable[[], bool] = lambda: True,
        least: int = rollups.MIN_GENERATIONS,
    ) -> int:
        """Sum up past months, of *least* generations each, that are not yet; return how many.

        For questions about years. Stops between two where it *is_wanted* no longer. A month takes
        about a second, beside reading and writing.
        """
        months = self._read(lambda cursor: rollups.due(cursor, now, least))
        for number, month in enumerate(months):
            if not is_wanted():
                return number
            build = time_ns()
            self._write(Summed(month, build, is_ready=False))
            self._read(partial(rollups.build, month=month, number=build))
            self._write(Summed(month, build, is_ready=True))
        if months:
            self._read(rollups.sweep)
        return len(months)
