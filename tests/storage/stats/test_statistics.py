from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest

from storage.records import Generation, NodeRun, Status
from storage.statistics import ACTIVITIES, Headlines, Statistics
from storage.store import Store
from tests.support.records import NOON, generation, image, node_run
from tests.support.stores import open_store

DAY = 86_400.0
ANN = "user:ann"
Lives = list[tuple[Generation, list[NodeRun]]]


def _statistics(store: Store, **settings: Any) -> Statistics:
    return Statistics(store, clock=lambda: NOON, **settings)


def _life(number: int, rng: Random) -> tuple[Generation, list[NodeRun]]:
    """A generation of the last 20 days with everything in it that statistics look at."""
    created = NOON - rng.random() * 20 * DAY
    started = created + rng.random() * 5
    loading = node_run("loading", started, finished_at=started + rng.random(), title="Load")
    begun = loading.finished_at
    sampling = node_run("sampling", begun, finished_at=begun + 1 + rng.random() * 9, steps=20)
    finished = sampling.finished_at + 0.5
    made = generation(
        number,
        created_at=created,
        owner=rng.choice([ANN, "user:bob"]),
        status=rng.choice([*Status, *[Status.FINISHED] * 6]),
        checkpoint=rng.choice(["a.safetensors", "b.safetensors"]),
        width=rng.choice([512, 1024]),
        started_at=started,
        finished_at=finished,
        fetched_at=finished + 0.25,
        images=tuple(image(n) for n in range(rng.randrange(3))),
        error="It broke.",
        error_node="KSampler",
        error_detail="Traceback",
    )
    return made, [loading, sampling]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Lives]]:
    rng = Random(4)
    made = [_life(n, rng) for n in range(121)]
    store = open_store(tmp_path_factory.mktemp("filled"))
    store.generations.add([g for g, _ in made])
    for generation_, runs in made:
        store.generations.complete(generation_.id, node_runs=runs)
    hidden, _ = made.pop()
    store.library.bin([hidden.id], None)
    yield store, made
    store.close()


@pytest.mark.parametrize("owner", [None, ANN, "user:nobody"])
@pytest.mark.parametrize("offset", [0.0, 9 * 3600.0, -7.5 * 3600.0])
def test_days_are_counted_and_filled_up(
    filled: tuple[Store, Lives], owner: str | None, offset: float
) -> None:
    store, lives = filled
    table = _statistics(store, utc_offset=offset).per_period(owner=owner, days=15)
    today = datetime.fromtimestamp(NOON + offset, UTC).date()
    assert list(table["start"].dt.date) == [d.date() for d in pd.date_range(end=today, periods=15)]
    mine = [g for g, _ in lives if owner in (None, g.owner)]
    for row in table.to_dict("records"):
        of_day = [
            g
            for g in mine
            if datetime.fromtimestamp(g.created_at + offset, UTC).date() == row["start"].date()
        ]
        assert row["generations"] == len(of_day)
        assert row["images"] == sum(len(g.images) for g in of_day)
        states = Counter(g.status for g in of_day)
        for status in ("finished", "cancelled", "failed", "lost"):
            assert row[status] == states[Status(status)]
        assert row["unfinished"] == sum(n for s, n in states.items() if not s.is_final)


def test_speed_by_checkpoint_and_size_is_what_numpy_says(filled: tuple[Store, Lives]) -> None:
    store, lives = filled
    table = _statistics(store).speed(owner=None, days=30)
    assert len(table) == 4
    for row in table.to_dict("records"):
        group = [
            (g, runs)
            for g, runs in lives
            if g.status is Status.FINISHED
            and (g.checkpoint, f"{g.width} × {g.height}") == (row["checkpoint"], row["size"])
        ]
        seconds = [g.finished_at - g.started_at for g, _ in group if g.finished_at and g.started_at]
        rates = [r[1].steps / (r[1].finished_at - r[1].started_at) for _, r in group]
        assert row["generations"] == len(group)
        assert row["seconds_median"] == pytest.approx(np.quantile(seconds, 0.5), rel=1e-4)
        assert row["seconds_p95"] == pytest.approx(np.quantile(seconds, 0.95), rel=1e-4)
        assert row["steps_per_second_median"] == pytest.approx(np.quantile(rates, 0.5), rel=1e-4)
        assert row["steps_per_second_p95"] == pytest.approx(np.quantile(rates, 0.95), rel=1e-4)


def test_time_is_summed_by_what_it_went_into(filled: tuple[Store, Lives]) -> None:
    store, lives = filled
    table = _statistics(store).where_time_goes(owner=ANN, days=30)
    assert tuple(table["activity"]) == ACTIVITIES
    seconds = dict(zip(table["activity"], table["seconds"], strict=True))
    done = [(g, r) for g, r in lives if g.status is Status.FINISHED and g.owner == ANN]
    assert seconds["waiting"] == pytest.approx(
        sum((g.started_at or 0) - g.created_at for g, _ in done), rel=1e-4
    )
    for n, activity in enumerate(("loading", "sampling")):
        expected = sum(r[n].finished_at - r[n].started_at for _, r in done)
        assert seconds[activity] == pytest.approx(expected, rel=1e-4)
    assert seconds["fetching"] == pytest.approx(0.25 * len(done), rel=1e-4)
    assert seconds["decoding"] == 0
    assert table["share"].sum() == pytest.approx(1.0)


def test_outcomes_and_errors(filled: tuple[Store, Lives]) -> None:
    store, lives = filled
    outcomes = _statistics(store).outcomes(owner=ANN, days=30)
    states = Counter(g.status.value for g, _ in lives if g.owner == ANN)
    assert list(outcomes["status"]) == ["finished", "cancelled", "failed", "lost"]
    assert list(outcomes["generations"]) == [states[s] for s in outcomes["status"]]
    assert outcomes["share"].sum() == pytest.approx(1.0)
    errors = _statistics(store).recent_errors(owner=ANN, days=30, limit=3)
    wrong = [g for g, _ in lives if g.owner == ANN and g.status in (Status.FAILED, Status.LOST)]
    newest = sorted(wrong, key=lambda g: g.created_at, reverse=True)[:3]
    assert list(errors["id"]) == [g.id for g in newest]
    first = errors.iloc[0]
    assert (first["sentence"], first["node"], first["detail"]) == (
        "It broke.",
        "KSampler",
        "Traceback",
    )
    assert first["when"].replace(tzinfo=UTC).timestamp() == pytest.approx(newest[0].created_at)


def test_a_waterfall_shows_waiting_every_node_and_fetching(filled: tuple[Store, Lives]) -> None:
    store, lives = filled
    made, runs = lives[0]
    table = _statistics(store).waterfall(made.id, owner=made.owner)
    assert list(table["label"]) == ["Waiting", "Load", "KSampler", "Fetching"]
    assert list(table["activity"]) == ["waiting", "loading", "sampling", "fetching"]
    starts = [0.0, *(r.started_at - made.created_at for r in runs)]
    assert list(table["start"])[:3] == pytest.approx(starts, abs=1e-5)
    assert table["seconds"].iloc[3] == pytest.approx(0.25, abs=1e-5)
    assert list(table["steps"]) == [0, 0, 20, 0]
    assert _statistics(store).waterfall(made.id, owner="user:nobody").empty
    assert _statistics(store).waterfall("nobody", owner=None).empty


def test_a_waterfall_of_what_never_ran_is_empty(store: Store) -> None:
    store.generations.add([generation()])
    assert _statistics(store).waterfall(generation().id, owner=None).empty


def test_headlines(filled: tuple[Store, Lives]) -> None:
    store, lives = filled
    found = _statistics(store).headlines(owner=None, days=30)
    midnight = NOON - NOON % DAY
    done = [g for g, _ in lives if g.status is Status.FINISHED]
    settled = [g for g, _ in lives if g.status.is_final and g.status is not Status.CANCELLED]
    assert found.today == sum(g.created_at >= midnight for g, _ in lives)
    assert found.total == 120
    assert found.images == sum(len(g.images) for g, _ in lives)
    assert found.success_rate == pytest.approx(len(done) / len(settled))
    assert found.seconds_median == pytest.approx(
        np.median([(g.finished_at or 0) - (g.started_at or 0) for g in done]), rel=1e-4
    )
    assert found.steps_per_second_median is not None


@pytest.mark.parametrize(
    ("ask", "columns", "rows"),
    [
        (lambda s: s.per_period(owner=None, days=7), 8, 7),
        (lambda s: s.per_period(owner=None, days=0), 8, 1),
        (lambda s: s.speed(owner=ANN, days=10**9), 7, 0),
        (lambda s: s.outcomes(owner=None), 3, 4),
        (lambda s: s.recent_errors(owner="'; DROP TABLE generations; --"), 7, 0),
        (lambda s: s.where_time_goes(owner="\ud800"), 3, 8),
        (lambda s: s.waterfall("x", owner=None), 5, 0),
        (lambda s: s.per_period(owner=None, days=0, unit="month"), 8, 1),
        (lambda s: s.by_hour_of_week(owner=None, days=0).fillna(0), 5, 168),
        (lambda s: s.speed(owner=None, by=("checkpoint", "size", "sampler", "server")), 9, 0),
        (lambda s: s.speed(owner=None, by=()), 5, 0),
        (lambda s: s.cold_and_warm(owner=None), 7, 0),
        (lambda s: s.trends(owner=None), 6, 0),
        (lambda s: s.trend(owner=None, checkpoint="c", width=1, height=1, server=""), 5, 0),
        (lambda s: s.changes(owner=None), 11, 0),
        (lambda s: s.forecast_quality(owner=None), 4, 0),
        (lambda s: s.forecast_summary(owner=None).fillna(0), 4, 1),
        (lambda s: s.failures(owner=None), 4, 0),
        (lambda s: s.what_if(owner=None), 7, 0),
    ],
)
def test_an_empty_store_gives_tables_with_their_columns(
    store: Store, ask: Callable[[Statistics], pd.DataFrame], columns: int, rows: int
) -> None:
    table = ask(_statistics(store))
    assert (len(table.columns), len(table)) == (columns, rows)
    assert not table.isna().any().any()


def test_an_empty_store_has_headlines(store: Store) -> None:
    expected = Headlines(0, 0, 0, None, None, None)
    assert _statistics(store).headlines(owner=None) == expected


def test_a_generation_that_ran_no_step_has_no_speed(store: Store) -> None:
    store.generations.add([generation(started_at=NOON, finished_at=NOON, created_at=NOON - 1)])
    done = store.generations.page(owner=None)[0]
    store.generations.complete(done.id, node_runs=[], status=Status.FINISHED)
    table = _statistics(store).speed(owner=None)
    assert table["seconds_median"].iloc[0] == 0
    assert np.isnan(table["steps_per_second_median"].iloc[0])


def test_past_runs_tell_cold_from_warm(store: Store) -> None:
    for n, loads in enumerate([True, False]):
        made = generation(n, server="s", batch=2, started_at=NOON + n + 1, forecast_seconds=3.0)
        store.generations.add([made])
        start = NOON + n + 1
        runs = [node_run("loading", start)] if loads else []
        runs.append(node_run("sampling", start + 2))
        store.generations.complete(
            made.id,
            node_runs=runs,
            status=Status.FINISHED,
            finished_at=start + 5,
            fetched_at=start + 5.5,
        )
    store.generations.add(
        [generation(7, server="s"), generation(8, server="t", status=Status.FINISHED)]
    )
    found = store.timings.past_runs("s")
    assert [(r.activity, r.cold) for r in found] == [
        ("sampling", False),
        ("loading", True),
        ("sampling", True),
    ]
    assert found[0].megapixels == pytest.approx(512 * 768 * 2 / 1e6)
    assert (found[0].steps, found[0].seconds) == (4, 2.0)
    assert (found[0].first_step_seconds, found[0].step_seconds_median) == (0.8, 0.4)
    assert (found[1].first_step_seconds, found[1].step_seconds_median) == (None, None)
    assert found[0].created_at == NOON + 1
    assert store.timings.past_runs("s", limit=1) == found[:1]
    assert store.timings.past_runs("unknown") == []


def _course(store: Store, seconds: list[float], days: float) -> Statistics:
    """A generation of each of *seconds*, evenly over the last *days*, all alike."""
    for number, took in enumerate(seconds):
        begun = NOON - days * DAY * (1 - number / len(seconds))
        made = generation(
            number, created_at=begun, checkpoint="m.safetensors", server="one", batch=1
        )
        store.generations.add([made])
        store.generations.complete(
            made.id,
            node_runs=[node_run("sampling", begun, finished_at=begun + 0.95 * took, steps=20)],
            status=Status.FINISHED,
            started_at=begun,
            finished_at=begun + took,
        )
    return _statistics(store)


def test_a_longer_period_says_no_less_than_a_shorter_one(store: Store) -> None:
    """Sixty of 10 s, then ten of 20 s, which is twice as slow for two days."""
    seconds = [10 + 0.1 * (n % 2) for n in range(60)] + [20 + 0.2 * (n % 2) for n in range(10)]
    statistics = _course(store, seconds, 12.9)
    told = {days: statistics.changes(owner=None, days=days) for days in (7, 14, 30, 90, 365, 0)}
    (first,) = told[7].to_dict("records")
    assert 1.9 < first["ratio"] < 2.1
    assert "slower than its own median since" in first["sentence"]
    for changes in told.values():
        assert list(changes["sentence"]) == [first["sentence"]]
        assert list(changes["generations"]) == [10]
