"""HTTP fails in every way: no prompt runs twice, no file is lost, no success is forgotten."""

from dataclasses import replace
from typing import Any

import pytest

from comfy.client.reconcile.freshness import Link
from comfy.demo.http.server import DemoServer
from storage.records import Status
from tests.faults.conftest import Open
from tests.faults.house import ENDLESS, House
from tests.support.cadences import HASTY

HANGS = 60.0
FINISHED = [Status.FINISHED] * 3


def received(engine: DemoServer) -> list[int]:
    return [entry.received for entry in engine.books.all()]


@pytest.mark.parametrize(
    "fault",
    [
        {"delay": 0.7},
        {"delay": 0.7, "after": True},
        {"lost": True, "after": True, "count": 3},
        {"status": 500, "after": True, "count": 3},
        {"status": 502, "html": True, "after": True, "count": 3},
        {"keep": 0.5, "after": True, "count": 3},
    ],
    ids=str,
)
def test_a_prompt_that_arrived_is_sent_once_whatever_became_of_the_answer(
    house: House, engine: DemoServer, fault: dict[str, Any]
) -> None:
    engine.faults.route("/prompt", method="POST", **fault)
    assert house.statuses(house.generate(3)) == FINISHED
    assert received(engine) == [1, 1, 1]


@pytest.mark.parametrize("after", [True, False], ids=["at once", "late"])
def test_a_prompt_answered_after_the_time_out_runs_once(
    open_house: Open, engine: DemoServer, after: bool
) -> None:
    house = open_house(cadence=replace(HASTY, answer=0.5))
    engine.faults.route("/prompt", method="POST", delay=0.8, after=after, count=2)
    assert house.statuses(house.generate(3)) == FINISHED
    assert received(engine) == [1, 1, 1]


def test_a_prompt_that_arrives_after_it_was_sent_again_runs_to_its_end_once(
    open_house: Open, engine: DemoServer
) -> None:
    house = open_house(cadence=replace(HASTY, answer=0.4, doubt=0.05))
    engine.faults.route("/prompt", method="POST", delay=1.5, count=1)
    ids = house.generate(2, steps=60)
    assert house.statuses(ids) == FINISHED[:2]
    # On a very busy machine it is found before it is sent again, which is well too.
    house.until(lambda: sum(received(engine)) == sum(r.attempts for r in house.finish(ids)))
    house.until(lambda: not engine.engine.queue.remaining)


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 503, "count": 2},
        {"status": 429, "count": 1},
        {"status": 404, "count": 2},
        {"status": 401, "count": 2},
        {"status": 400, "count": 1},
        {"status": 502, "html": True, "count": 2},
        {"status": 200, "html": True, "count": 1},
        {"lost": True, "count": 2},
    ],
    ids=str,
)
def test_a_prompt_that_did_not_arrive_is_sent_again(
    house: House, engine: DemoServer, fault: dict[str, Any]
) -> None:
    engine.faults.route("/prompt", method="POST", **fault)
    assert house.statuses(house.generate(2)) == FINISHED[:2]
    assert received(engine) == [1, 1]


def test_a_prompt_that_is_too_large_fails_with_a_sentence(house: House, engine: DemoServer) -> None:
    engine.faults.route("/prompt", method="POST", status=413, count=1)
    ids = house.generate(3)
    assert sorted(house.statuses(ids)) == sorted([*FINISHED[:2], Status.FAILED])
    failed = next(r for r in house.finish(ids) if r.status is Status.FAILED)
    assert "413" in failed.error


@pytest.mark.parametrize("seconds", [0.3, 1.5])
def test_a_late_history_is_waited_for(house: House, engine: DemoServer, seconds: float) -> None:
    engine.faults.history_delay = seconds
    ids = house.generate(2)
    house.until(lambda: any(s.percentage == 99.0 for s in house.seen[ids[0]]))
    assert house.statuses(ids) == FINISHED[:2]


@pytest.mark.parametrize(
    "fault", [{"status": 500}, {"status": 502, "html": True}, {"lost": True}], ids=str
)
def test_a_server_that_answers_nothing_for_a_while_loses_nothing(
    house: House, engine: DemoServer, fault: dict[str, Any]
) -> None:
    ids = house.generate(3)
    house.until(lambda: house.runs(ids[0]))
    engine.faults.route("", seconds=2.0, **fault)
    engine.faults.do("drop")
    house.until(lambda: is_cut_off(house))
    mark = len(house.seen[ids[0]])
    more = house.generate(2)
    assert house.statuses(ids) == FINISHED
    assert house.statuses(more) == FINISHED[:2]
    cut_off = [s for s in house.seen[ids[0]][mark:] if s.freshness.link is Link.UNREACHABLE]
    assert len({s.percentage for s in cut_off}) == 1


def is_cut_off(house: House) -> bool:
    """Whether neither way carries anything any more."""
    freshness = house.studio.servers.states()[0].freshness
    return freshness.link is Link.UNREACHABLE and freshness.attempt > 0


def test_while_only_http_fails_the_socket_tells(house: House, engine: DemoServer) -> None:
    ids = house.generate(1, **ENDLESS)
    house.until(lambda: house.runs(ids[0]))
    engine.faults.route("", seconds=1.0, status=500)
    mark = len(house.seen[ids[0]])
    house.until(lambda: house.studio.servers.states()[0].error != "")
    heard = len(house.seen[ids[0]])
    house.until(lambda: len(house.seen[ids[0]]) > heard + 5)
    assert {s.freshness.link for s in house.seen[ids[0]][mark:]} <= {Link.LIVE, Link.UNREACHABLE}
    assert house.studio.servers.states()[0].freshness.link is Link.LIVE
    house.cancel(ids[0])
    assert house.statuses(ids) == [Status.CANCELLED]


def test_history_alone_failing_is_no_failure(house: House, engine: DemoServer) -> None:
    engine.faults.route("/history", seconds=1.5, status=500)
    assert house.statuses(house.generate(3)) == FINISHED


@pytest.mark.parametrize(
    "fault",
    [
        {"keep": 0.5, "count": 3},
        {"keep": 0.0, "count": 1},
        {"status": 500, "count": 3},
        {"status": 502, "html": True, "count": 2},
        {"status": 200, "html": True, "count": 2},
        {"lost": True, "count": 3},
        {"delay": 0.6, "count": 2},
        {"delay": 2.5, "count": 1},
    ],
    ids=str,
)
def test_a_file_that_fails_to_come_is_fetched_again(
    house: House, engine: DemoServer, fault: dict[str, Any]
) -> None:
    engine.faults.route("/view", **fault)
    records = house.finish(house.generate(2, images_per_prompt=2))
    assert [len(record.images) for record in records] == [2, 2]
    assert not any(record.warning for record in records)


def test_a_slow_file_delays_no_cancel(house: House, engine: DemoServer) -> None:
    engine.faults.route("/view", delay=HANGS)
    first, second = house.generate(1)[0], house.generate(1, **ENDLESS)[0]
    house.until(lambda: any(s.keeping for s in house.seen[first]) and house.runs(second))
    house.cancel(second)
    assert house.statuses([second]) == [Status.CANCELLED]
    assert not house.is_over(first)
    engine.faults.clear()
