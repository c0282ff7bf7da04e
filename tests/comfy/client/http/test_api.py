"""What a server says of its queue, its history and itself, over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from comfy.client.http.api import Api
from comfy.errors import (
    BadAnswer,
    NotFound,
    Unreachable,
)
from tests.comfy.client.http.asking import (
    MINE,
    OTHERS,
    Script,
    asking,
    scripted,
    submit,
)
from tests.comfy.client.wire import (
    listening,
)
from tests.support.transcript import transcript


def test_the_path_of_an_address_stands_before_every_route() -> None:
    script = Script({"GET /comfy/queue": {"queue_running": [], "queue_pending": []}})
    with listening(script.talk) as server, asking(f"{server.url}/comfy/") as api:
        api.queue()
    assert script.routes == ["GET /comfy/queue"]


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


def test_a_server_without_replacements_of_nodes_has_none() -> None:
    renamed = {"Old": [{"new_node_id": "New"}]}
    for answers, found in (({"GET /node_replacements": renamed}, renamed), ({}, {})):
        with listening(Script(answers).talk) as server, asking(server.url) as api:
            assert api.node_replacements() == found
