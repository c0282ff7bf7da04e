"""The stream of a generation's progress: late, several, silent, and when the program ends."""

import threading

import pytest

from comfy.demo.http.server import DemoServer
from comfy.workflow.request import MAX_STEPS
from tests.support.served import Served
from tests.web.conftest import Serve
from tests.web.generating import Message, finish, follow, generating, start


def test_a_late_follower_is_told_the_end_at_once(served: Served) -> None:
    client = served.browser()
    id_ = start(client, served)
    finish(client, id_)
    messages = list(follow(client, id_, "promptId"))
    assert [m["type"] for m in messages] == ["complete"]


def test_several_follow_one_generation(served: Served) -> None:
    client = served.browser()
    id_ = start(client, served, steps=30)
    ends: list[Message] = []
    others = [
        threading.Thread(
            target=lambda: ends.append(finish(served.browser(cookies=client.cookies), id_))
        )
        for _ in range(3)
    ]
    for other in others:
        other.start()
    ends.append(finish(client, id_))
    for other in others:
        other.join()
    assert [end["type"] for end in ends] == ["complete"] * 4


def test_stopping_ends_open_streams_within_seconds(serve: Serve, slow: DemoServer) -> None:
    served = generating(serve, slow)
    client = served.browser()
    messages = follow(client, start(client, served, steps=MAX_STEPS))
    next(messages)
    served.stop()  # long before the generation would end
    for _ in messages:  # ends by itself, and not with a broken connection
        pass


def test_a_silent_stream_is_kept_alive(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.api.server_events.KEEP_ALIVE_SECONDS", 0.2)
    client = serve().browser()  # no server: nothing will ever happen
    answer = client.post("/api/generate", json={"prompt": "x", "checkpoint": "any"})
    id_ = answer.json()["generationId"]
    with client.stream("GET", f"/api/generate/progress?generationId={id_}") as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith("data: ")
        assert next(line for line in lines if line) == ": still here"


def test_what_runs_unheard_is_not_said_to_wait(serve: Serve, slow: DemoServer) -> None:
    served = generating(serve, slow)
    client = served.browser()
    slow.faults.mute = True  # only the queue tells that it runs, and no node is named
    id_ = start(client, served, steps=MAX_STEPS)
    stream = follow(client, id_)
    running = next((m for m in stream if m["status"] == "Running"), None)
    client.post(f"/api/generations/{id_}/cancel")
    assert running is not None
    assert running["waiting"] is None
