"""Whose generations and which days a question is about, as parameters of its SQL. Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from storage.mapping.rows import clean

MAX_DAYS = 36_500
EXACT_DAYS = 90
"""Up to so many days every question is answered exactly."""
BEGINNING = date(1970, 1, 1)
"""Before everything that can be stored."""

MINE = "deleted_at IS NULL AND origin = '' AND (CAST($owner AS VARCHAR) IS NULL OR owner = $owner)"
"""The condition that a generation was made here and is the asker's."""
RECENT = f"{MINE} AND created_at >= CAST($since AS TIMESTAMP)"
"""The same, of the days asked for."""
TIMED = f"{RECENT} AND status = 'finished' AND run_seconds IS NOT NULL"
"""The same, finished and timed."""
LOCAL = "created_at + to_milliseconds(CAST($offset AS BIGINT))"
"""The moment of creation by the asker's clock."""
NO_SIZE = "no size"
SIZE = f"CASE WHEN width > 0 AND height > 0 THEN width || ' × ' || height ELSE '{NO_SIZE}' END"

_NAME = re.compile(r"\$([a-z_]+[0-9]*)")


@dataclass(frozen=True, slots=True)
class Asked:
    """`owner` None for everybody's; `days` back from `today`, today included, 0 for all time.

    `offset` is what the asker's clock is ahead of UTC.
    """

    owner: str | None
    days: int
    today: date
    offset: timedelta = timedelta()

    @property
    def first(self) -> date:
        """The first day asked for, by the asker's clock."""
        if self.days <= 0:
            return BEGINNING
        return max(BEGINNING, self.today - timedelta(days=min(self.days, MAX_DAYS) - 1))

    @property
    def since(self) -> datetime:
        """When the first day begins, UTC."""
        first = self.first
        return datetime(first.year, first.month, first.day) - self.offset  # noqa: DTZ001 - stored naive, in UTC

    @property
    def is_long(self) -> bool:
        """Whether roll-ups may answer: not up to EXACT_DAYS, nor by a clock of half hours."""
        is_whole = self.offset % timedelta(hours=1) == timedelta()
        return is_whole and not 0 < self.days <= EXACT_DAYS

    @property
    def clean_owner(self) -> str | None:
        """The owner as it is stored."""
        return None if self.owner is None else clean(self.owner)

    def values(self, sql: str, **others: Any) -> dict[str, Any]:
        """The parameters that *sql* names, from this and *others*."""
        known = {
            "owner": self.clean_owner,
            "since": self.since,
            "first": self.first,
            "today": self.today,
            "offset": int(self.offset.total_seconds() * 1000),
            **others,
        }
        return {name: known[name] for name in dict.fromkeys(_NAME.findall(sql))}


def sized(width: int, height: int) -> str:
    """What SIZE makes of *width* and *height*."""
    return f"{width} × {height}" if width > 0 and height > 0 else NO_SIZE
