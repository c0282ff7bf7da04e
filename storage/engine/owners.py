"""Whose records are whose, where that changes: one person takes over what others' browsers made."""

from dataclasses import dataclass

import duckdb

from storage.engine.outbox import MAX_HOOKS
from storage.mapping import rows

_DERIVED = ("rollup_",)
"""Tables that are made from others; they are made anew."""
_WAITING = ("queued", "submitted", "running")
Keys = tuple[tuple[str, str], ...]
_IS_MEANT = "(owner = $1 OR ends_with($1, ':') AND starts_with(owner, $1))"
_NAME = 70
"""Characters that are kept of a name that gets a number."""


@dataclass(frozen=True, slots=True)
class TakeOver:
    """Let everything of *former*, or of all of a kind where it ends with a colon, be *owner*'s.

    Of two documents of one name both stay, the one that comes with a number, but for those that
    `keyed` names as (kind, name): these get the name of the owner they had. Documents of the kinds
    `placed` keep their name, which says a place, and there is one of each. A flag ``NAME:OWNER``
    comes along where that owner has generations that are not over.

    Of all of a kind, who are strangers to each other, neither hooks nor documents of those kinds
    come along: they are removed, for through them strangers would go on. One owner's hooks come
    along, the oldest of them up to MAX_HOOKS with *owner*'s own.
    """

    former: str
    owner: str
    keyed: Keys = ()
    placed: tuple[str, ...] = ()


def take_over(cursor: duckdb.DuckDBPyConnection, write: TakeOver) -> tuple[str, ...]:
    """Carry *write* out within the open transaction; return the owners that had anything."""
    owner = rows.clean(write.owner)
    former = _owners(cursor, rows.clean(write.former))
    if not former:
        return ()
    _flags(cursor, former, owner)
    if write.former.endswith(":"):
        _forget(cursor, former, write.placed)
    _spare_hooks(cursor, former, owner)
    _documents(cursor, former, owner, write)
    for table in _tables(cursor):
        cursor.execute(f"UPDATE {table} SET owner = $1 WHERE owner = ANY($2)", [owner, former])
    cursor.execute("DELETE FROM rollup_parts")
    return tuple(former)


def count_of(cursor: duckdb.DuckDBPyConnection, former: str) -> int:
    """Generations of *former*, meant as in `TakeOver`, that are not in the bin."""
    row = cursor.execute(
        f"SELECT count(*) FROM generations WHERE {_IS_MEANT} AND deleted_at IS NULL",
        [rows.clean(former)],
    ).fetchone()
    return int(row[0]) if row else 0


def _owners(cursor: duckdb.DuckDBPyConnection, former: str) -> list[str]:
    union = " UNION ".join(f"SELECT owner FROM {t}" for t in ("documents", *_tables(cursor)))
    owners = cursor.execute(
        f"SELECT DISTINCT owner FROM ({union}) WHERE {_IS_MEANT} ORDER BY owner", [former]
    )
    return [row[0] for row in owners.fetchall()]


def _tables(cursor: duckdb.DuckDBPyConnection) -> list[str]:
    """Every table with owners but documents, whose names may meet."""
    found = cursor.execute(
        "SELECT table_name FROM duckdb_columns() WHERE column_name = 'owner' "
        "AND database_name = current_database() AND schema_name = current_schema() "
        "ORDER BY table_name"
    ).fetchall()
    names = [row[0] for row in found]
    return [name for name in names if name != "documents" and not name.startswith(_DERIVED)]


def _flags(cursor: duckdb.DuckDBPyConnection, former: list[str], owner: str) -> None:
    flags = [row[0] for row in cursor.execute("SELECT name FROM flags").fetchall()]
    for flag in flags:
        name, _, whose = flag.partition(":")
        if whose not in former:
            continue
        cursor.execute("DELETE FROM flags WHERE name = $1", [flag])
        waiting = cursor.execute(
            "SELECT 1 FROM generations WHERE owner = $1 AND status = ANY($2) LIMIT 1",
            [whose, list(_WAITING)],
        ).fetchone()
        if waiting:
            cursor.execute(
                "INSERT INTO flags VALUES ($1) ON CONFLICT DO NOTHING", [f"{name}:{owner}"]
            )


def _forget(cursor: duckdb.DuckDBPyConnection, former: list[str], kinds: tuple[str, ...]) -> None:
    cursor.execute(
        "DELETE FROM documents WHERE owner = ANY($1) AND kind = ANY($2)", [former, list(kinds)]
    )
    hooks = cursor.execute("SELECT id FROM hooks WHERE owner = ANY($1)", [former]).fetchall()
    _drop_hooks(cursor, [id_ for (id_,) in hooks])


def _spare_hooks(cursor: duckdb.DuckDBPyConnection, former: list[str], owner: str) -> None:
    """Remove the newest of *former*'s hooks that *owner* would have too many with."""
    over = cursor.execute(
        "SELECT id FROM hooks WHERE owner = $1 OR owner = ANY($2) "
        f"ORDER BY owner <> $1, created_at, id OFFSET {MAX_HOOKS}",
        [owner, former],
    ).fetchall()
    _drop_hooks(cursor, [id_ for (id_,) in over])


def _drop_hooks(cursor: duckdb.DuckDBPyConnection, ids: list[str]) -> None:
    for table, column in (("outbox", "hook"), ("hooks", "id")):
        cursor.execute(f"DELETE FROM {table} WHERE {column} = ANY($1)", [ids])


def _documents(
    cursor: duckdb.DuckDBPyConnection, former: list[str], owner: str, write: TakeOver
) -> None:
    found = cursor.execute(
        "SELECT kind, owner, name FROM documents WHERE owner = ANY($1) "
        "ORDER BY changed_at DESC, owner, name",
        [former],
    ).fetchall()
    taken = {
        (kind, name)
        for kind, name in cursor.execute(
            "SELECT kind, name FROM documents WHERE owner = $1", [owner]
        ).fetchall()
    }
    for kind, whose, name in found:
        if kind in write.placed and (kind, name) in taken:
            continue
        new = whose if (kind, name) in write.keyed else _free(kind, name, taken)
        taken.add((kind, new))
        # Not an UPDATE: DuckDB checks a changed key against rows of the same transaction.
        cursor.execute(
            "INSERT INTO documents SELECT kind, $1, $2, CASE WHEN data->>'name' = name "
            "THEN json_merge_patch(data, json_object('name', $2)) ELSE data END, changed_at "
            "FROM documents WHERE kind = $3 AND owner = $4 AND name = $5",
            [owner, new, kind, whose, name],
        )
    cursor.execute("DELETE FROM documents WHERE owner = ANY($1)", [former])


def _free(kind: str, name: str, taken: set[tuple[str, str]]) -> str:
    number, free = 1, name
    while (kind, free) in taken:
        number += 1
        free = f"{name[:_NAME]} ({number})"
    return free
