"""What cannot be done in the queue, and what is nobody else's affair."""

import httpx

from comfy.demo.http.server import DemoServer
from studio.ids import new_id
from tests.support.served import Served
from tests.web.api.queue.asking import ON_ONE, act, fill, waiting
from tests.web.conftest import Serve
from tests.web.generating import finish, follow, generating, request_for, start


def test_strangers_and_unknown_ids_get_the_same_answer(
    served: Served, ann: httpx.Client, bob: httpx.Client
) -> None:
    mine = fill(ann, served, 1)[0]
    for what in ON_ONE:
        answers = [act(bob, id_, what) for id_ in (mine, new_id(), "no id at all")]
        assert [a.status_code for a in answers] == [404] * 3
        assert len({a.text for a in answers}) == 1
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
    served: Served, worker: DemoServer, ann: httpx.Client
) -> None:
    worker.faults.dead_worker = False
    done = start(ann, served)
    finish(ann, done)
    worker.faults.dead_worker = True
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


def test_over_a_limit_the_answer_is_429_and_says_when_to_ask_again(
    serve: Serve, worker: DemoServer
) -> None:
    served = generating(serve, worker, max_waiting=2)
    ann, bob = served.person(), served.person()
    fill(ann, served, 2)
    answer = ann.post("/api/generate", json=request_for(served))
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "wait already" in answer.json()["error"]
    assert bob.post("/api/generate", json=request_for(served)).status_code == 202
