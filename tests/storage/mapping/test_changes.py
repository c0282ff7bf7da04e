"""A row that was changed bit by bit is the row that its record would be given at once."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import count
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.engine.transaction import Add, Alter, Write, perform
from storage.errors import StorageError
from storage.mapping.changes import COLUMNS, changed, values_of
from storage.records import Generation, Marks, Status
from storage.store import Store
from tests.storage.test_strangers import FIELDS, TEXTS
from tests.support.examples import examples
from tests.support.records import NOON, generation, image
from tests.support.stores import open_store

TABLES = {
    "images": "number, path, sha256, bytes, thumbnail, temporary",
    "labels": "kind, name",
    "image_marks": "number, rating, favourite, note, tags, collections, deleted_at",
}
TIMES = st.none() | st.floats(NOON - 9e6, NOON + 9e6)
NAMES = st.lists(st.sampled_from("abc"), max_size=2, unique=True).map(tuple)
IMAGES = st.lists(
    st.builds(image, number=st.integers(0, 2), bytes=st.integers(0, 9), temporary=st.booleans()),
    max_size=2,
    unique_by=lambda made: made.number,
).map(tuple)
MARKS = st.builds(
    Marks,
    rating=st.integers(0, 5),
    favourite=st.booleans(),
    note=st.sampled_from(["", "n"]),
    tags=NAMES,
    collections=NAMES,
    deleted_at=st.sampled_from([None, NOON]),
)
USUAL = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("submitted_at", "started_at", "finished_at", "fetched_at"), TIMES),
        **dict.fromkeys(("tags", "collections"), NAMES),
        **dict.fromkeys(("held", "favourite"), st.booleans()),
        "created_at": st.floats(NOON - 9e6, NOON + 9e6),
        "status": st.sampled_from(Status),
        "images": IMAGES,
        "image_marks": st.dictionaries(st.integers(0, 2), MARKS, max_size=2),
        "prompt": st.sampled_from(["", "A Fox", "a fox"]) | TEXTS,
        "request": st.sampled_from([{"a": 1}, {"a": True}, {"a": 1.0}]),
        "position": st.sampled_from([0.0, -0.0, 1.0]),
        "seed": st.integers(0, 2**64 - 1),
        "forecast_seconds": st.none() | st.floats(0, 9),
    },
)
"""Fields of a change, now and then as they are already."""
NEXT = count(1)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = open_store(tmp_path_factory.mktemp("data"))
    yield store
    store.close()


def _with(fields: dict[str, Any], record: Generation) -> Generation:
    return replace(record, **fields)


def _together(store: Store, writes: Sequence[Write]) -> None:
    """Carry out *writes* in one transaction; one that cannot be stored changes nothing."""

    def work(cursor: duckdb.DuckDBPyConnection) -> list[Any]:
        cursor.begin()
        results = perform(cursor, writes).results
        cursor.commit()
        return results

    for result in store.read(work):
        assert not isinstance(result, Exception) or isinstance(result, StorageError | TypeError)


def _rows(store: Store, id_: str) -> list[Any]:
    """Everything that the tables hold of a generation, apart from its id."""
    columns = ", ".join(column for column in COLUMNS if column != "id")

    def work(cursor: duckdb.DuckDBPyConnection) -> list[Any]:
        found = cursor.execute(f"SELECT {columns} FROM generations WHERE id = $1", [id_])
        held = found.fetchall()
        for table, names in TABLES.items():
            sql = f"SELECT {names} FROM {table} WHERE generation = $1 ORDER BY ALL"
            held += cursor.execute(sql, [id_]).fetchall()
        return held

    return store.read(work)


@given(data=st.data())
@settings(max_examples=examples(80), deadline=None)
def test_a_row_that_was_changed_is_as_if_it_were_written_anew(
    kept: Store, data: st.DataObject
) -> None:
    made = [generation(-next(NEXT)) for _ in range(data.draw(st.integers(1, 3)))]
    ids = [record.id for record in made]
    one = st.tuples(st.sampled_from(ids), st.one_of(USUAL, FIELDS))
    many = st.lists(one, max_size=4, unique_by=lambda pair: pair[0])
    writes: list[Write] = [Add(tuple(made))]
    for changes in data.draw(st.lists(many, max_size=4)):
        if data.draw(st.booleans()):
            _together(kept, writes)
            writes = []
        writes.append(Alter(tuple((id_, partial(_with, fields)) for id_, fields in changes)))
    _together(kept, writes)
    for id_ in ids:
        record = kept.generations.get(id_)
        assert record is not None
        anew = replace(record, id=generation(-next(NEXT)).id)
        kept.generations.add([anew])
        assert _rows(kept, id_) == _rows(kept, anew.id)
        assert (
            replace(anew, id=id_)
            == record
            == replace(kept.generations.get(anew.id) or anew, id=id_)
        )


@pytest.mark.parametrize(
    ("fields", "columns"),
    [
        ({}, set()),
        ({"status": Status.QUEUED, "prompt": "a red fox", "images": ()}, set()),
        ({"position": -0.0, "held": False, "graph": {}}, set()),
        ({"request": {"prompt": "a red fox", "seed": 0.0}}, {"request"}),
        ({"prompt": "A red fox"}, {"prompt"}),
        ({"prompt": "a hen"}, {"prompt", "prompt_folded"}),
        ({"started_at": NOON + 1}, {"started_at", "waiting_seconds"}),
        ({"finished_at": NOON + 1, "group": "g"}, {"finished_at", "press"}),
        ({"images": (image(),)}, {"files", "image_count"}),
        (
            {"images": (image(temporary=True, thumbnail=""),)},
            {"files", "image_count", "hidden_count"},
        ),
        ({"tags": ("a",), "collections": ()}, {"label_count"}),
        ({"image_marks": {0: Marks(rating=1)}}, {"mark_count"}),
        ({"image_marks": {0: Marks(deleted_at=NOON)}}, {"mark_count", "binned_count"}),
    ],
)
def test_only_what_is_another_value_is_written(fields: dict[str, Any], columns: set[str]) -> None:
    old = generation()
    assert set(changed(old, replace(old, **fields)).values) == columns


def test_rows_of_other_tables_stay_where_nothing_of_theirs_changed() -> None:
    old = generation(images=(image(),), tags=("a",))
    equal = changed(old, replace(old, images=(image(),), tags=("a", "a"), note="n"))
    assert (equal.images, equal.labels, equal.marks) == (None, None, None)
    other = changed(old, replace(old, images=(), collections=("a",), tags=()))
    assert (other.images, other.labels) == ([], [(old.id, "collection", "a")])
    assert "label_count" not in other.values


def test_every_column_that_follows_from_a_record_is_made() -> None:
    assert set(values_of(generation())) == set(COLUMNS)


@pytest.mark.parametrize("fields", [{"created_at": None}, {"width": "wide"}, {"images": ("?",)}])
def test_a_change_that_cannot_be_stored_is_refused(fields: dict[str, Any]) -> None:
    old = generation()
    with pytest.raises((ValueError, TypeError, AttributeError)):
        changed(old, replace(old, **fields))
