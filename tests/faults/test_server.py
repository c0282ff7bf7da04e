"""ComfyUI itself dies, restarts, forgets, or stops working."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from comfy.client.reconcile.freshness import Link
from comfy.demo.engine.ledger import JOURNAL, read
from comfy.demo.http.server import DemoServer
from comfy.demo.launch import DemoProcess
from storage.records import Status
from tests.faults.house import ENDLESS, House, viewer
from tests.support.cadences import HASTY

STEP_SECONDS = 0.05


def test_what_ran_when_the_server_restarted_is_lost_and_what_waited_is_sent_again(
    house: House, engine: DemoServer
) -> None:
    ids = house.generate(1, **ENDLESS) + house.generate(3)
    house.until(lambda: house.runs(ids[0]) and house.is_on_server(ids[1]))
    engine.faults.do("restart", seconds=2.0)
    records = house.finish(ids)
    assert [r.status for r in records] == [Status.LOST, *[Status.FINISHED] * 3]
    assert "restarted" in records[0].error


def test_where_it_was_asked_for_a_lost_generation_runs_once_more_and_no_more(
    house: House, engine: DemoServer
) -> None:
    ids = house.generate(2, steps=200, retry_on_loss=True)
    house.until(lambda: house.runs(ids[0]))
    engine.faults.do("restart")
    assert house.statuses(ids) == [Status.FINISHED] * 2
    (again,) = house.generate(1, **ENDLESS, retry_on_loss=True)
    for attempt in (1, 2):
        house.until(partial(runs_for_the, attempt, house, engine, again))
        engine.faults.do("restart")
    assert house.statuses([again]) == [Status.LOST]


def runs_for_the(attempt: int, house: House, engine: DemoServer, id_: str) -> bool:
    """Whether the engine runs *id_* for the first time, or the second, and we have seen it."""
    entry = engine.books.get(id_)
    seen = (s for s in house.seen[id_] if s.record.attempts == attempt)
    return (
        entry is not None
        and entry.runs == attempt
        and any(s.progress and s.progress.step for s in seen)
    )


def test_a_server_that_loses_all_while_nobody_is_heard_is_noticed(
    house: House, engine: DemoServer
) -> None:
    ids = house.generate(1, **ENDLESS) + house.generate(2)
    house.until(lambda: house.runs(ids[0]) and house.is_on_server(ids[1]))
    engine.faults.route("/ws", status=502, html=True)
    engine.faults.do("drop")
    house.until(lambda: engine.faults.injected["GET /ws"] >= 1)
    engine.faults.do("restart")  # or its end is seen, and with it that the second never ran
    house.until(lambda: engine.faults.injected["GET /ws"] >= 3)
    engine.faults.clear()
    # The second waited there, but may have run unseen: only the third certainly never did.
    assert house.statuses(ids) == [Status.LOST, Status.LOST, Status.FINISHED]


def test_a_dead_worker_is_called_stalled_and_loses_nothing(
    house: House, engine: DemoServer
) -> None:
    ids = house.generate(3)
    engine.faults.dead_worker = True
    more = house.generate(2)
    house.until(lambda: Link.STALLED in house.links([*ids, *more]))
    house.cancel(more[1])
    assert house.statuses(more[1:]) == [Status.CANCELLED]
    engine.faults.dead_worker = False
    assert house.statuses([*ids, more[0]]) == [Status.FINISHED] * 4


def test_a_failing_node_fails_its_generation_alone(house: House, engine: DemoServer) -> None:
    engine.faults.out_of_memory("KSampler", count=1)
    records = house.finish(house.generate(3))
    assert sorted(r.status for r in records) == sorted([Status.FAILED, *[Status.FINISHED] * 2])
    assert "out of memory" in next(r.error for r in records if r.error)


@pytest.fixture
def process(tmp_path: Path) -> Iterator[DemoProcess]:
    child = DemoProcess(tmp_path / "engine", step_seconds=STEP_SECONDS, faults=True)
    yield child
    child.close()


def test_a_killed_and_restarted_process_is_found_again(
    process: DemoProcess, tmp_path: Path
) -> None:
    house = House(tmp_path / "data", process.url, HASTY)
    house.start()
    ids = house.generate(3, **ENDLESS)
    house.until(lambda: house.runs(ids[0]))
    house.until(lambda: house.is_on_server(ids[1]))
    process.kill()
    house.wait_for_link(Link.UNREACHABLE)
    house.studio.queue.pause(viewer("user:bob"))
    process.start()
    assert process.url
    assert house.statuses(ids[:1]) == [Status.LOST]
    left = set(ids[1:])  # whichever of them the line took first
    while left:
        house.until(lambda: any(map(house.runs, left)))
        runs = next(filter(house.runs, left))
        house.cancel(runs)
        left.remove(runs)
    assert house.statuses(ids[1:]) == [Status.CANCELLED] * 2
    house.wait_for_link(Link.LIVE)
    house.check(lambda: read(tmp_path / "engine" / JOURNAL), tmp_path / "engine")
    outcomes = [entry.outcome for entry in read(tmp_path / "engine" / JOURNAL)]
    assert outcomes == ["forgotten", "interrupted", "interrupted"]
