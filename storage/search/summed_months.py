"""Which months are summed up, and what lies between these; see `storage.stats.rollups`."""

from datetime import datetime, timedelta

import duckdb

PARTS_DDL = "CREATE TABLE rollup_parts (month TIMESTAMP, build BIGINT, ready BOOLEAN)"
"""Which month is summed up under which build; a month without a row is not, or no longer."""

Months = list[datetime]
Gaps = list[tuple[datetime, datetime | None]]


def month_of(at: datetime) -> datetime:
    """The first moment of the month of *at*."""
    return datetime(at.year, at.month, 1)  # noqa: DTZ001 - stored naive, in UTC


def next_month(month: datetime) -> datetime:
    """The first moment of the month after."""
    return month_of(month + timedelta(days=32))


def ready(cursor: duckdb.DuckDBPyConnection, since: datetime) -> list[tuple[datetime, int]]:
    """The months from *since* on that are summed up, in order, each with its build."""
    return cursor.execute(
        "SELECT month, build FROM rollup_parts WHERE ready AND month >= $1 ORDER BY month", [since]
    ).fetchall()


def gaps(cursor: duckdb.DuckDBPyConnection, months: Months, since: datetime) -> Gaps:
    """What lies between *months* from *since* on; the last gap has no end."""
    oldest = cursor.execute("SELECT min(created_at) FROM generations").fetchone()
    found: Gaps = []
    first = max(since, oldest[0]) if oldest and oldest[0] else since
    for month in months:
        if first < month:
            found.append((first, month))
        first = next_month(month)
    return [*found, (first, None)]
