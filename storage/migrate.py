"""Bring a database to this version's schema: numbered SQL files, each in one transaction."""

from pathlib import Path

import duckdb

from storage.errors import DatabaseNewer

MIGRATIONS = Path(__file__).with_name("migrations")


def migrate(connection: duckdb.DuckDBPyConnection, folder: Path = MIGRATIONS) -> int:
    """Apply what of *folder* is not applied yet; return the schema's version.

    Raises DatabaseNewer where the database is ahead of *folder*, duckdb.Error otherwise.
    """
    connection.execute(
        "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY, name VARCHAR)"
    )
    row = connection.execute("SELECT coalesce(max(version), 0) FROM schema_version").fetchone()
    present = int(row[0]) if row else 0
    files = sorted(folder.glob("[0-9]*.sql"))
    known = int(files[-1].name.split("_")[0])
    if present > known:
        raise DatabaseNewer(
            f"The database has schema {present}, this Stepglass knows {known}: start the newer "
            "version that wrote it, or choose another data folder."
        )
    for file in files[present:]:
        connection.execute("BEGIN")
        connection.execute(file.read_text(encoding="utf-8"))
        version = int(file.name.split("_")[0])
        connection.execute("INSERT INTO schema_version VALUES ($1, $2)", [version, file.name])
        connection.execute("COMMIT")
    return known
