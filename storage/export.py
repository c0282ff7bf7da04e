"""Everything for other programs: each table of the records, and each statistic, as files."""

from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb
import pandas as pd

from storage.engine.database import FILE_NAME
from storage.error_translation import explain
from storage.errors import BackupRefused
from storage.statistics import Statistics
from storage.store import Store
from storage.transfer.table_files import Format, write_frame, write_table

KEPT_BACK = frozenset({"schema_version", "flags", "documents", "hooks", "outbox"})
"""Tables that are no records: presets and tokens among them, and what is derived."""
DERIVED = "rollup"
"""How tables begin that are made from others."""

Ask = Callable[[Statistics, str | None, int], pd.DataFrame]
QUESTIONS: Mapping[str, Ask] = {
    "per_day": lambda s, owner, days: s.per_period(owner=owner, days=days, unit="day"),
    "per_week": lambda s, owner, days: s.per_period(owner=owner, days=days, unit="week"),
    "per_month": lambda s, owner, days: s.per_period(owner=owner, days=days, unit="month"),
    "by_hour_of_week": lambda s, owner, days: s.by_hour_of_week(owner=owner, days=days),
    "outcomes": lambda s, owner, days: s.outcomes(owner=owner, days=days),
    "speed": lambda s, owner, days: s.speed(
        owner=owner, days=days, by=("checkpoint", "size", "sampler", "server")
    ),
    "where_time_goes": lambda s, owner, days: s.where_time_goes(owner=owner, days=days),
    "cold_and_warm": lambda s, owner, days: s.cold_and_warm(owner=owner, days=days),
    "trends": lambda s, owner, days: s.trends(owner=owner, days=days),
    "trend": lambda s, owner, days: every_trend(s, owner, days),
    "changes": lambda s, owner, days: s.changes(owner=owner, days=days),
    "forecast_quality": lambda s, owner, days: s.forecast_quality(owner=owner, days=days),
    "forecast_summary": lambda s, owner, days: s.forecast_summary(owner=owner, days=days),
    "failures": lambda s, owner, days: s.failures(owner=owner, days=days),
    "recent_errors": lambda s, owner, days: s.recent_errors(owner=owner, days=days, limit=1000),
    "what_if": lambda s, owner, days: s.what_if(owner=owner, days=days),
    "headlines": lambda s, owner, days: s.headline_table(owner=owner, days=days),
}
"""Every statistic that is a table, by the name it is downloaded under."""


def every_trend(statistics: Statistics, owner: str | None, days: int) -> pd.DataFrame:
    """All series of `trends`, each row with the checkpoint, size and server it is of."""
    tables = []
    for row in statistics.trends(owner=owner, days=days).to_dict("records"):
        one = {name: row[name] for name in ("checkpoint", "width", "height", "server")}
        table = statistics.trend(owner=owner, days=days, **one)
        for place, name in enumerate(("checkpoint", "size", "server")):
            table.insert(place, name, row[name])
        tables.append(table)
    columns = ["checkpoint", "size", "server", "at", "seconds", "p10", "p90", "generations"]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)


def export(data_folder: Path, folder: Path, kind: Format) -> int:
    """Write all of *data_folder* into files of *folder*, of all time; return their number.

    Files of the same names are replaced, others stay. Opens the data folder itself, so that no
    other process may have it open. Raises StorageError.
    """
    if not (data_folder / FILE_NAME).is_file():
        raise BackupRefused(
            f"{data_folder} holds no Stepglass database: give the data folder with --data-folder."
        )
    store = Store(data_folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tables = store.read(lambda cursor: _write_records(cursor, folder, kind))
        statistics = Statistics(store)
        for name, ask in QUESTIONS.items():
            write_frame(ask(statistics, None, 0), folder / f"statistics_{name}.{kind}", kind)
    except (OSError, duckdb.Error) as error:
        raise explain(error, folder) from error
    finally:
        store.close()
    return tables + len(QUESTIONS)


def _write_records(cursor: duckdb.DuckDBPyConnection, folder: Path, kind: Format) -> int:
    found = cursor.execute("SELECT table_name FROM duckdb_tables() ORDER BY table_name").fetchall()
    names = [name for (name,) in found if name not in KEPT_BACK and not name.startswith(DERIVED)]
    for name in names:
        write_table(cursor, f"SELECT * FROM {name}", folder / f"{name}.{kind}", kind)
    return len(names)
