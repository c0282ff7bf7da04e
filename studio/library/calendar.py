"""Days on which Stepglass was seen running: evidence that time has passed, whatever a clock says.

A clock that is a month ahead for one start must not empty the bin for good. So the bin lets go only
of what was put there before the last few of those days, as well as long ago by the clock.
"""

import math
from typing import Any

from storage.store import Store

KIND, OWNER, NAME = "upkeep", "", "days"
DAYS_SEEN = 7
"""Days on which Stepglass has to be seen running after something is put into the bin."""
DAY_GAP = 72_000.0
"""Seconds between two such days, at least: they are looked for every hour, not at one hour."""


class Calendar:
    """The last DAYS_SEEN days, kept in the *store*."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def look(self, now: float) -> float:
        """Note that the day of *now* is seen; return the time since which DAYS_SEEN were, else 0.

        Epoch seconds. Raises StorageError.
        """
        days = self._days()
        if not days or not 0 <= now - days[-1] < DAY_GAP:
            days = [*days, now][-DAYS_SEEN:]
            self._store.documents.keep(KIND, OWNER, NAME, {"days": days})
        return min(days) if len(days) == DAYS_SEEN else 0.0

    def _days(self) -> list[float]:
        """In the order in which they were seen."""
        kept: Any = self._store.documents.by_name(KIND, OWNER).get(NAME, {}).get("days")
        days = kept if isinstance(kept, list) else []
        return [day for day in days if isinstance(day, float) and math.isfinite(day)]
