"""One's own queue: its places, paused, held, moved, cancelled, run again; others are counted."""

import httpx

from comfy.demo.engine.faults import NodeFault
from comfy.demo.http.server import DemoServer
from comfy.workflow.request import MAX_STEPS, GenerationRequest
from studio.access.viewer import Viewer
from studio.generations.new_records import press_of
from tests.support.served import Served
from tests.support.waiting import until
from tests.web.api.queue.asking import act, fill, queue_of, waiting
from tests.web.generating import finish, follow, request_for, start


def test_ones_own_queue_is_shown_with_places_and_others_are_counted(
    served: Served, ann: httpx.Client, bob: httpx.Client
) -> None:
    mine, theirs = fill(ann, served, 2), fill(bob, served, 3)
    shown = queue_of(ann)
    assert shown["paused"] is True
    assert [e["generation"]["id"] for e in shown["entries"]] == mine
    assert [e["place"] for e in shown["entries"]] == [1, 2]
    assert shown["others"] == {"onServers": 0, "waiting": 3}
    assert all(id_ not in str(shown) for id_ in theirs)
    # What is paused, as all of it is, delays nobody.
    assert [e["place"] for e in queue_of(bob)["entries"]] == [1, 2, 3]


def test_places_get_forecasts_one_after_the_other_once_there_is_a_basis(
    served: Served, worker: DemoServer, ann: httpx.Client
) -> None:
    worker.faults.dead_worker = False
    sized = {"width": 256, "height": 256, "steps": 8}
    finish(ann, start(ann, served, **sized))
    wanted = GenerationRequest.model_validate(request_for(served, **sized))
    until(lambda: served.studio.generations.forecast(press_of(wanted)) is not None)
    first = start(ann, served, steps=MAX_STEPS, width=512, height=512)
    second, third = start(ann, served, **sized), start(ann, served, **sized)
    for message in follow(ann, first):
        if message["currentStep"] > 10:
            break
    entries = {e["generation"]["id"]: e for e in queue_of(ann)["entries"]}
    assert [entries[i]["place"] for i in (first, second, third)] == [0, 0, 1]
    assert entries[first]["startsIn"] == 0
    assert 0 < entries[first]["endsIn"] == entries[second]["startsIn"]
    assert entries[second]["endsIn"] == entries[third]["startsIn"] < entries[third]["endsIn"]
    act(ann, third, "hold")
    held = queue_of(ann)["entries"][-1]
    assert (held["held"], held["startsIn"], held["endsIn"]) == (True, None, None)
    assert ann.post("/api/queue/cancel").json()["cancelled"] == 3


def test_pausing_concerns_ones_own_alone_and_is_undone(
    served: Served, worker: DemoServer, ann: httpx.Client, bob: httpx.Client
) -> None:
    worker.faults.dead_worker = False
    paused = fill(ann, served, 1)[0]
    assert finish(bob, start(bob, served))["type"] == "complete"
    assert waiting(ann) == [paused]
    assert ann.post("/api/queue/resume").json() == {"paused": False}
    assert finish(ann, paused)["type"] == "complete"


def test_places_are_moved_and_priorities_set(served: Served, ann: httpx.Client) -> None:
    a, b, c = fill(ann, served, 3)
    assert ann.post(f"/api/generations/{c}/move", json={"by": -1}).status_code == 200
    assert waiting(ann) == [a, c, b]
    ann.post(f"/api/generations/{b}/move", json={"by": -99})
    assert waiting(ann) == [b, a, c]
    answer = ann.post(f"/api/generations/{c}/priority", json={"priority": 1})
    assert answer.json()["priority"] == 1
    assert waiting(ann) == [c, b, a]


def test_what_is_held_waits_until_released(
    served: Served, worker: DemoServer, ann: httpx.Client
) -> None:
    worker.faults.dead_worker = False
    held, other = fill(ann, served, 2)
    assert act(ann, held, "hold").json()["held"] is True
    ann.post("/api/queue/resume")
    assert finish(ann, other)["type"] == "complete"
    assert waiting(ann) == [held]
    assert act(ann, held, "release").json()["held"] is False
    assert finish(ann, held)["type"] == "complete"


def test_cancelling_all_leaves_what_others_have(
    served: Served, ann: httpx.Client, bob: httpx.Client
) -> None:
    mine, theirs = fill(ann, served, 3), fill(bob, served, 1)
    answer = ann.post("/api/queue/cancel")
    assert (answer.status_code, answer.json()["cancelled"]) == (202, 3)
    assert all(ann.get(f"/api/generations/{i}").json()["status"] == "cancelled" for i in mine)
    assert waiting(bob) == theirs


def test_what_is_over_is_run_again_with_its_seed_or_another(
    served: Served, worker: DemoServer, ann: httpx.Client
) -> None:
    worker.faults.dead_worker = False
    worker.faults.fail("KSampler", NodeFault(count=1))
    failed = start(ann, served, seed=77)
    assert finish(ann, failed)["type"] == "error"
    for what, is_same in (("retry", True), ("again", False)):
        answer = act(ann, failed, what)
        assert answer.status_code == 202
        made = answer.json()["generationId"]
        assert answer.headers["location"] == f"/api/generations/{made}"
        assert finish(ann, made)["type"] == "complete"
        record = ann.get(f"/api/generations/{made}").json()
        assert (record["seed"] == "77") is is_same
        assert record["prompt"] == "a red fox"


def test_what_is_to_be_retried_on_loss_is_noted(served: Served, ann: httpx.Client) -> None:
    ann.post("/api/queue/pause").raise_for_status()
    wanted, plain = start(ann, served, retryOnLoss=True), start(ann, served)
    live = [
        snapshot.record for snapshot in served.studio.generations.live(Viewer("", is_admin=True))
    ]
    assert {g.id: g.retry_on_loss for g in live} == {wanted: True, plain: False}
    answer = ann.post("/api/generate", json=request_for(served, retryOnLoss="yes"))
    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == ["retryOnLoss"]


def test_the_queue_comes_in_pages(served: Served, ann: httpx.Client, bob: httpx.Client) -> None:
    mine, _ = fill(ann, served, 5), fill(bob, served, 1)
    seen, offset = list[str](), 0
    while offset is not None:
        page = ann.get(f"/api/queue?limit=2&offset={offset}").raise_for_status().json()
        assert (page["total"], page["others"]["waiting"]) == (5, 1)
        seen += [entry["generation"]["id"] for entry in page["entries"]]
        offset = page["next"]
    assert seen == mine
    for query in ("limit=0", "limit=201", "offset=-1", "offset=x", "limit=²"):
        assert ann.get(f"/api/queue?{query}").status_code == 422


def test_what_was_cancelled_by_mistake_waits_again(
    served: Served, ann: httpx.Client, bob: httpx.Client
) -> None:
    mine = fill(ann, served, 3)
    done = ann.post("/api/queue/cancel").json()
    assert (done["cancelled"], sorted(done["undoable"])) == (3, sorted(mine))
    undo = {"ids": done["undoable"]}
    assert bob.post("/api/queue/undo", json=undo).status_code == 409
    assert waiting(ann) == []
    answer = ann.post("/api/queue/undo", json=undo)
    assert (answer.status_code, sorted(answer.json()["queued"])) == (202, sorted(mine))
    assert waiting(ann) == mine
    assert ann.post("/api/queue/undo", json=undo).status_code == 409
    assert ann.post("/api/queue/undo", json={"ids": "x"}).status_code == 422
