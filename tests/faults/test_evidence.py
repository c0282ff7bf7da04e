"""What may have run is not sent again; what certainly never did is; and no job blocks the others.

The server's own word, or what was seen of its run, decides; absence alone says nothing.
"""

import time
import uuid
from pathlib import Path

import httpx
import pytest

from comfy import clock
from comfy.client.reconcile.freshness import Link
from comfy.demo.http.server import DemoServer
from comfy.workflow.families.build import build_graph
from storage.records import Status
from studio.dispatch.setbacks import MAX_TRIES
from tests.faults.conftest import Open
from tests.faults.house import ENDLESS, House, request, viewer, wait_until

POISON = "disliked"


def new_id() -> str:
    return str(uuid.uuid4())


def received(engine: DemoServer, id_: str) -> tuple[int, int]:
    """How often a prompt was sent, and how often it ran."""
    entry = engine.books.get(id_)
    return (entry.received, entry.runs) if entry else (0, 0)


def ran(engine: DemoServer, id_: str) -> bool:
    entry = engine.books.get(id_)
    return entry is not None and entry.outcome == "success"


def two_on_the_server(house: House, engine: DemoServer, steps: int = 6) -> list[str]:
    """Two that were seen to wait there; only then the first begins."""
    engine.faults.dead_worker = True
    ids = house.generate(steps=steps, width=320, height=320) + house.generate(steps=steps)
    house.until(lambda: house.is_on_server(ids[1]))
    engine.faults.dead_worker = False
    return ids


def test_what_ran_while_the_app_was_away_and_is_forgotten_is_not_sent_again(
    open_house: Open, engine: DemoServer, tmp_path: Path
) -> None:
    first = House(tmp_path / "data", engine.url)
    first.start()
    ids = two_on_the_server(first, engine)
    first.close()
    wait_until(lambda: all(ran(engine, id_) for id_ in ids))
    engine.faults.do("restart")
    second = open_house()
    second.watch(ids)
    found = second.finish(ids)
    assert [record.status for record in found] == [Status.FINISHED] * 2
    assert all(record.images and "has forgotten this" in record.warning for record in found)
    assert [received(engine, id_) for id_ in ids] == [(1, 1)] * 2


def test_what_ran_while_the_app_was_away_and_is_gone_is_lost_and_not_sent_again(
    engine: DemoServer, tmp_path: Path
) -> None:
    first = House(tmp_path / "data", engine.url)
    first.start()
    ids = two_on_the_server(first, engine)
    first.close()
    wait_until(lambda: all(ran(engine, id_) for id_ in ids))
    engine.faults.do("restart", keep_output=False)
    second = House(tmp_path / "data", engine.url)
    second.start()
    second.watch(ids)
    assert second.statuses(ids) == [Status.LOST] * 2
    second.close()
    assert [received(engine, id_) for id_ in ids] == [(1, 1)] * 2


def test_what_ran_while_nobody_was_heard_and_was_cleared_is_not_sent_again(
    house: House, engine: DemoServer
) -> None:
    ids = two_on_the_server(house, engine)
    engine.faults.route("", lost=True)
    engine.faults.do("drop")
    wait_until(lambda: all(ran(engine, id_) for id_ in ids))
    engine.faults.do("clear", history=True)
    engine.faults.clear()
    assert house.statuses(ids)[1] is Status.FINISHED
    assert [received(engine, id_) for id_ in ids] == [(1, 1)] * 2


def test_what_somebody_deleted_after_a_reconnect_is_cancelled_and_not_sent_again(
    house: House, engine: DemoServer
) -> None:
    ids = two_on_the_server(house, engine, steps=60)
    before = house.studio.servers.states()[0].freshness.since
    engine.faults.do("drop")
    house.until(lambda: house.studio.servers.states()[0].freshness.since != before)
    house.wait_for_link(Link.LIVE)
    httpx.post(f"{engine.url}/queue", json={"delete": [ids[1]]})
    assert house.statuses(ids[1:]) == [Status.CANCELLED]
    assert received(engine, ids[1]) == (1, 0)


def test_what_the_socket_saw_running_was_taken_whatever_became_of_the_answer(
    engine: DemoServer, tmp_path: Path
) -> None:
    house = House(tmp_path / "data", engine.url)
    house.start()
    engine.faults.route("/prompt", method="POST", lost=True, after=True, count=1)
    engine.faults.at("ended", "restart")
    (id_,) = house.generate()
    (record,) = house.finish([id_])
    house.close()
    assert record.accepted_at is not None
    assert received(engine, id_) == (1, 1)


@pytest.mark.parametrize("status", [409, 500, 503])
def test_an_answer_that_leaves_it_open_is_looked_after(
    house: House, engine: DemoServer, status: int
) -> None:
    engine.faults.route("/prompt", method="POST", status=status, after=True, count=1)
    ids = house.generate(2)
    assert house.statuses(ids) == [Status.FINISHED] * 2
    assert [received(engine, id_) for id_ in ids] == [(1, 1)] * 2


def test_a_409_every_time_runs_once(house: House, engine: DemoServer) -> None:
    engine.faults.route("/prompt", method="POST", status=409, after=True)
    ids = house.generate(3)
    assert house.statuses(ids) == [Status.FINISHED] * 3
    assert [received(engine, id_) for id_ in ids] == [(1, 1)] * 3


@pytest.mark.parametrize("fault", [{"status": s} for s in (500, 403, 429, 400)] + [{"lost": True}])
def test_a_job_that_a_server_will_not_take_fails_and_stops_nobody(
    house: House, engine: DemoServer, fault: dict[str, int]
) -> None:
    engine.faults.route("/prompt", method="POST", word=POISON, **fault)
    bad = house.generate(prompt=POISON) + house.generate(prompt=POISON, owner="user:bob")
    good = house.generate(3)
    assert house.statuses(good) == [Status.FINISHED] * 3
    for record in house.finish(bad):
        assert record.status is Status.FAILED
        assert f"{MAX_TRIES} times in a row" in record.error
    assert engine.faults.injected["POST /prompt"] == MAX_TRIES * len(bad)


def test_a_server_that_takes_no_prompts_fails_no_job(house: House, engine: DemoServer) -> None:
    engine.faults.route("/prompt", method="POST", status=500)
    ids = house.generate(3)
    wait_until(lambda: engine.faults.injected["POST /prompt"] > 4 * MAX_TRIES)
    assert not any(house.is_over(id_) for id_ in ids)
    assert house.seen[ids[0]][-1].notice
    engine.faults.clear()
    assert house.statuses(ids) == [Status.FINISHED] * 3


@pytest.mark.parametrize(
    "foreign", [{"status": "starting"}, {"queue_running": []}, {"error": "no"}]
)
def test_json_of_somebody_else_is_not_absence(
    house: House, engine: DemoServer, foreign: dict[str, object]
) -> None:
    ids = two_on_the_server(house, engine, steps=12)
    looks = engine.faults.injected
    for path in ("/queue", "/history"):
        engine.faults.route(path, method="GET", body=foreign)
    wait_until(lambda: looks["GET /queue"] > 6)
    engine.faults.clear()
    assert house.statuses(ids) == [Status.FINISHED] * 2
    assert [received(engine, id_) for id_ in ids] == [(1, 1)] * 2


@pytest.mark.parametrize(
    "fault", [{"lost": True}, {"status": 401}, {"status": 404}, {"status": 429}]
)
def test_a_history_that_does_not_come_holds_no_other_up(
    house: House, engine: DemoServer, fault: dict[str, int]
) -> None:
    ids = two_on_the_server(house, engine)
    engine.faults.route(f"/history/{ids[0]}", **fault)
    assert house.statuses(ids[1:]) == [Status.FINISHED]
    engine.faults.clear()
    assert house.statuses(ids[:1]) == [Status.FINISHED]


@pytest.mark.parametrize("has_jobs", [True, False])
def test_a_long_queue_of_strangers_hides_nothing_of_ours(
    open_house: Open, engine: DemoServer, has_jobs: bool
) -> None:
    if not has_jobs:
        engine.faults.route("/api/jobs", status=404)
    workflow = {"workflow": "x" * 3 * 2**20}
    graph = build_graph(request(steps=2), 1)
    for _ in range(5):
        body = {"prompt": graph, "prompt_id": new_id()}
        httpx.post(f"{engine.url}/prompt", json={**body, "extra_data": {"extra_pnginfo": workflow}})
    house = open_house()
    ids = house.generate(2)
    assert house.statuses(ids) == [Status.FINISHED] * 2
    assert Link.UNREACHABLE not in house.links(ids)


def test_a_clock_set_back_settles_all_the_same(
    house: House, engine: DemoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = two_on_the_server(house, engine)
    true = time.time
    monkeypatch.setattr(time, "time", lambda: true() - 3600)
    assert house.statuses(ids) == [Status.FINISHED] * 2
    assert clock.now() > time.time()


def test_a_prompt_that_waits_while_its_server_ends_twice_is_not_sent_a_third_time(
    house: House, engine: DemoServer
) -> None:
    for times in (1, 2):
        occupy(engine)
        if times == 1:
            (id_,) = house.generate()
        else:
            house.studio.queue.resume(viewer())
        house.until(lambda: received(engine, id_)[0] == times and house.is_on_server(id_))  # noqa: B023 - called within the round
        house.studio.queue.pause(viewer())
        mark = len(house.seen[id_])
        engine.faults.do("restart", seconds=2.0)
        house.until(
            lambda: any(s.status is not Status.SUBMITTED for s in house.seen[id_][mark:])  # noqa: B023 - the same
        )
    (record,) = house.finish([id_])
    assert (record.status, record.attempts) == (Status.LOST, 2)
    assert "twice" in record.error
    assert received(engine, id_) == (2, 0)


def occupy(engine: DemoServer) -> None:
    """Let somebody else's prompt run for long."""
    graph = build_graph(request(**ENDLESS), 1)
    answer = httpx.post(f"{engine.url}/prompt", json={"prompt": graph, "prompt_id": new_id()})
    assert answer.status_code == 200


def test_what_comes_late_of_a_job_that_is_over_is_taken_back_after_a_restart_too(
    open_house: Open, engine: DemoServer, tmp_path: Path
) -> None:
    first = House(tmp_path / "data", engine.url)
    first.start()
    engine.faults.route("/prompt", method="POST", lost=True, count=1)
    (id_,) = first.generate(**ENDLESS)
    first.until(lambda: bool(first.seen[id_]) and bool(first.seen[id_][-1].notice))
    first.cancel(id_)
    assert first.statuses([id_]) == [Status.CANCELLED]
    first.close()
    # It was on its way all the time, as through a proxy that holds requests back.
    graph = build_graph(request(**ENDLESS), 1)
    httpx.post(f"{engine.url}/prompt", json={"prompt": graph, "prompt_id": id_})
    open_house()
    wait_until(lambda: (e := engine.books.get(id_)) is not None and e.outcome == "interrupted")
