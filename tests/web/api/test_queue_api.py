"""The queue's API over real HTTP: owners kept apart, every refusal, private links."""

import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import httpx
import pytest

from comfy.demo.engine.faults import NodeFault
from comfy.demo.http.server import DemoServer
from comfy.demo.settings import EngineSettings
from comfy.workflow.request import MAX_STEPS, GenerationRequest
from studio.access.viewer import Viewer
from studio.generations.new_records import press_of
from studio.ids import new_id
from tests.web.api.test_api import PATIENCE_SECONDS, finish, follow, generating, request_for, start
from tests.web.conftest import Serve, Served

ON_ONE = ("hold", "release", "move", "priority", "retry", "again")
BODIES: dict[str, Any] = {"move": {"by": -1}, "priority": {"priority": 1}}


@pytest.fixture
def engine() -> Iterator[DemoServer]:
    """An engine whose worker stands still until told otherwise: what waits, waits."""
    with DemoServer(EngineSettings(step_seconds=0.01, throttle=False, faults=True)) as server:
        server.faults.dead_worker = True
        yield server


@pytest.fixture
def served(serve: Serve, engine: DemoServer) -> Served:
    return generating(serve, engine)


@pytest.fixture
def ann(served: Served) -> httpx.Client:
    return person(served)


@pytest.fixture
def bob(served: Served) -> httpx.Client:
    return person(served)


def person(served: Served) -> httpx.Client:
    """A browser that has its cookie."""
    client = served.browser()
    client.get("/").raise_for_status()
    return client


def queue_of(client: httpx.Client) -> Any:
    return client.get("/api/queue").raise_for_status().json()


def waiting(client: httpx.Client) -> list[str]:
    return [e["generation"]["id"] for e in queue_of(client)["entries"] if e["place"]]


def fill(client: httpx.Client, served: Served, count: int) -> list[str]:
    """Start *count* generations with the owner's queue paused, so that all wait here."""
    client.post("/api/queue/pause").raise_for_status()
    return [start(client, served, prompt=f"number {n}") for n in range(count)]


def act(client: httpx.Client, id_: str, what: str, key: str = "") -> httpx.Response:
    query = f"?key={key}" if key else ""
    return client.post(f"/api/generations/{id_}/{what}{query}", json=BODIES.get(what, {}))


def key_of(client: httpx.Client, id_: str) -> str:
    link = str(client.get(f"/api/generations/{id_}").json()["privateLink"])
    assert link.startswith(f"/?job={id_}&key=")
    return link.rpartition("=")[2]


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
    served: Served, engine: DemoServer, ann: httpx.Client
) -> None:
    engine.faults.dead_worker = False
    finish(ann, start(ann, served))
    wanted = GenerationRequest.model_validate(request_for(served))
    deadline = time.monotonic() + PATIENCE_SECONDS
    forecast = partial(served.studio.generations.forecast, press_of(wanted))
    while forecast() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    first = start(ann, served, steps=MAX_STEPS, width=512, height=512)
    second, third = start(ann, served), start(ann, served)
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
    served: Served, engine: DemoServer, ann: httpx.Client, bob: httpx.Client
) -> None:
    engine.faults.dead_worker = False
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
    served: Served, engine: DemoServer, ann: httpx.Client
) -> None:
    engine.faults.dead_worker = False
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
    served: Served, engine: DemoServer, ann: httpx.Client
) -> None:
    engine.faults.dead_worker = False
    engine.faults.fail("KSampler", NodeFault(count=1))
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


def test_strangers_and_unknown_ids_get_the_same_answer(
    served: Served, ann: httpx.Client, bob: httpx.Client
) -> None:
    mine = fill(ann, served, 1)[0]
    for what in ON_ONE:
        answers = [act(bob, id_, what) for id_ in (mine, new_id(), "no id at all")]
        assert [a.status_code for a in answers] == [404] * 3
        assert len({a.text for a in answers}) == 1
    assert waiting(ann) == [mine]


def test_a_private_link_changes_nothing(
    served: Served, ann: httpx.Client, bob: httpx.Client
) -> None:
    mine = fill(ann, served, 1)[0]
    key = key_of(ann, mine)
    for what in (*ON_ONE, "cancel"):
        answer = act(bob, mine, what, key)
        assert answer.status_code == 403
        assert answer.json()["error"].endswith(".")
    assert waiting(ann) == [mine]


def test_wrong_numbers_are_refused_by_name(served: Served, ann: httpx.Client) -> None:
    mine = fill(ann, served, 1)[0]
    wrong = [("move", {"by": by}) for by in (None, "1", 1.5, True, 10**9)]
    wrong += [("priority", {"priority": 2}), ("priority", {}), ("move", {})]
    for what, body in wrong:
        answer = ann.post(f"/api/generations/{mine}/{what}", json=body)
        assert answer.status_code == 422
        assert list(answer.json()["fields"]) == ["by" if what == "move" else what]


def test_what_is_no_json_or_too_much_is_refused(served: Served, ann: httpx.Client) -> None:
    path = f"/api/generations/{fill(ann, served, 1)[0]}/move"
    assert ann.post(path, content=b"{").status_code == 400
    assert ann.post(path, content=b"[1]").status_code == 422
    assert ann.post(path, content=b" " * 20_000).status_code == 413


def test_what_is_on_a_server_or_over_is_not_arranged(
    served: Served, engine: DemoServer, ann: httpx.Client
) -> None:
    engine.faults.dead_worker = False
    done = start(ann, served)
    finish(ann, done)
    engine.faults.dead_worker = True
    sent = start(ann, served)
    for message in follow(ann, sent):
        if message["connection"] != "none":  # a server has it
            break
    for what in ("hold", "release", "move", "priority"):
        answers = [act(ann, id_, what) for id_ in (done, sent)]
        assert [a.status_code for a in answers] == [409] * 2
        assert all(a.json()["error"].endswith(".") for a in answers)


def test_what_is_not_over_is_not_run_again(served: Served, ann: httpx.Client) -> None:
    mine = fill(ann, served, 1)[0]
    answers = [act(ann, mine, what) for what in ("retry", "again")]
    assert [a.status_code for a in answers] == [409] * 2
    assert answers[0].json()["error"] == "This generation is not over yet."


def test_a_private_link_shows_one_generation_and_its_images_alone(
    served: Served, engine: DemoServer, ann: httpx.Client, bob: httpx.Client
) -> None:
    engine.faults.dead_worker = False
    shared, other = start(ann, served, prompt="shared"), start(ann, served, prompt="other")
    finish(ann, shared)
    finish(ann, other)
    key = key_of(ann, shared)
    paths = [f"/api/generations/{{}}?key={key}", f"/api/images/{{}}/0?key={key}"]
    paths += [f"/api/generate/progress?generationId={{}}&key={key}"]
    assert [bob.get(p.format(shared)).status_code for p in paths] == [200] * 3
    assert [bob.get(p.format(other)).status_code for p in paths] == [404] * 3
    assert [bob.get(p.format(shared)[:-3] + "xyz").status_code for p in paths] == [404] * 3
    assert "privateLink" not in bob.get(paths[0].format(shared)).json()
    assert bob.get("/api/generations").json()["generations"] == []


def test_the_page_of_a_private_link_opens_its_images_to_that_browser(
    served: Served, engine: DemoServer, ann: httpx.Client, bob: httpx.Client
) -> None:
    engine.faults.dead_worker = False
    shared = start(ann, served)
    finish(ann, shared)
    image, key = f"/api/images/{shared}/0", key_of(ann, shared)
    bob.get(f"/?job={shared}&key={key[:-1]}x").raise_for_status()
    assert bob.get(image).status_code == 404
    bob.get(f"/?job={shared}&key={key}").raise_for_status()
    assert bob.get(image).status_code == 200
    assert bob.delete(f"/api/generations/{shared}").status_code in (404, 405)
    stolen = next(c for c in bob.cookies.jar if c.name.startswith("stepglass_opened"))
    eve = person(served)
    eve.cookies.set(stolen.name, str(stolen.value))
    assert eve.get(image).status_code == 404, "the cookie holds for one browser alone"


def test_a_private_link_asks_strangers_to_log_in_first(serve: Serve, engine: DemoServer) -> None:
    engine.faults.dead_worker = False
    served = generating(serve, engine, auth=["ann:pw-ann", "bob:pw-bob"])
    ann = served.login()
    shared = start(ann, served)
    finish(ann, shared)
    link = f"/?job={shared}&key={key_of(ann, shared)}"
    stranger = served.browser()
    assert stranger.get(link, headers={"accept": "text/html"}).status_code == 401
    assert stranger.get(f"/api/images/{shared}/0?{link[2:]}").status_code == 401
    bob = served.login("bob", "pw-bob")
    assert bob.get(f"/api/images/{shared}/0").status_code == 404
    bob.get(link).raise_for_status()
    assert bob.get(f"/api/images/{shared}/0").status_code == 200


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


def test_over_a_limit_the_answer_is_429_and_says_when_to_ask_again(
    serve: Serve, engine: DemoServer
) -> None:
    served = generating(serve, engine, max_waiting=2)
    ann, bob = person(served), person(served)
    fill(ann, served, 2)
    answer = ann.post("/api/generate", json=request_for(served))
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "wait already" in answer.json()["error"]
    assert bob.post("/api/generate", json=request_for(served)).status_code == 202


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
