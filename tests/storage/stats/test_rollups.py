"""Roll-ups are as true as the generations they are made from, whatever is done to these."""

import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
import pytest

from storage.export import QUESTIONS
from storage.records import ImageKey, Status
from storage.statistics import Statistics
from storage.store import Store
from tests.support.records import NOON, generation, image, node_run
from tests.support.stores import open_store

DAY = 86_400.0
ANN = "user:ann"
EXACT = ("per_day", "per_week", "per_month", "outcomes", "where_time_goes", "trends")
ROUGH = ("by_hour_of_week", "speed", "cold_and_warm", "forecast_summary", "headlines")
HALF_A_BUCKET = 2 ** (1 / 16) - 1
OLD = NOON - 70 * DAY


def fill(store: Store, rng: Random, first: int, count: int, days: float) -> list[str]:
    """Finished and other generations of the last *days*."""
    made = []
    for number in range(first, first + count):
        at = NOON - rng.random() * days * DAY
        start = at + rng.random() * 5
        seconds = rng.choice([2.0, 3.0, 5.0]) * rng.uniform(0.95, 1.05)
        one = generation(
            number,
            created_at=at,
            owner=rng.choice([ANN, "user:bob"]),
            checkpoint=rng.choice(["a", "b"]),
            server=rng.choice(["s", "t"]),
            status=rng.choice([*Status, *[Status.FINISHED] * 9]),
            started_at=start,
            finished_at=start + seconds,
            fetched_at=start + seconds + 0.25,
            images=tuple(image(n) for n in range(rng.randrange(3))),
            forecast_seconds=seconds * rng.uniform(0.8, 1.2),
        )
        sampling = node_run("sampling", start, finished_at=start + seconds, steps=20)
        loading = node_run("loading", start, finished_at=start + 0.1)
        made.append((one, [loading, sampling] if rng.random() < 0.3 else [sampling]))
    store.generations.add([one for one, _ in made])
    for one, runs in made:
        store.generations.complete(one.id, node_runs=runs)
    return [one.id for one, _ in made]


@pytest.fixture
def rng() -> Random:
    return Random(6)


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A data folder whose months are summed up, and the ids in it."""
    folder = tmp_path_factory.mktemp("past")
    store = open_store(folder)
    ids = fill(store, Random(5), 0, 160, 200)
    assert store.timings.sum_up(NOON, least=1) >= 6
    store.close()
    return folder, ids


@pytest.fixture
def summed(past: tuple[Path, list[str]], tmp_path: Path) -> Iterator[tuple[Store, list[str]]]:
    """A copy of that past, to be changed."""
    folder, ids = past
    store = open_store(shutil.copytree(folder, tmp_path / "data"))
    yield store, ids
    store.close()


def answers(store: Store, owner: str | None, days: int) -> dict[str, pd.DataFrame]:
    statistics = Statistics(store, clock=lambda: NOON)
    return {name: QUESTIONS[name](statistics, owner, days) for name in (*EXACT, *ROUGH)}


def forget(store: Store) -> None:
    """Have every question answered from the generations themselves."""
    store.read(lambda cursor: cursor.execute("DELETE FROM rollup_parts"))


def parts(store: Store) -> int:
    """How many months are summed up."""
    sql = "SELECT count(*) FROM rollup_parts WHERE ready"
    return int(store.read(lambda cursor: cursor.execute(sql).fetchall())[0][0])


def agree(store: Store) -> None:
    """Compare the answers from the roll-ups with those without them."""
    asked = [(None, 0), (ANN, 120), ("user:nobody", 365)]
    rolled = {one: answers(store, *one) for one in asked}
    forget(store)
    for one in asked:
        exact = answers(store, *one)
        for name in EXACT:
            pd.testing.assert_frame_equal(rolled[one][name], exact[name], check_dtype=False)
        for name in ROUGH:
            alike(rolled[one][name], exact[name])


def alike(rolled: pd.DataFrame, exact: pd.DataFrame) -> None:
    assert list(rolled.columns) == list(exact.columns)
    assert len(rolled) == len(exact)
    for column in exact.columns:
        found, true = rolled[column], exact[column]
        if true.dtype.kind not in "fiu":
            assert list(found) == list(true)
        elif column == "costs":
            continue  # a difference of two
        else:
            a, b = found.to_numpy(dtype=float), true.to_numpy(dtype=float)
            np.testing.assert_allclose(a, b, rtol=2.5 * HALF_A_BUCKET, atol=1e-6)


def test_roll_ups_answer_as_the_generations_do(summed: tuple[Store, list[str]]) -> None:
    agree(summed[0])


def complete_late(store: Store, ids: list[str], rng: Random) -> None:
    for id_ in rng.sample(ids, 9):
        runs = [node_run("sampling", OLD)]
        store.generations.complete(id_, node_runs=runs, started_at=OLD, finished_at=OLD + 99)


def fail(store: Store, ids: list[str], rng: Random) -> None:
    for id_ in rng.sample(ids, 9):
        store.generations.change(id_, status=Status.FAILED)


def move(store: Store, ids: list[str], _: Random) -> None:
    store.generations.change(ids[0], created_at=OLD - 90 * DAY)
    store.generations.change(ids[1], owner="user:nobody")


def add_old(store: Store, _: list[str], rng: Random) -> None:
    fill(store, rng, 1000, 20, 150)


def bin_some(store: Store, ids: list[str], _: Random) -> None:
    for id_ in ids[:40]:
        if done(store, id_):
            store.library.bin([id_], None)


def bin_images(store: Store, ids: list[str], _: Random) -> None:
    """One image each, of batches of two and of one."""
    binned = [ImageKey(id_, 0) for id_ in ids if done(store, id_)]
    assert store.library.bin(binned, None)


def bin_and_restore(store: Store, ids: list[str], rng: Random) -> None:
    bin_some(store, ids, rng)
    store.timings.sum_up(NOON, least=1)
    for id_ in ids[:40]:
        if done(store, id_, deleted=True):
            store.library.unbin([id_], None)


def purge(store: Store, ids: list[str], rng: Random) -> None:
    bin_some(store, ids, rng)
    store.timings.sum_up(NOON, least=1)
    assert store.library.purge(NOON * 2)


def bring_in(store: Store, _: list[str], __: Random) -> None:
    made = {"owner": ANN, "status": Status.FINISHED, "origin": "import", "images": (image(0),)}
    times = {"started_at": OLD, "finished_at": OLD + 500}
    store.generations.add(
        [generation(5000 + n, created_at=OLD + n, **made, **times) for n in range(30)]
    )


Change = Callable[[Store, list[str], Random], None]
CHANGES: tuple[Change, ...] = (
    complete_late, fail, move, add_old, bin_some, bin_images, bin_and_restore, purge, bring_in,
)  # fmt: skip


def done(store: Store, id_: str, *, deleted: bool = False) -> bool:
    found = store.generations.get(id_, deleted=deleted)
    return found is not None and found.status.is_final


@pytest.mark.parametrize("change", CHANGES)
def test_roll_ups_stay_true(summed: tuple[Store, list[str]], rng: Random, change: Change) -> None:
    store, ids = summed
    change(store, ids, rng)
    agree(store)


@pytest.mark.parametrize("change", CHANGES)
def test_months_summed_up_anew_are_true(
    summed: tuple[Store, list[str]], rng: Random, change: Change
) -> None:
    store, ids = summed
    change(store, ids, rng)
    store.timings.sum_up(NOON, least=1)
    assert store.timings.sum_up(NOON, least=1) == 0
    agree(store)


def test_an_import_is_in_no_statistic(summed: tuple[Store, list[str]], rng: Random) -> None:
    store, ids = summed
    before = answers(store, None, 0)
    bring_in(store, ids, rng)
    for name, table in answers(store, None, 0).items():
        pd.testing.assert_frame_equal(table, before[name])


def test_a_change_while_a_month_is_summed_up_wins(summed: tuple[Store, list[str]]) -> None:
    """Whatever the order, a month that was changed since is not taken from the table."""
    store, ids = summed
    late = next(
        i for i in ids if done(store, i) and (g := store.generations.get(i)) and g.created_at < OLD
    )
    forget(store)
    calls = iter(range(100))

    def interfere() -> bool:
        store.generations.change(late, status=Status.LOST if next(calls) % 2 else Status.FAILED)
        return True

    store.timings.sum_up(NOON, interfere, least=1)
    agree(store)


def test_notes_and_ratings_keep_roll_ups(summed: tuple[Store, list[str]]) -> None:
    store, ids = summed
    before = parts(store)
    for id_ in ids[:20]:
        store.generations.change(id_, rating=5, note="fine", favourite=True)
    assert parts(store) == before > 0


def test_roll_ups_of_an_older_kind_are_made_anew(tmp_path: Path, rng: Random) -> None:
    store = open_store(tmp_path)
    fill(store, rng, 0, 40, 100)
    store.timings.sum_up(NOON, least=1)
    store.read(lambda cursor: cursor.execute("UPDATE rollup_definition SET hash = 'older'"))
    store.close()
    store = open_store(tmp_path)
    try:
        assert parts(store) == 0
        agree(store)
        assert store.timings.sum_up(NOON, least=1) > 0
    finally:
        store.close()


def test_unused_builds_are_swept(summed: tuple[Store, list[str]]) -> None:
    store, _ = summed
    forget(store)
    store.timings.sum_up(NOON, least=1)
    left = store.read(
        lambda cursor: cursor.execute(
            "SELECT count(*) FROM rollup_hours WHERE build NOT IN (SELECT build FROM rollup_parts)"
        ).fetchall()
    )
    assert left == [(0,)]


def test_few_generations_are_not_summed_up(store: Store, rng: Random) -> None:
    fill(store, rng, 0, 20, 100)
    assert store.timings.sum_up(NOON) == 0


def test_a_month_summed_up_while_the_clock_was_ahead_counts_what_is_made_afterwards(
    store: Store,
) -> None:
    store.generations.add([generation(n, status=Status.FINISHED) for n in range(30)])
    assert (
        store.timings.sum_up(NOON + 40 * DAY, least=10) == 1
    )  # for a minute, the present month was past
    store.generations.add([generation(n, status=Status.FINISHED) for n in range(30, 60)])
    for now in (NOON + 60, NOON + 30 * DAY):
        assert (
            Statistics(store, clock=partial(float, now)).headlines(owner=None, days=0).total == 60
        )
        store.timings.sum_up(now, least=10)
    store.generations.change(generation(3).id, checkpoint="another")
    store.library.bin([generation(4).id], None)
    assert Statistics(store, clock=lambda: NOON).headlines(owner=None, days=0).total == 59


def test_a_generation_without_a_size_has_none_in_any_table(store: Store) -> None:
    for n in range(4):
        made = generation(
            n, status=Status.FINISHED, width=0, height=0, started_at=NOON, finished_at=NOON + 5
        )
        store.generations.add([made])
        store.generations.complete(made.id, node_runs=[node_run()])
    for least in (10**6, 1):  # read from the generations, then from their sums
        store.timings.sum_up(NOON + 40 * DAY, least=least)
        for name in ("speed", "trends", "cold_and_warm"):
            table = QUESTIONS[name](Statistics(store, clock=lambda: NOON + 41 * DAY), None, 0)
            if "size" in table and len(table):
                assert set(table["size"]) == {"no size"}, name
