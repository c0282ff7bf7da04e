"""What the store is asked for: records by id, pages of the newest, counts, node runs.

Ids are time-ordered and rows are written in that order, so a range of ids or of created_at
lets DuckDB skip nearly all of a large table; each statement gives it one.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import duckdb

from storage.mapping import rows
from storage.records import Generation, Marks, NodeRun, Status
from storage.search import query as search

MAX_PAGE = 500
"""Records a page has at most."""
FEW = 32
"""Ids that are looked up one by one; more are looked for in their range."""
STRETCH, MANY = 7 * 86_400_000, 1_000_000
"""Milliseconds, and records in all, from which on reading all between two ids is too much."""
_WINDOWS = (timedelta(days=1), timedelta(days=30), None)
"""How far back a page is looked for, each tried when the one before held too few."""

_GENERATION = ", ".join(rows.GENERATION_COLUMNS)
_NODE_RUN = ", ".join(rows.NODE_RUN_COLUMNS)
_MARK = ", ".join(rows.MARK_COLUMNS)


def records_by_id(cursor: duckdb.DuckDBPyConnection, ids: Collection[str]) -> dict[str, Generation]:
    """The records of *ids*, deleted ones too, by id; in the order of *ids*, unknown left out."""
    if not ids:
        return {}
    wanted = [rows.clean(id_) for id_ in ids]  # an id may come from a URL
    if len(ids) <= FEW or _is_scattered(cursor, wanted):  # by the key's own index
        condition, values = f"id IN ({', '.join(f'${n + 1}' for n in range(len(ids)))})", wanted
    else:
        condition, values = within("id"), span(wanted)
    found = cursor.execute(
        f"SELECT {_GENERATION}, files, label_count, mark_count FROM generations WHERE {condition}",
        values,
    ).fetchall()
    labels = labels_of(cursor, [row[0] for row in found if row[-2]])
    marks = image_marks_of(cursor, [row[0] for row in found if row[-1]])
    records = {
        row[0]: rows.generation_from(
            row[:-3], row[-3], labels.get(row[0], ()), marks.get(row[0], {})
        )
        for row in found
    }
    return {id_: records[id_] for id_ in ids if id_ in records}


def within(column: str) -> str:
    """The condition that *column* is among those of `span`."""
    return f"{column} >= $1 AND {column} <= $2 AND {column} = ANY($3)"


def span(ids: Collection[str]) -> list[Any]:
    """The parameters of `within`: the least, the greatest and all of *ids*."""
    return [min(ids), max(ids), list(ids)]


def unfinished(cursor: duckdb.DuckDBPyConnection) -> list[Generation]:
    """All that is not final, as it came into the line, whatever the clock said then."""
    live = [status.value for status in Status if not status.is_final]
    ids = cursor.execute(
        "SELECT id FROM generations WHERE status = ANY($1) ORDER BY position, created_at, id",
        [live],
    ).fetchall()
    return list(records_by_id(cursor, [row[0] for row in ids]).values())


def doubtful(
    cursor: duckdb.DuckDBPyConnection, since: float, kind: str, kind_since: float
) -> list[Generation]:
    """See `storage.generations.Generations.doubtful`."""
    ids = cursor.execute(
        "SELECT id FROM generations WHERE origin = '' AND ((finished_at >= $1 "
        "AND (attempts > 1 OR (attempts = 1 AND accepted_at IS NULL))) "
        "OR ($2 <> '' AND error_kind = $2 AND finished_at >= $3))",
        [rows.moment(since), kind, rows.moment(kind_since)],
    ).fetchall()
    return list(records_by_id(cursor, [row[0] for row in ids]).values())


def page(
    cursor: duckdb.DuckDBPyConnection,
    *,
    owner: str | None,
    before: str,
    limit: int,
    query: str,
    statuses: Collection[Status],
) -> list[Generation]:
    """See `storage.generations.Generations.page`."""
    conditions, values = _filters(owner, query, statuses)
    anchor = _created_at(cursor, before) if before else None
    if before and anchor is None:
        return []
    if anchor:
        values += [anchor, before]
        n = len(values)
        conditions += [f"created_at <= ${n - 1}", f"(created_at, id) < (${n - 1}, ${n})"]
    limit = max(0, min(limit, MAX_PAGE))
    return list(
        records_by_id(cursor, newest(cursor, conditions, values, limit, anchor=anchor)).values()
    )


def newest(
    cursor: duckdb.DuckDBPyConnection,
    conditions: Sequence[str],
    values: Sequence[Any],
    limit: int,
    *,
    anchor: datetime | None = None,
) -> list[str]:
    """Ids of the newest *limit* generations under *conditions*, which allow none after *anchor*.

    They are looked for in the last day first, then further back: no need to sort them all.
    """
    ids: list[str] = []
    for window in _WINDOWS:
        ids = _newest(cursor, conditions, values, limit, _since(cursor, anchor, window))
        if len(ids) == limit:
            break
    return ids


def group(cursor: duckdb.DuckDBPyConnection, press: str) -> list[Generation]:
    """See `storage.generations.Generations.group`."""
    ids = cursor.execute(
        "SELECT id FROM generations WHERE id >= $1 AND press = $1 AND deleted_at IS NULL "
        "ORDER BY position, id",
        [rows.clean(press)],
    ).fetchall()
    return list(records_by_id(cursor, [row[0] for row in ids]).values())


def flags(cursor: duckdb.DuckDBPyConnection, prefix: str) -> frozenset[str]:
    """See `storage.documents.Flags.names`."""
    found = cursor.execute("SELECT name FROM flags WHERE starts_with(name, $1)", [prefix])
    return frozenset(row[0] for row in found.fetchall())


def node_runs(cursor: duckdb.DuckDBPyConnection, id_: str) -> list[NodeRun]:
    """The node runs of one generation, in order."""
    found = cursor.execute(
        f"SELECT {_NODE_RUN} FROM node_runs WHERE generation = $1 ORDER BY number",
        [rows.clean(id_)],
    ).fetchall()
    return [rows.node_run_from(row) for row in found]


def _filters(
    owner: str | None, query: str, statuses: Collection[Status]
) -> tuple[list[str], list[Any]]:
    wanted = search.conditions(search.Search(words=query, statuses=tuple(statuses)), owner)
    return wanted.texts, wanted.values


def _newest(
    cursor: duckdb.DuckDBPyConnection,
    conditions: Sequence[str],
    values: Sequence[Any],
    limit: int,
    since: datetime | None,
) -> list[str]:
    if since is not None:
        values = [*values, since]
        conditions = [*conditions, f"created_at >= ${len(values)}"]
    found = cursor.execute(
        f"SELECT id FROM generations WHERE {' AND '.join(conditions)} "
        f"ORDER BY created_at DESC, id DESC LIMIT {limit}",
        values,
    ).fetchall()
    return [row[0] for row in found]


def _since(
    cursor: duckdb.DuckDBPyConnection, anchor: datetime | None, window: timedelta | None
) -> datetime | None:
    """The start of *window* before *anchor*, or before the newest of all without one."""
    if window is None:
        return None
    if anchor is None:
        row = cursor.execute("SELECT max(created_at) FROM generations").fetchone()
        anchor = row[0] if row else None
    return anchor - window if anchor else None


def _created_at(cursor: duckdb.DuckDBPyConnection, id_: str) -> datetime | None:
    row = cursor.execute(
        "SELECT created_at FROM generations WHERE id = $1", [rows.clean(id_)]
    ).fetchone()
    return row[0] if row else None


def _is_scattered(cursor: duckdb.DuckDBPyConnection, ids: Collection[str]) -> bool:
    """Whether *ids*, which begin with their time, are few over a long stretch of many records."""
    try:
        first, last = (int(id_.replace("-", "")[:12], 16) for id_ in (min(ids), max(ids)))
    except ValueError:
        return False
    if len(ids) > MAX_PAGE or last - first <= STRETCH:
        return False
    row = cursor.execute("SELECT count(*) FROM generations").fetchone()  # known without a look
    return row is not None and int(row[0]) >= MANY


def labels_of(
    cursor: duckdb.DuckDBPyConnection, ids: Sequence[str]
) -> dict[str, list[tuple[str, str]]]:
    """Kind and name of each label of these generations, by id."""
    labels: dict[str, list[tuple[str, str]]] = {}
    if ids:
        found = cursor.execute(
            f"SELECT generation, kind, name FROM labels WHERE {within('generation')}", span(ids)
        ).fetchall()
        for id_, kind, name in found:
            labels.setdefault(id_, []).append((kind, name))
    return labels


def image_marks_of(
    cursor: duckdb.DuckDBPyConnection, ids: Sequence[str]
) -> dict[str, dict[int, Marks]]:
    """The marks of the images of these generations, by id and number, where they differ."""
    marks: dict[str, dict[int, Marks]] = {}
    if ids:
        found = cursor.execute(
            f"SELECT {_MARK} FROM image_marks WHERE {within('generation')} ORDER BY number",
            span(ids),
        ).fetchall()
        for row in found:
            marks.setdefault(row[0], {})[row[1]] = rows.marks_from(row)
    return marks


def children(cursor: duckdb.DuckDBPyConnection, id_: str, limit: int) -> list[Generation]:
    """See `storage.generations.Generations.children`."""
    found = cursor.execute(
        "SELECT id FROM generations WHERE id > $1 AND parent = $1 AND deleted_at IS NULL "
        f"ORDER BY id LIMIT {limit}",
        [rows.clean(id_)],
    ).fetchall()
    return list(records_by_id(cursor, [row[0] for row in found]).values())


def last_run(cursor: duckdb.DuckDBPyConnection, server: str, before: float | None) -> str:
    """See `storage.generations.Generations.last_run`."""
    row = cursor.execute(
        "SELECT id FROM generations WHERE server = $1 AND status = 'finished' AND origin = '' "
        "AND ($2 IS NULL OR submitted_at < $2) ORDER BY id DESC LIMIT 1",
        [rows.clean(server), rows.moment(before)],
    ).fetchone()
    return str(row[0]) if row else ""


def known_files(
    cursor: duckdb.DuckDBPyConnection, owner: str, digests: Collection[str]
) -> frozenset[str]:
    """See `storage.library.Library.known_files`."""
    found = cursor.execute(
        "SELECT generation, sha256 FROM images WHERE sha256 = ANY($1)", [list(digests)]
    ).fetchall()
    if not found:
        return frozenset()
    ids = {row[0] for row in found}
    theirs = cursor.execute(
        f"SELECT id FROM generations WHERE {within('id')} AND owner = $4",
        [*span(ids), rows.clean(owner)],
    ).fetchall()
    mine = {row[0] for row in theirs}
    return frozenset(digest for id_, digest in found if id_ in mine)
