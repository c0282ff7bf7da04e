"""Stopping stops what it names, once, wherever that is, and nothing else."""

import threading
import uuid
from pathlib import Path

import httpx
import pytest

from comfy.client.reconcile.freshness import Link
from comfy.demo.http.server import DemoServer
from comfy.progress.advance import Phase
from comfy.workflow.families.build import build_graph
from storage.records import Status
from tests.faults.house import ENDLESS, OWNER, House, request, viewer, wait_until
from tests.faults.tunnel import Tunnel


def test_a_cancel_stops_what_waits_here_there_and_runs(house: House, engine: DemoServer) -> None:
    ids = house.generate(4, **ENDLESS)
    house.until(lambda: house.runs(ids[0]) and house.is_on_server(ids[1]))
    house.cancel(ids[3])
    house.cancel(ids[1])
    house.cancel(ids[0])
    gone = [ids[0], ids[1], ids[3]]
    assert house.statuses(gone) == [Status.CANCELLED] * 3
    house.until(lambda: house.runs(ids[2]))
    house.cancel(ids[2])
    assert house.statuses(ids[2:3]) == [Status.CANCELLED]
    sent = {e.prompt_id: e.outcome for e in engine.books.all()}
    assert sent == {ids[0]: "interrupted", ids[1]: "deleted", ids[2]: "interrupted"}
    assert not any(record.error for record in house.finish())


@pytest.mark.parametrize("percentage", [80.0, 99.0, 100.0])
def test_a_cancel_that_may_come_too_late_ends_as_the_server_says(
    house: House, engine: DemoServer, percentage: float
) -> None:
    ids = house.generate(2)
    house.until(lambda: any(s.percentage >= percentage for s in house.seen[ids[0]]))
    house.cancel(ids[0])
    house.finish(ids)
    entry = engine.books.get(ids[0])
    assert entry is not None
    expected = Status.FINISHED if entry.outcome == "success" else Status.CANCELLED
    assert house.statuses(ids) == [expected, Status.FINISHED]
    house.cancel(ids[1])
    record = house.studio.generations.get(ids[1], viewer())
    assert record is not None
    assert record.status is Status.FINISHED


def test_many_cancels_at_once_are_one(house: House) -> None:
    ids = house.generate(3, **ENDLESS)
    house.until(lambda: house.runs(ids[0]))
    start = threading.Barrier(6)

    def cancel(id_: str) -> None:
        start.wait()
        house.cancel(id_)

    threads = [threading.Thread(target=cancel, args=(id_,)) for id_ in (ids[0], ids[2]) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert house.statuses([ids[0], ids[2]]) == [Status.CANCELLED] * 2
    house.until(lambda: house.runs(ids[1]))
    house.cancel(ids[1])


def test_what_others_run_on_the_server_is_never_touched(house: House, engine: DemoServer) -> None:
    foreign = str(uuid.uuid4())
    graph = build_graph(request(steps=200), seed=99)
    body = {"prompt": graph, "prompt_id": foreign, "client_id": "somebody"}
    httpx.post(f"{engine.url}/prompt", json=body).raise_for_status()
    wait_until(lambda: started(engine, foreign))
    engine.faults.dead_worker = True  # it stands still until all is cancelled
    ids = house.generate(3)
    house.until(lambda: house.is_on_server(ids[0]))
    house.cancel(ids[0])
    house.studio.cancels.all(viewer("user:bob"))
    house.studio.cancels.all(viewer(OWNER))
    assert house.statuses(ids) == [Status.CANCELLED] * 3
    engine.faults.dead_worker = False
    house.until(lambda: not engine.engine.queue.remaining)
    entry = engine.books.get(foreign)
    assert entry is not None
    assert entry.outcome == "success"


def started(engine: DemoServer, id_: str) -> bool:
    entry = engine.books.get(id_)
    return entry is not None and entry.runs > 0


def test_what_others_stop_is_cancelled_and_says_so(house: House, engine: DemoServer) -> None:
    ids = house.generate(2, **ENDLESS) + house.generate(1)
    house.until(lambda: house.runs(ids[0]) and house.is_on_server(ids[1]))
    httpx.post(f"{engine.url}/queue", json={"clear": True}).raise_for_status()
    assert house.statuses(ids[1:2]) == [Status.CANCELLED]
    httpx.post(f"{engine.url}/interrupt", json={"prompt_id": ids[0]}).raise_for_status()
    records = house.finish(ids)
    assert [r.status for r in records] == [Status.CANCELLED] * 2 + [Status.FINISHED]
    assert all("somebody else" in r.error for r in records[:2])


def test_a_cancel_outlives_a_server_that_does_not_answer(house: House, engine: DemoServer) -> None:
    ids = house.generate(3, **ENDLESS)
    house.until(lambda: house.runs(ids[0]))
    engine.faults.route("", status=500, seconds=0.7)
    house.cancel(ids[0])
    house.cancel(ids[1])
    assert house.statuses(ids[:2]) == [Status.CANCELLED] * 2
    house.cancel(ids[2])
    assert house.statuses(ids[2:]) == [Status.CANCELLED]


def test_a_cancel_ends_at_once_where_the_server_is_not_there_and_is_carried_out_on_its_return(
    engine: DemoServer, tmp_path: Path
) -> None:
    with Tunnel(engine.url) as tunnel:
        house = House(tmp_path / "data", tunnel.url)
        house.start()
        try:
            runs, waits, next_ = house.generate(3, **ENDLESS)
            house.until(lambda: house.runs(runs) and house.is_on_server(waits))
            tunnel.cut()
            house.wait_for_link(Link.UNREACHABLE)
            house.cancel(runs)
            house.cancel(waits)
            assert house.statuses([runs, waits]) == [Status.CANCELLED] * 2
            assert all("takes it back" in one.error for one in house.finish([runs, waits]))
            entry = engine.books.get(runs)
            assert entry is not None
            assert not entry.outcome  # it goes on there, and nobody can tell it anything
            tunnel.open()
            house.until(lambda: house.runs(next_))
            sent = {e.prompt_id: e.outcome for e in engine.books.all()}
            assert sent.keys() == {runs, waits, next_}
            assert sent[runs] == "interrupted"
            assert sent[waits] in ("deleted", "interrupted")  # it may begin once the first is gone
            house.cancel(next_)
            assert house.statuses([next_]) == [Status.CANCELLED]
        finally:
            house.close()


def test_what_was_cancelled_without_its_server_is_remembered_over_a_restart(
    engine: DemoServer, tmp_path: Path
) -> None:
    with Tunnel(engine.url) as tunnel:
        house = House(tmp_path / "data", tunnel.url)
        house.start()
        (runs,) = house.generate(1, **ENDLESS)
        house.until(lambda: house.runs(runs))
        tunnel.cut()
        house.wait_for_link(Link.UNREACHABLE)
        house.cancel(runs)
        assert house.statuses([runs]) == [Status.CANCELLED]
        house.close()
        tunnel.open()
        again = House(tmp_path / "data", tunnel.url)
        again.start()
        wait_until(lambda: [e.outcome for e in engine.books.all()] == ["interrupted"])
        again.close()


def test_what_had_ended_before_its_server_was_gone_is_kept_although_it_was_cancelled(
    engine: DemoServer, tmp_path: Path
) -> None:
    with Tunnel(engine.url) as tunnel:
        house = House(tmp_path / "data", tunnel.url)
        house.start()
        try:
            engine.faults.route("/history", status=503)
            (id_,) = house.generate(1)
            house.until(
                lambda: any(
                    s.progress is not None and s.progress.phase is Phase.SETTLING
                    for s in house.seen[id_]
                )
            )
            tunnel.cut()
            house.wait_for_link(Link.UNREACHABLE)
            house.cancel(id_)
            engine.faults.clear()
            tunnel.open()
            (record,) = house.finish([id_])
            assert (record.status, len(record.images)) == (Status.FINISHED, 1)
        finally:
            house.close()


def test_a_server_that_cannot_take_anything_back_is_sent_more_all_the_same(
    engine: DemoServer, tmp_path: Path
) -> None:
    with Tunnel(engine.url) as tunnel:
        house = House(tmp_path / "data", tunnel.url)
        house.start()
        try:
            (runs,) = house.generate(1, steps=200)
            house.until(lambda: house.runs(runs))
            tunnel.cut()
            house.wait_for_link(Link.UNREACHABLE)
            house.cancel(runs)
            assert house.statuses([runs]) == [Status.CANCELLED]
            engine.faults.route("/jobs", method="POST", status=500)
            engine.faults.route("/queue", method="POST", status=500)
            tunnel.open()
            assert house.statuses(house.generate(1)) == [Status.FINISHED]
        finally:
            house.close()
