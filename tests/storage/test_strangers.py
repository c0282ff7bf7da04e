"""Values of servers, files and pages: each is stored, or refused alone; nothing else fails."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.errors import Unstorable
from storage.mapping.columns import MAX_DEPTH, SPAN_COLUMNS, type_of
from storage.mapping.measures import RUN_COLUMNS
from storage.mapping.rows import (
    DERIVED_COLUMNS,
    GENERATION_COLUMNS,
    IMAGE_COLUMNS,
    NODE_RUN_COLUMNS,
)
from storage.records import Generation, Image, NodeRun, Status
from storage.search.query import Search
from storage.statistics import Statistics
from storage.stats.timings import NodeTiming
from storage.store import Store
from tests.support.examples import examples
from tests.support.records import NOON, generation, image, node_run
from tests.support.stores import open_store

TEXTS = st.text() | st.text(st.characters(categories=["Cs", "Cc", "L"]))
NUMBERS = (
    st.integers()
    | st.floats()
    | st.sampled_from([2**31 - 1, 2**31, 2**63, 2**64 - 1, 2**64, 10**400, -(10**400), 1e300])
)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS | st.just(10**4000),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(TEXTS, JSON, max_size=4)
WHOLE = ("width", "height", "steps", "seed", "batch", "attempts", "priority", "rating")
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys((*WHOLE, "cfg", "position", "forecast_seconds", "started_at"), NUMBERS),
        **dict.fromkeys(("finished_at", "fetched_at"), NUMBERS),
        **dict.fromkeys(("prompt", "negative_prompt", "checkpoint", "sampler", "error"), TEXTS),
        **dict.fromkeys(("request", "graph"), OBJECTS),
        "texts": st.lists(TEXTS, max_size=3).map(tuple),
        "tags": st.lists(TEXTS, max_size=3).map(tuple),
    },
)
ANYTHING = st.fixed_dictionaries({}, optional=dict.fromkeys((*WHOLE, "cfg", "prompt"), JSON))
RUNS = st.builds(
    NodeRun,
    node=TEXTS,
    title=TEXTS,
    node_class=TEXTS,
    activity=st.sampled_from(["sampling", "loading", "?"]),
    started_at=NUMBERS | st.just(NOON),
    finished_at=NUMBERS | st.just(NOON + 1),
    steps=NUMBERS,
    step_seconds=st.lists(NUMBERS, max_size=3).map(tuple),
)
NEXT = count(1)
IMAGES = st.builds(
    Image,
    number=st.integers(0, 9),
    path=TEXTS,
    sha256=TEXTS,
    bytes=NUMBERS,
    media=TEXTS,
    width=NUMBERS,
    height=NUMBERS,
    filename=TEXTS,
    node=TEXTS,
)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store for all examples: what one leaves behind, the next must be able to live with."""
    store = open_store(tmp_path_factory.mktemp("data"))
    yield store
    store.close()


def stored(store: Store, record: Generation) -> bool:
    """Whether *record* was taken; a refusal is a sentence, and leaves nothing."""
    try:
        store.generations.add([record])
    except (Unstorable, TypeError):
        assert store.generations.get(record.id) is None
        return False
    return True


def check(store: Store, number: int) -> None:
    """Assert that everything there is can be read, asked about, and written beside."""
    neighbour = generation(number, status=Status.FINISHED, finished_at=NOON)
    store.generations.add([neighbour])
    assert store.generations.get(neighbour.id) == neighbour
    assert store.library.search(Search(), owner=None, limit=50)
    store.timings.past_runs("")
    statistics = Statistics(store, clock=lambda: NOON + 1e5)
    statistics.headlines(owner=None, days=0)
    statistics.speed(owner=None, days=0)


@given(data=st.data())
@settings(max_examples=examples(60), deadline=None)
def test_any_record_is_stored_or_refused_alone(kept: Store, data: st.DataObject) -> None:
    number = next(NEXT)
    record = replace(generation(-number), **data.draw(FIELDS | ANYTHING))
    if stored(kept, record):
        found = kept.generations.get(record.id)
        assert found is not None
        assert -(2**31) < found.width < 2**31
        assert kept.generations.change(record.id, note="seen") == kept.generations.get(record.id)
    check(kept, number)


@given(data=st.data())
@settings(max_examples=examples(60), deadline=None)
def test_any_end_is_stored_or_refused_alone(kept: Store, data: st.DataObject) -> None:
    number = next(NEXT)
    record = replace(generation(-number), server="", status=Status.QUEUED)
    kept.generations.add([record])
    before = kept.generations.get(record.id)
    runs = data.draw(st.lists(RUNS, max_size=4))
    images = tuple(data.draw(st.lists(IMAGES, max_size=3)))
    fields: dict[str, Any] = {**data.draw(FIELDS), "status": Status.FINISHED}
    try:
        ended = kept.generations.complete(record.id, node_runs=runs, images=images, **fields)
    except (Unstorable, TypeError):
        assert kept.generations.get(record.id) == before
    else:
        assert ended.status is Status.FINISHED
        found = kept.generations.get(record.id)
        assert found is not None
        assert len(found.images) == len(images)
        assert len(kept.generations.node_runs(record.id)) <= len(runs)
    check(kept, number)


@given(name=TEXTS, document=OBJECTS)
@settings(max_examples=examples(60), deadline=None)
def test_any_document_is_kept_or_refused_alone(
    kept: Store, name: str, document: dict[str, Any]
) -> None:
    with suppress(Unstorable):
        kept.documents.keep("draft", "user:ann", name, document)
    kept.documents.keep("draft", "user:bob", "mine", {"prompt": "hours of work"})
    assert kept.documents.by_name("draft", "user:bob") == {"mine": {"prompt": "hours of work"}}
    kept.documents.by_name("draft", "user:ann")


def test_a_count_of_bytes_is_no_count_of_steps(store: Store) -> None:
    """A node that downloads says how many bytes it has: 6.9 billion "steps"."""
    store.generations.add([generation(status=Status.RUNNING)])
    runs = [node_run(steps=6_938_040_682), node_run(steps=2**31 - 1), node_run(steps=2**31 - 1)]
    ended = store.generations.complete(
        generation().id, node_runs=runs, status=Status.FINISHED, batch=10**9
    )
    assert ended.status is Status.FINISHED
    assert [run.steps for run in store.generations.node_runs(ended.id)] == [0, 2**31 - 1, 2**31 - 1]


def test_products_of_large_numbers_fail_no_question(store: Store) -> None:
    most = 2**31 - 1
    large = generation(
        status=Status.FINISHED, started_at=NOON, finished_at=NOON + 5, width=most, height=most,
        batch=most, steps=most,
    )  # fmt: skip
    store.generations.add([large])
    store.generations.complete(large.id, node_runs=[node_run(steps=most)])
    check(store, 7)
    statistics = Statistics(store, clock=lambda: NOON + 10)
    statistics.trends(owner=None, days=0)
    assert store.timings.sum_up(NOON + 40 * 86_400, least=1) == 1
    assert all(isinstance(one, NodeTiming) for one in store.timings.past_runs(""))


def test_what_is_nested_too_deeply_is_refused_by_a_sentence(store: Store) -> None:
    leaf: Any = float("nan")
    for _ in range(MAX_DEPTH - 1):
        leaf = [leaf]
    store.generations.add([generation(graph={"1": leaf}), generation(1)])
    with pytest.raises(Unstorable, match="levels deep"):
        store.generations.add([generation(2, graph={"1": [leaf]}), generation(3)])
    assert store.generations.get(generation(2).id) is None
    assert store.generations.get(generation(3).id) is None  # all of one call, or nothing


def test_a_number_of_too_many_digits_is_refused_by_a_sentence(store: Store) -> None:
    with pytest.raises(Unstorable, match="cannot be stored"):
        store.generations.add([generation(graph={"1": 10**5000})])
    store.generations.add([generation(width=10**5000, cfg=10**5000, seed=10**5000)])
    found = store.generations.get(generation().id)
    assert found is not None
    assert (found.width, found.cfg, found.seed) == (0, 0.0, 0)


def test_an_image_of_any_size_is_kept(store: Store) -> None:
    odd = image(0, bytes=10**30, width=10**12, height=-5)
    store.generations.add([generation(images=(odd,))])
    found = store.generations.get(generation().id)
    assert found is not None
    assert (found.images[0].bytes, found.images[0].width, found.images[0].height) == (0, 0, -5)
    store.library.usage(None)


def test_every_column_is_bounded_as_the_kind_it_is(store: Store) -> None:
    sql = "SELECT table_name, column_name, data_type FROM duckdb_columns()"
    columns = store.read(lambda cursor: cursor.execute(sql).fetchall())
    plain = {"DOUBLE": "DOUBLE PRECISION", "DECIMAL(20,0)": "NUMERIC(20, 0)"}
    plain["DOUBLE[]"] = "DOUBLE PRECISION[]"
    written = {*GENERATION_COLUMNS, *DERIVED_COLUMNS, *SPAN_COLUMNS, *RUN_COLUMNS}
    names = {"generations": written, "images": IMAGE_COLUMNS, "node_runs": NODE_RUN_COLUMNS}
    for table, column, kind in columns:
        if column in names.get(table, ()):
            assert type_of(table, column) == plain.get(kind, kind), (table, column)
    assert {c for t, c, _ in columns if t == "generations"} >= written
