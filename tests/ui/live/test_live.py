"""What the live panel is told."""

import base64
from dataclasses import replace
from typing import Any

import pytest

from comfy.graph.plan import make_plan
from comfy.progress.advance import Phase, Preview, advance, begin
from comfy.progress.stretch import KNEE
from comfy.protocol import events as ev
from storage.records import Status
from studio.snapshot import Forecast, Freshness, Link, Snapshot, as_of
from tests.ui.samples import NOW, image, progress, record, snapshot
from ui.live import panel as live
from ui.shell.assets import asset, scripts
from ui.shell.previews import PREVIEWS_KEPT, Previews


def shown(*snapshots: Snapshot, now: float = NOW, **more: Any) -> dict[str, Any]:
    return live.value(snapshots, turn=1, number=1, now=now, text=Previews(), **more)


def test_a_running_generation_says_node_step_percent_and_times() -> None:
    value = shown(snapshot(as_of=NOW + 1), now=NOW + 1)
    assert value["state"] == "running"
    assert value["title"] == "Sampler <b>"
    assert (value["step"], value["steps"], value["percent"]) == (5, 20, 25.0)
    assert value["elapsed"] == 11.0
    assert value["eta"] == 29.0
    assert value["speed"] == "2 it/s"
    assert value["seed"] == str(2**64 - 1)


def test_the_preview_travels_as_a_data_uri_encoded_once() -> None:
    previews, preview = Previews(), Preview(1, b"\xff\xd8abc", "image/jpeg")
    uri = previews.uri("a", preview)
    assert base64.b64decode(uri.partition(",")[2]) == b"\xff\xd8abc"
    assert previews.uri("a", preview) is uri
    assert previews.uri("a", replace(preview, number=2)) is not uri


@pytest.mark.parametrize("media", ["text/html", "image/svg+xml", "", 'image/png"><script>'])
def test_a_preview_of_another_media_type_is_not_shown(media: str) -> None:
    assert Previews().uri("a", Preview(1, b"x", media)) == ""


def test_encoded_previews_are_forgotten_in_time() -> None:
    previews = Previews()
    for number in range(PREVIEWS_KEPT * 2):
        previews.uri(str(number), Preview(1, b"x", "image/png"))
    assert len(previews._encoded) == PREVIEWS_KEPT


@pytest.mark.parametrize("link", [Link.RECONNECTING, Link.POLLING, Link.UNREACHABLE])
def test_time_left_stands_still_without_news(link: Link) -> None:
    lost = Freshness(link, NOW - 5, NOW - 5, 3)
    stale = snapshot(freshness=lost, as_of=as_of(progress(), lost, NOW + 60))
    value = shown(stale, now=NOW + 60)
    assert value["eta"] == 30.0
    assert value["ticking"] is False
    assert value["link"] == {
        "kind": str(link),
        "ago": 65.0,
        "since": pytest.approx(NOW - 5, abs=1),
        "attempt": 3,
        "error": "",
    }


def test_what_takes_longer_than_usual_says_so_and_nothing_of_what_is_left() -> None:
    value = shown(snapshot(as_of=NOW + 1000))
    assert (value["eta"], value["overdue"]) == (None, True)


def test_another_end_leaves_the_bar_where_it_was() -> None:
    lost = snapshot(record=record(status=Status.LOST, reached=0.39), progress=None)
    assert shown(lost)["percent"] == 39.0


@pytest.mark.parametrize(
    ("given", "state"),
    [
        (snapshot(progress=None), "waiting"),
        (snapshot(progress=progress(phase=Phase.QUEUED)), "waiting"),
        (snapshot(progress=progress(phase=Phase.SETTLING)), "keeping"),
        (snapshot(progress=progress(phase=Phase.FINISHED)), "keeping"),
        (snapshot(keeping=True), "keeping"),
        (snapshot(record=record(status=Status.FINISHED)), "finished"),
        (snapshot(record=record(status=Status.CANCELLED)), "cancelled"),
        (snapshot(record=record(status=Status.LOST)), "lost"),
    ],
)
def test_the_state_is_one_word(given: Snapshot, state: str) -> None:
    assert live.state(given) == state


def test_a_failure_says_its_sentence_and_keeps_the_detail() -> None:
    failed = record(status=Status.FAILED, error="Sampler: out of memory.", error_detail="x" * 10**6)
    value = shown(snapshot(record=failed))
    assert value["error"]["sentence"] == "Sampler: out of memory."
    assert len(value["error"]["detail"]) == live.MAX_DETAIL


@pytest.mark.parametrize("status", [Status.FAILED, Status.LOST])
def test_a_failure_without_a_reason_still_says_something(status: Status) -> None:
    error = shown(snapshot(record=record(status=status)))["error"]
    assert error["sentence"].endswith(".")


def test_of_several_the_running_one_is_shown() -> None:
    done = snapshot(record=record(id="a", status=Status.FINISHED, images=(image(),)))
    group = done.record.group
    running = snapshot(record=record(id="b"))
    waiting = snapshot(record=record(id="c", group=group), progress=None)
    value = shown(done, running, waiting)
    assert (value["id"], value["index"]) == ("b", 2)
    assert value["parts"] == [[100.0, "finished"], [25.0, "running"], [0.0, "waiting"]]
    assert [i["id"] for i in value["images"]] == ["a"]


def test_several_that_were_cancelled_say_how_far_they_came() -> None:
    done = snapshot(record=record(id="a", status=Status.FINISHED))
    cut = snapshot(record=record(id="b", status=Status.CANCELLED))
    value = shown(done, cut, snapshot(record=record(id="c", status=Status.CANCELLED)))
    assert value["title"] == "Cancelled after 1 of 3"
    assert (value["state"], value["id"]) == ("cancelled", "b")
    assert value["percent"] < 100


def test_another_press_is_another_thread() -> None:
    first = [snapshot(record=record(id=i, group="a"), progress=None) for i in "abc"]
    second = [snapshot(record=record(id=i, group="x")) for i in "xy"]
    value = shown(*first, *second)
    assert (value["job"], value["index"], len(value["parts"])) == ("x", 1, 2)
    over = [replace(s, record=replace(s.record, status=Status.FINISHED)) for s in second]
    value = shown(*first, *over)
    assert (value["job"], value["index"], len(value["parts"])) == ("a", 1, 3)


def test_what_waits_says_why_and_no_place_in_line_where_that_is_no_help() -> None:
    waits = snapshot(record=record(status=Status.QUEUED), progress=None, paused=True, place=4)
    value = shown(waits)
    assert value["title"] == "Waiting"
    assert value["wait"]["why"] == "paused"
    assert shown(snapshot())["wait"] is None


def test_a_notice_that_is_the_reason_is_said_once() -> None:
    notice = "The server restarted before this began: it waits to be sent again."
    waits = snapshot(record=record(status=Status.QUEUED), progress=None, notice=notice)
    value = shown(replace(waits, freshness=Freshness()))
    assert (value["wait"]["sentence"], value["notes"]) == (notice, [])
    assert shown(replace(waits, paused=True))["notes"] == [notice]


def test_what_there_is_to_say_of_a_cancel_is_said_and_is_no_failure() -> None:
    why = "The server does not answer. It may still be working on this."
    over = snapshot(record=record(status=Status.CANCELLED, error=why), progress=None)
    value = shown(over)
    assert (value["notes"], value["error"]) == ([why], None)


def test_a_failure_among_several_is_shown_once_all_are_over() -> None:
    done = snapshot(record=record(id="a", status=Status.FINISHED))
    failed = snapshot(record=record(id="b", status=Status.FAILED, error="No."))
    assert shown(done, failed)["error"] == {"sentence": "No.", "detail": ""}


def test_the_server_is_named_only_where_there_are_several() -> None:
    named = snapshot(server_name="gpu-2")
    assert shown(named)["server"] == ""
    assert shown(named, several=True)["server"] == "gpu-2"


@pytest.mark.parametrize(
    ("rate", "text"),
    [(None, ""), (0.0, ""), (12.345, "12.3 it/s"), (1.0, "1 it/s"), (0.5, "2 s/it")],
)
def test_speed_is_said_as_people_say_it(rate: float | None, text: str) -> None:
    assert live.speed_text(rate) == text


@pytest.mark.parametrize(
    "name", ["live/live", "gallery/gallery", "fullview/fullview", "shell/header", "stats/stats"]
)
def test_templates_are_constant(name: str) -> None:
    """Gradio runs what a template yields as code: no value may ever be put into one."""
    template = asset(f"{name}.html")
    assert not any(mark in template for mark in ("{{", "${", "`", "\\"))


@pytest.mark.parametrize("name", [name for name in scripts() if name != "words/begin.js"])
def test_scripts_never_set_markup(name: str) -> None:
    """words/begin.js does, of the app's own constant templates, before Gradio reads them."""
    script = scripts()[name].decode()
    assert not any(
        word in script for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(")
    )


def running(at: float, now: float, freshness: Freshness | None = None) -> Snapshot:
    """A sampler of four learned steps of 10 s each that told its first at *at*, as of *now*."""
    graph = {"3": {"class_type": "KSampler", "inputs": {"steps": 4, "model": ["0", 0]}}}
    told = begin("p", make_plan(graph, learned={"3": 40.0}), at=at - 10)
    for event in (ev.Started("p", at - 10), ev.NodeStarted("p", at - 10, "3")):
        told = advance(told, event)
    told = advance(told, ev.Stepped("p", at, "3", 1, 4))
    fresh = freshness or Freshness(Link.LIVE, at)
    moment = as_of(told, fresh, now)
    return snapshot(progress=told, freshness=fresh, reached=told.fraction_at(moment), as_of=moment)


def test_the_bar_moves_on_between_two_words_of_the_server() -> None:
    values = [shown(running(NOW, NOW + more)) for more in (0, 5, 60)]
    assert [v["percent"] for v in values[:2]] == pytest.approx([25.0, 37.5])
    assert values[0]["motion"] == {
        "gone": 0.0,
        "span": 10.0,
        "rest": 20.0,
        "late": 13.0,
        "knee": KNEE,
        "top": 98.0,
    }
    assert values[1]["eta"] == pytest.approx(25.0)
    assert 45 < values[2]["percent"] <= 50.0
    assert [v["overdue"] for v in values] == [False, False, True]
    assert values[2]["eta"] is None


def test_the_bar_stands_still_while_news_is_stale() -> None:
    lost = Freshness(Link.RECONNECTING, NOW, NOW + 2)
    values = [shown(running(NOW, NOW + more, lost)) for more in (2, 5, 60)]
    assert {v["percent"] for v in values} == {30.0}
    assert {v["eta"] for v in values} == {28.0}
    assert {v["motion"]["gone"] for v in values} == {2.0}


def test_what_waits_says_how_long_it_will_take() -> None:
    waiting = snapshot(progress=None, forecast=Forecast(12, 9, 15, 14))
    value = shown(waiting)
    assert value["takes"] == "12 s (9–15 s)"
    assert value["forecast"] == "About 12 s (9–15 s, based on 14 earlier runs)."
