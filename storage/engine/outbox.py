"""Hooks and the outbox: letters are written with the change of a record that they tell of."""

import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from storage.engine.statements import insert
from storage.mapping import rows
from storage.mapping.happenings import Happening

_HOOK = (
    "id", "owner", "kind", "address", "label", "secret", "events", "created_at", "tried_at",
    "worked", "result", "dropped",
)  # fmt: skip
MAX_HOOKS = 10
"""Hooks of one owner."""
_LETTER = ("id", "hook", "event", "happened_at", "data")


@dataclass(frozen=True, slots=True)
class Hook:
    """Where an owner wants to be told of `events`: `kind` "webhook" or "message".

    `address` is a URL, which may hold a password, `label` what is shown of it; `secret` signs what
    goes to a webhook. `tried_at` (epoch seconds) is when
    something was last sent there, None before, `worked` whether it arrived, and `result` how that
    went, in a sentence. `dropped` counts what was never told.
    """

    id: str
    owner: str
    kind: str
    address: str = field(repr=False)
    label: str
    events: tuple[str, ...]
    created_at: float
    secret: str = field(default="", repr=False)
    tried_at: float | None = None
    worked: bool = False
    result: str = ""
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class Letter:
    """One event that a hook is still to be told of. `id` is the event's, for all hooks alike."""

    id: str
    event: str
    happened_at: float
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Keep:
    """Keep a hook, in place of one of its id and owner."""

    hook: Hook


@dataclass(frozen=True, slots=True)
class Drop:
    """Remove a hook of an owner's, with its letters."""

    id: str
    owner: str


@dataclass(frozen=True, slots=True)
class Settle:
    """Note a try, and remove the letters that are done with; `dropped` of them were never told."""

    hook: str
    letters: tuple[str, ...]
    at: float
    worked: bool
    result: str
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class Tidy:
    """Drop what is older than `oldest`, and all but the newest `most` of each hook."""

    oldest: float
    most: int


Change = Keep | Drop | Settle | Tidy


def enclose(cursor: duckdb.DuckDBPyConnection, happened: Sequence[Happening]) -> None:
    """Write a letter of each event to each of its owner's hooks that wants it."""
    owners = sorted({rows.clean(one.owner) for one in happened})
    found = cursor.execute(
        "SELECT owner, id, events FROM hooks WHERE owner = ANY($1)", [owners]
    ).fetchall()
    wanted = [(owner, hook, set(events.split())) for owner, hook, events in found]
    letters = [
        (one.id, hook, one.event, rows.moment(one.at), rows.json_text(one.data))
        for one in happened
        for owner, hook, events in wanted
        if owner == rows.clean(one.owner) and one.event in events
    ]
    insert(cursor, "outbox", _LETTER, letters)


def change(cursor: duckdb.DuckDBPyConnection, write: Change) -> None:
    """Carry *write* out."""
    match write:
        case Keep(hook):
            _remove(cursor, hook.id, hook.owner)
            insert(cursor, "hooks", _HOOK, [_row(hook)])
        case Drop(id_, owner):
            if _remove(cursor, id_, owner):
                cursor.execute("DELETE FROM outbox WHERE hook = $1", [rows.clean(id_)])
        case Settle(hook, letters, at, worked, result, dropped):
            cursor.execute(
                "DELETE FROM outbox WHERE hook = $1 AND id = ANY($2)", [hook, list(letters)]
            )
            cursor.execute(
                "UPDATE hooks SET tried_at = $2, worked = $3, result = $4, dropped = dropped + $5 "
                "WHERE id = $1",
                [hook, rows.moment(at), worked, rows.clean(result), dropped],
            )
        case Tidy():
            _tidy(cursor, write)


def hooks(cursor: duckdb.DuckDBPyConnection, owner: str | None) -> tuple[Hook, ...]:
    """See `storage.hooks.Hooks.of`; everybody's where *owner* is None."""
    found = cursor.execute(
        f"SELECT {', '.join(_HOOK)} FROM hooks WHERE $1 IS NULL OR owner = $1 "
        "ORDER BY created_at, id",
        [None if owner is None else rows.clean(owner)],
    ).fetchall()
    return tuple(_hook(dict(zip(_HOOK, row, strict=True))) for row in found)


def letters(
    cursor: duckdb.DuckDBPyConnection, wanted: Collection[str], most: int
) -> dict[str, list[Letter]]:
    """See `storage.hooks.Hooks.waiting`."""
    present = cursor.execute(
        "SELECT DISTINCT hook FROM outbox WHERE hook = ANY($1)", [list(wanted)]
    ).fetchall()
    return {hook: _letters(cursor, hook, most) for (hook,) in present}


def _letters(cursor: duckdb.DuckDBPyConnection, hook: str, most: int) -> list[Letter]:
    found = cursor.execute(
        "SELECT id, event, happened_at, data FROM outbox WHERE hook = $1 "
        f"ORDER BY number LIMIT {most}",
        [hook],
    ).fetchall()
    return [
        Letter(id_, event, rows.seconds_of(at) or 0.0, json.loads(data))
        for id_, event, at, data in found
    ]


def _remove(cursor: duckdb.DuckDBPyConnection, id_: str, owner: str) -> bool:
    gone = cursor.execute(
        "DELETE FROM hooks WHERE id = $1 AND owner = $2 RETURNING id",
        [rows.clean(id_), rows.clean(owner)],
    ).fetchall()
    return bool(gone)


def _tidy(cursor: duckdb.DuckDBPyConnection, write: Tidy) -> None:
    gone = cursor.execute(
        "DELETE FROM outbox WHERE happened_at < $1 OR hook NOT IN (SELECT id FROM hooks) "
        "OR number IN (SELECT number FROM outbox QUALIFY row_number() "
        f"OVER (PARTITION BY hook ORDER BY number DESC) > {write.most}) RETURNING hook",
        [rows.moment(write.oldest)],
    ).fetchall()
    for (hook,), count in Counter(gone).items():
        cursor.execute("UPDATE hooks SET dropped = dropped + $2 WHERE id = $1", [hook, count])


def _row(hook: Hook) -> rows.Row:
    return (
        *(rows.clean(text) for text in (hook.id, hook.owner, hook.kind)),
        *(rows.clean(text) for text in (hook.address, hook.label, hook.secret)),
        " ".join(hook.events),
        rows.moment(hook.created_at),
        rows.moment(hook.tried_at),
        hook.worked,
        rows.clean(hook.result),
        hook.dropped,
    )


def _hook(row: dict[str, Any]) -> Hook:
    row["events"] = tuple(row["events"].split())
    for name in ("created_at", "tried_at"):
        row[name] = rows.seconds_of(row[name])
    return Hook(**row)
