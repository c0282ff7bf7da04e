"""Prompts over HTTP: sent once, refused with a reason, cancelled without harm to others."""

import json
from typing import Any

import pytest

from comfy.client.http.api import Accepted
from comfy.errors import (
    BadAnswer,
    ComfyError,
    Rejected,
    ServerFault,
)
from tests.comfy.client.http.asking import (
    GRAPH,
    MINE,
    OTHERS,
    SECRET,
    asking,
    scripted,
    submit,
)
from tests.comfy.client.wire import (
    http,
    listening,
    saying,
)
from tests.support.transcript import Call, transcript


def test_a_prompt_is_sent_with_its_id_and_ours_and_our_headers() -> None:
    taken = {"prompt_id": MINE, "number": 7, "node_errors": {}}
    with scripted({"POST /prompt": taken}) as (script, api):
        accepted = api.submit(
            GRAPH, prompt_id=MINE, client_id="me", extra={"preview_method": "auto"}
        )
    assert accepted == Accepted()
    assert script.asked == [
        (
            "POST /prompt",
            {
                "prompt": GRAPH,
                "prompt_id": MINE,
                "client_id": "me",
                "extra_data": {"preview_method": "auto"},
            },
        )
    ]
    assert b"authorization: basic " in script.heads[0].lower()
    assert f"x-key: {SECRET}".encode() in script.heads[0].lower()


def refusals() -> list[Any]:
    found = []
    for version in ("0.3.64", "0.33.0"):
        calls = transcript(f"comfyui-{version}/validation_errors").refused
        found += [pytest.param(call, id=f"{version}-{i}") for i, call in enumerate(calls)]
    return found


@pytest.mark.parametrize("call", refusals())
def test_each_recorded_refusal_is_rejected(call: Call) -> None:
    told = isinstance(call.answer, dict)
    body = json.dumps(call.answer).encode() if told else call.answer
    graph = call.body["prompt"] if told and "prompt" in call.body else {}
    with (
        listening(saying(http(call.status, body))) as server,
        asking(server.url) as api,
        pytest.raises(ComfyError) as caught,
    ):
        api.submit(graph, prompt_id=MINE, client_id="me")
    if told:
        assert isinstance(caught.value, Rejected)
        assert caught.value.problems
    else:  # malformed JSON, which we never send, makes it stumble
        assert type(caught.value) is ServerFault


def test_errors_beside_a_200_name_what_will_not_run() -> None:
    (call,) = transcript("comfyui-0.33.0/validation_errors").prompts
    answer = {**call.answer, "prompt_id": MINE}
    with scripted({"POST /prompt": answer}) as (_, api):
        accepted = api.submit(call.body["prompt"], prompt_id=MINE, client_id="me")
    assert accepted.dropped == ("31",)
    assert "nothing-here.png" in accepted.problems[0].message


@pytest.mark.parametrize("cancelled", [{}, 404, 500, 302])
def test_a_prompt_taken_under_another_id_is_stopped_and_refused(cancelled: Any) -> None:
    answers = {
        "POST /prompt": {"prompt_id": OTHERS, "number": 1},
        f"POST /api/jobs/{OTHERS}/cancel": cancelled,
        "POST /queue": 500,
    }
    with scripted(answers) as (script, api), pytest.raises(Rejected, match="update ComfyUI"):
        submit(api)
    assert script.routes[1] == f"POST /api/jobs/{OTHERS}/cancel"


@pytest.mark.parametrize("answer", [{}, {"prompt_id": None}, {"prompt_id": 7}, {"status": "ok"}])
def test_a_200_that_names_no_prompt_may_have_taken_it(answer: Any) -> None:
    with (
        scripted({"POST /prompt": answer}) as (_, api),
        pytest.raises(BadAnswer, match="as ComfyUI does"),
    ):
        submit(api)


@pytest.mark.parametrize("number", [None, "x", [], True, 10**400, float("nan"), float("inf"), 5])
def test_any_number_is_survived(number: Any) -> None:
    with scripted({"POST /prompt": {"prompt_id": MINE, "number": number}}) as (_, api):
        assert submit(api) == Accepted()


def test_a_new_server_is_asked_to_cancel_and_nothing_else() -> None:
    with scripted({f"POST /api/jobs/{MINE}/cancel": {"cancelled": True}}) as (script, api):
        api.cancel(MINE)
    assert script.routes == [f"POST /api/jobs/{MINE}/cancel"]


def queue(running: str = "", *pending: str) -> dict[str, Any]:
    return {
        "queue_running": [[1, running, {}, {}, []]] if running else [],
        "queue_pending": [[2 + i, id_, {}, {}, []] for i, id_ in enumerate(pending)],
    }


@pytest.mark.parametrize("missing", [404, 405, 500, 400, 302])
@pytest.mark.parametrize("running", ["", MINE, OTHERS])
def test_an_old_server_interrupts_this_prompt_or_none(running: str, missing: int) -> None:
    answers = {
        f"POST /api/jobs/{MINE}/cancel": missing,
        "POST /queue": {},
        "GET /queue": queue(running, OTHERS),
        "POST /interrupt": {},
    }
    with scripted(answers) as (script, api):
        api.cancel(MINE)
    assert ("POST /queue", {"delete": [MINE]}) in script.asked
    interrupts = [body for route, body in script.asked if route == "POST /interrupt"]
    assert interrupts == ([{"prompt_id": MINE}] if running == MINE else [])


PAGE = b"HTTP/1.1 200 OK\r\n\r\n<html>"


@pytest.mark.parametrize(
    ("where", "trouble"),
    [
        *(("POST /queue", status) for status in (401, 403, 429, 500)),
        *(("GET /queue", answer) for answer in (401, 403, 429, 500, PAGE)),
    ],
)
def test_no_interrupt_is_sent_where_the_queue_cannot_be_read(where: str, trouble: Any) -> None:
    answers = {"POST /queue": {}, "GET /queue": queue(MINE), "POST /interrupt": {}, where: trouble}
    with scripted(answers) as (script, api), pytest.raises(ComfyError):
        api.cancel(MINE)
    assert "POST /interrupt" not in script.routes
