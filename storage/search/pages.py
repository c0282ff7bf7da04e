"""Pages of a search by key, and how many it finds.

Rows are written in the order of created_at, so the newest (or oldest) are looked for in a short
stretch of time first, then in longer ones: each bounds what DuckDB reads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb

from storage.mapping import rows
from storage.records import Generation
from storage.search import rare_words
from storage.search.conditions import Conditions
from storage.search.query import Count, Search, Sort, Words, conditions, parse
from storage.search.reads import MAX_PAGE, records_by_id

STRETCHES = (timedelta(days=1), timedelta(days=10), timedelta(days=100))
"""How far each look goes back; the last one goes all the way."""
COUNTED = 10_000
"""What a search for words finds is counted up to this: no counting reads every prompt."""
_SECONDS = "run_seconds"

_NEWEST = ("created_at", "id")


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of an order: rows under *condition*, by *keys*.

    The first of them goes `down` or up, and the others with it unless `is_split`.
    """

    condition: str
    keys: tuple[str, ...]
    down: bool = True
    is_split: bool = False

    @property
    def in_time(self) -> bool:
        return self.keys == _NEWEST

    @property
    def order(self) -> str:
        """For ORDER BY."""
        first, rest = self.down, self.down != self.is_split
        ways = [first, *[rest] * (len(self.keys) - 1)]
        return ", ".join(
            f"{key}{' DESC' if down else ''}" for key, down in zip(self.keys, ways, strict=True)
        )

    @property
    def is_stored(self) -> bool:
        """Whether its first key is a column; else it has to be worked out for each row."""
        return self.keys[0].isidentifier()


_UNTIMED = _Part(f"{_SECONDS} IS NULL", _NEWEST)
_PARTS: dict[Sort, tuple[_Part, ...]] = {
    Sort.NEWEST: (_Part("", _NEWEST),),
    Sort.OLDEST: (_Part("", _NEWEST, down=False),),
    Sort.RATING: (_Part("rating > 0", ("rating", *_NEWEST)), _Part("rating = 0", _NEWEST)),
    Sort.SLOWEST: (_Part(f"{_SECONDS} IS NOT NULL", (_SECONDS, *_NEWEST)), _UNTIMED),
    Sort.FASTEST: (_Part(f"{_SECONDS} IS NOT NULL", (_SECONDS, *_NEWEST), down=False), _UNTIMED),
    Sort.WORKFLOW: (_Part("", ("workflow", *_NEWEST), down=False, is_split=True),),
}
"""The parts of each order, one after the other: those with the key, then those without."""
_BINNED_AT = (
    "coalesce(deleted_at, "
    "(SELECT max(deleted_at) FROM image_marks AS m WHERE m.generation = generations.id))"
)
"""When something of a generation was last put into the bin."""
_PARTS_OF_BIN = _PARTS | {
    Sort.NEWEST: (_Part("", (_BINNED_AT, *_NEWEST)),),
    Sort.OLDEST: (_Part("", (_BINNED_AT, *_NEWEST), down=False),),
}
"""The same in the bin, where new is what was put there last."""


def page(
    cursor: duckdb.DuckDBPyConnection, search: Search, owner: str | None, after: str, limit: int
) -> list[Generation]:
    """See `storage.library.Library.search`."""
    limit = max(0, min(limit, MAX_PAGE))
    parts, anchor = (_PARTS_OF_BIN if search.binned else _PARTS)[search.sort], ()
    if after:
        parts, anchor = _rest(cursor, parts, after)
    ids: list[str] = []
    words = parse(search.words)
    for part in parts:
        wanted = conditions(search, owner)
        if part.condition:
            wanted.add(part.condition)
        if anchor:
            _add_anchor(wanted, part, anchor)
        if part.in_time:
            ids += _look_in_time(cursor, wanted, part, limit - len(ids), anchor, words)
        else:
            rare_words.narrow(cursor, wanted, words)
            ids += _look(cursor, wanted, part, limit - len(ids))
        anchor = ()
        if len(ids) >= limit:
            break
    return list(records_by_id(cursor, ids).values())


def count(cursor: duckdb.DuckDBPyConnection, search: Search, owner: str | None) -> Count:
    """See `storage.library.Library.count`."""
    wanted = conditions(search, owner)
    rare_words.narrow(cursor, wanted, parse(search.words))
    images, source = search.image_filter.counting(wanted)
    most = f"LIMIT {COUNTED + 1}" if search.words.strip() else ""
    row = cursor.execute(
        "SELECT count(*), CAST(coalesce(sum(images), 0) AS BIGINT) FROM "
        f"(SELECT {images} AS images FROM {source} WHERE {wanted.where} {most})",
        wanted.values,
    ).fetchone()
    number, every = (int(row[0]), int(row[1])) if row else (0, 0)
    if most and number > COUNTED:
        return Count(COUNTED, every, is_exact=False)
    return Count(number, every)


def _rest(
    cursor: duckdb.DuckDBPyConnection, parts: tuple[_Part, ...], after: str
) -> tuple[tuple[_Part, ...], tuple[Any, ...]]:
    """The parts from the one that holds *after* on, and its key there; nothing where unknown."""
    for number, part in enumerate(parts):
        condition = f" AND {part.condition}" if part.condition else ""
        row = cursor.execute(
            f"SELECT {', '.join(part.keys)} FROM generations WHERE id = $1{condition}",
            [rows.clean(after)],
        ).fetchone()
        if row:
            return parts[number:], row
    return (), ()


def _add_anchor(wanted: Conditions, part: _Part, anchor: Sequence[Any]) -> None:
    """Ask for what comes after *anchor*; its first key once more, for the zone maps."""
    places = [wanted.value(value) for value in anchor]
    sign = "<" if part.down else ">"
    wanted.texts.append(f"{part.keys[0]} {sign}= {places[0]}")
    if not part.is_split:
        wanted.texts.append(f"({', '.join(part.keys)}) {sign} ({', '.join(places)})")
        return
    other = ">" if part.down else "<"
    rest = f"({', '.join(part.keys[1:])}) {other} ({', '.join(places[1:])})"
    wanted.texts.append(f"({part.keys[0]} {sign} {places[0]} OR {rest})")


def _look(
    cursor: duckdb.DuckDBPyConnection,
    wanted: Conditions,
    part: _Part,
    limit: int,
) -> list[str]:
    if part.is_stored and not part.in_time:
        _add_worst(cursor, wanted, part, limit)
    found = cursor.execute(
        f"SELECT id FROM {wanted.source} WHERE {wanted.where} ORDER BY {part.order} LIMIT {limit}",
        wanted.values,
    ).fetchall()
    return [row[0] for row in found]


def _add_worst(
    cursor: duckdb.DuckDBPyConnection, wanted: Conditions, part: _Part, limit: int
) -> None:
    """Ask for no worse a first key than the page will have: then few ids need to be read."""
    key, way = part.keys[0], "DESC" if part.down else "ASC"
    keys = (
        f"SELECT {key} AS key FROM {wanted.source} "
        f"WHERE {wanted.where} ORDER BY key {way} LIMIT {limit}"
    )
    worst = "min" if part.down else "max"
    row = cursor.execute(f"SELECT {worst}(key) FROM ({keys})", wanted.values).fetchone()
    if row and row[0] is not None:
        wanted.add(f"{key} {'>=' if part.down else '<='} {{}}", row[0])


def _look_in_time(
    cursor: duckdb.DuckDBPyConnection,
    wanted: Conditions,
    part: _Part,
    limit: int,
    anchor: Sequence[Any],
    words: Words,
) -> list[str]:
    """Look in ever longer stretches of time, each beginning where the last one ended.

    Common words are found in the short ones, before they would be looked for among the rare.
    """
    near: datetime | None = None
    far = anchor[0] if anchor else _start(cursor, part)
    ids: list[str] = []
    for stretch in (*STRETCHES, None):
        far = _moved(far, stretch, part) if far else None
        here = wanted.copy()
        if near:
            here.add("created_at < {}" if part.down else "created_at > {}", near)
        if far and stretch:
            here.add("created_at >= {}" if part.down else "created_at <= {}", far)
        else:
            rare_words.narrow(cursor, here, words, near if part.down else None)
        ids += _look(cursor, here, part, limit - len(ids))
        near = far
        if len(ids) >= limit or far is None:
            break
    return ids


def _moved(moment: datetime, stretch: timedelta | None, part: _Part) -> datetime | None:
    try:
        return None if stretch is None else moment + (-stretch if part.down else stretch)
    except OverflowError:
        return None


def _start(cursor: duckdb.DuckDBPyConnection, part: _Part) -> datetime | None:
    """Where the first stretch begins: now, or the oldest record."""
    if part.down:
        return datetime.now(UTC).replace(tzinfo=None)
    row = cursor.execute("SELECT min(created_at) FROM generations").fetchone()
    return row[0] if row else None
