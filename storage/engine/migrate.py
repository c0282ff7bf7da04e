"""Bring a database to this version's schema: numbered SQL files, each in one transaction.

What a transaction changes stays in memory until its end, more than there is where a column of all
generations gets new text. A statement after IN_PIECES is therefore carried out for some of them
at a time, $1 and $2 being their first and last id, each in a transaction of its own. Its file is
applied from its start again where that was cut short, and must allow for it.
"""

from pathlib import Path

import duckdb

from storage.errors import DatabaseNewer

MIGRATIONS = Path(__file__).with_name("migrations")
IN_PIECES = "-- In pieces:"
PIECE = 100_000
"""Generations of a piece: a few hundred megabytes."""


def migrate(
    connection: duckdb.DuckDBPyConnection, folder: Path = MIGRATIONS, piece: int = PIECE
) -> int:
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
        _apply(connection, file, piece)
    return known


def _apply(connection: duckdb.DuckDBPyConnection, file: Path, piece: int) -> None:
    whole, _, in_pieces = file.read_text(encoding="utf-8").partition(IN_PIECES)
    connection.execute("BEGIN")
    connection.execute(whole)
    if in_pieces:
        connection.execute("COMMIT")
        for span in _spans(connection, piece):
            connection.execute(in_pieces, span)
            connection.execute("CHECKPOINT")  # only then is the memory free again
        connection.execute("BEGIN")
    version = int(file.name.split("_")[0])
    connection.execute("INSERT INTO schema_version VALUES ($1, $2)", [version, file.name])
    connection.execute("COMMIT")


def _spans(connection: duckdb.DuckDBPyConnection, piece: int) -> list[tuple[str, str]]:
    """The first and last ids of *piece* generations each, all of them together."""
    return connection.execute(
        "SELECT min(id), max(id) FROM "
        "(SELECT id, (row_number() OVER (ORDER BY id) - 1) // $1 AS piece FROM generations) "
        "GROUP BY piece ORDER BY piece",
        [piece],
    ).fetchall()
