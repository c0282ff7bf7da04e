"""What a server is asked over HTTP, and what is made of its answers."""

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from comfy.client.http.api import Accepted, Api
from comfy.errors import (
    BadAnswer,
    ComfyError,
    Denied,
    NotFound,
    Rejected,
    ServerFault,
    TooLarge,
    TurnedAway,
    Unanswered,
    Unreachable,
)
from comfy.protocol.events import OutputFile
from tests.comfy.client.asking import (
    GRAPH,
    MINE,
    OTHERS,
    PNG,
    SECRET,
    Script,
    asking,
    failure,
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


def test_the_path_of_an_address_stands_before_every_route() -> None:
    script = Script({"GET /comfy/queue": {"queue_running": [], "queue_pending": []}})
    with listening(script.talk) as server, asking(f"{server.url}/comfy/") as api:
        api.queue()
    assert script.routes == ["GET /comfy/queue"]


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


@pytest.mark.parametrize("ask", [Api.cancel, Api.history])
def test_an_id_stays_within_its_route(ask: Callable[[Api, str], Any]) -> None:
    with scripted({}) as (script, api), pytest.raises(NotFound):
        ask(api, "../interrupt?x=#")
    assert not any(route.startswith("POST /interrupt") for route in script.routes)
    assert "%2Finterrupt%3Fx%3D%23" in script.routes[0]


def test_the_queue_runs_by_number_whatever_its_order() -> None:
    pending = [[5, "e", {}], [-3, "a", {}], [4.5, "d", {}], [2, "c", {}], [1, "b", {}]]
    with scripted({"GET /queue": {"queue_running": [], "queue_pending": pending}}) as (_, api):
        found = api.queue()
    assert found.pending == ("a", "b", "c", "d", "e")
    assert [found.place(id_) for id_ in "abe"] == [1, 2, 5]
    assert found.place("z") == 0


@pytest.mark.parametrize(
    "strange",
    [
        {},
        {"queue_running": None, "queue_pending": 7},
        {"queue_running": {"a": 1}, "queue_pending": "abc"},
        {"queue_running": []},
        {"queue_pending": []},
        {"status": "starting"},
        *(
            {"queue_running": [], "queue_pending": [[1, "a"], entry]}
            for entry in (None, [], [1], ["a"], [1, 2], {"a": 1}, [1, None])
        ),
    ],
)
def test_a_queue_of_another_shape_is_no_answer(strange: Any) -> None:
    with scripted({"GET /queue": strange}) as (_, api), pytest.raises(BadAnswer):
        api.queue()


def test_numbers_that_are_none_keep_no_prompt_from_its_queue() -> None:
    pending = [[10**400, "a"], [float("nan"), "b"], [None, "c"], [3, "d"]]
    answer = {"queue_running": [], "queue_pending": pending}
    with scripted({"GET /queue": answer}) as (_, api):
        assert set(api.queue().pending) == set("abcd")


@pytest.mark.parametrize(
    ("answer", "entry"),
    [({}, None), ({MINE: {"outputs": {}}}, {"outputs": {}})],
)
def test_history_is_an_entry_or_none(answer: Any, entry: Any) -> None:
    with scripted({f"GET /history/{MINE}": answer}) as (_, api):
        assert api.history(MINE) == entry


@pytest.mark.parametrize("answer", [{MINE: []}, {OTHERS: {}}, {"status": "starting"}])
def test_history_without_the_prompt_is_somebody_elses_answer(answer: Any) -> None:
    with (
        scripted({f"GET /history/{MINE}": answer}) as (_, api),
        pytest.raises(BadAnswer, match="as ComfyUI does"),
    ):
        api.history(MINE)


@pytest.mark.parametrize("answer", [{}, {"exec_info": 7}, {"exec_info": {"queue_remaining": -1}}])
def test_a_count_that_is_none_is_no_answer(answer: Any) -> None:
    with scripted({"GET /prompt": answer}) as (_, api), pytest.raises(BadAnswer):
        api.remaining()


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({"name": "a.png", "subfolder": "", "type": "input"}, "a.png"),
        ({"name": "a (1).png"}, "a (1).png"),
        ({"name": "a.png", "subfolder": "x/y"}, "x/y/a.png"),
    ],
)
def test_an_upload_has_the_name_that_the_server_gives_it(said: Any, name: str) -> None:
    with scripted({"POST /upload/image": said}) as (script, api):
        assert api.upload(PNG, "mine.png") == name
    _, body = script.asked[0]
    assert PNG in body
    assert b'name="type"\r\n\r\ninput' in body


def test_a_mask_has_a_route_of_its_own() -> None:
    with scripted({"POST /upload/mask": {"name": "m.png"}}) as (_, api):
        assert api.upload(PNG, "m.png", mask=True) == "m.png"


def test_a_file_name_cannot_add_a_field_to_an_upload() -> None:
    with scripted({"POST /upload/image": {"name": "a.png"}}) as (script, api):
        api.upload(PNG, 'a"\r\nX-Evil: 1\r\n\r\n.png')
    assert b"\r\nX-Evil" not in script.asked[0][1]


@pytest.mark.parametrize("said", [{}, {"name": ""}, {"name": 7}])
def test_an_upload_without_a_name_is_a_bad_answer(said: Any) -> None:
    with (
        scripted({"POST /upload/image": said}) as (_, api),
        pytest.raises(BadAnswer, match="as ComfyUI does"),
    ):
        api.upload(PNG, "a.png")


def fetched(api: Api, file: OutputFile) -> bytes:
    with api.view(file) as chunks:
        return b"".join(chunks)


FILE = OutputFile("9", "images", "a b&c.png", "sub/é")
VIEW = "GET /view?filename=a+b%26c.png&subfolder=sub%2F%C3%A9&type=output"


def test_a_file_comes_as_the_server_made_it() -> None:
    with scripted({VIEW: http(200, PNG, Content_Type="image/png")}) as (_, api):
        assert fetched(api, FILE) == PNG


def test_a_file_packed_for_the_way_is_unpacked() -> None:
    packed = http(200, gzip.compress(PNG), Content_Encoding="gzip")
    with scripted({VIEW: packed}) as (_, api):
        assert fetched(api, FILE) == PNG


def test_a_file_cut_short_is_no_file() -> None:
    with scripted({VIEW: http(200, PNG)[:-100]}) as (_, api), pytest.raises(Unanswered):
        fetched(api, FILE)


def test_a_giant_file_is_too_large() -> None:
    error = failure(saying(http(200, PNG)), lambda api: fetched(api, FILE), max_file=1000)
    assert type(error) is TooLarge


def test_a_web_page_is_no_picture() -> None:
    page = http(200, b"<html>Log in", Content_Type="text/html; charset=utf-8")
    error = failure(saying(page), lambda api: fetched(api, FILE))
    assert type(error) is BadAnswer
    with scripted({VIEW.replace("png", "html"): page}) as (_, api):
        assert fetched(api, replace(FILE, filename="a b&c.html")) == b"<html>Log in"


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "text/plain"])
def test_what_a_proxy_says_is_no_picture_but_may_be_a_file_of_text(kind: str) -> None:
    answer = http(200, b'{"status": "starting"}', Content_Type=kind)
    error = failure(saying(answer), lambda api: fetched(api, FILE))
    assert type(error) is BadAnswer
    for ending in ("json", "latent"):
        with scripted({VIEW.replace("png", ending): answer}) as (_, api):
            file = replace(FILE, filename=f"a b&c.{ending}")
            assert fetched(api, file) == b'{"status": "starting"}'


@pytest.mark.parametrize(
    ("status", "file", "kind"),
    [
        (404, FILE, NotFound),
        (400, replace(FILE, filename="../../main.py"), NotFound),
        (403, replace(FILE, subfolder="../elsewhere"), NotFound),
        (403, replace(FILE, subfolder="/etc"), NotFound),
        (403, replace(FILE, subfolder="C:\\x"), NotFound),
        (403, FILE, Denied),
        (500, FILE, ServerFault),
        (302, FILE, TurnedAway),
    ],
)
def test_a_file_the_server_never_gives_out_is_told_from_one_it_does_not_give_now(
    status: int, file: OutputFile, kind: type[ComfyError]
) -> None:
    error = failure(saying(http(status)), lambda api: fetched(api, file))
    assert type(error) is kind


@pytest.mark.parametrize("version", ["0.3.64", "0.33.0"])
def test_a_server_says_what_it_is(version: str) -> None:
    calls = transcript(f"comfyui-{version}/server_info").calls
    stats = next(call.answer for call in calls if call.path == "/system_stats")
    with scripted({"GET /system_stats": stats}) as (_, api):
        info = api.system()
    assert info.version == version
    assert info.device == stats["devices"][0]["name"]
    assert info.ram_total == stats["system"]["ram_total"]


@pytest.mark.parametrize("said", [{}, {"system": None}, {"system": [1]}, {"devices": []}])
def test_what_is_not_comfyui_is_said_not_to_be(said: Any) -> None:
    with (
        scripted({"GET /system_stats": said}) as (_, api),
        pytest.raises(BadAnswer, match="does not answer as ComfyUI does"),
    ):
        api.system()


@pytest.mark.parametrize("devices", [None, [], [None], [{}], [{"name": 7, "vram_total": "x"}]])
def test_any_devices_are_survived(devices: Any) -> None:
    with scripted({"GET /system_stats": {"system": {}, "devices": devices}}) as (_, api):
        assert api.system().vram_total == 0


def test_the_catalogue_comes_as_it_is() -> None:
    with scripted({"GET /object_info": {"A": {"input": {}}}}) as (_, api):
        assert api.object_info() == {"A": {"input": {}}}


def test_nothing_is_asked_after_closing() -> None:
    with scripted({"GET /queue": {}}) as (script, api):
        api.close()
        with pytest.raises(Unreachable, match="not asked any more"):
            submit(api)
    assert not script.asked
