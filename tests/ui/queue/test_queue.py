"""What the Queue tab is told."""

import time
from dataclasses import replace
from typing import Any

import pytest

from comfy import clock
from comfy.client.reconcile.freshness import Freshness, Link
from comfy.progress.advance import Phase
from storage.records import Status
from studio.access.viewer import Viewer
from studio.queue.places import Entry
from studio.snapshot import Snapshot
from tests.ui.samples import NOW, progress, record, snapshot
from ui.queue import tab as queue

ME = Viewer("browser:x")


def shown(*entries: Entry, **more: Any) -> dict[str, Any]:
    options: dict[str, Any] = {"order": (1, 1), "paused": False, "several": False, "now": NOW}
    return queue.value(entries, more.pop("ended", ()), **options | more)


def waits(place: int, **fields: Any) -> Entry:
    asked = record(id=f"id-{place}", status=Status.QUEUED, started_at=None, **fields)
    is_mine = ME.may_change(asked.owner)
    return Entry(place, 5.04, None, Snapshot(asked) if is_mine else None, is_mine)


def test_what_runs_says_node_step_percent_and_what_is_left() -> None:
    row = shown(Entry(0, 0.0, 30.0, snapshot(), is_mine=True))["rows"][0]
    assert (row["state"], row["title"]) == ("running", "Sampler <b>")
    assert (row["step"], row["steps"], row["percent"], row["left"]) == (5, 20, 25.0, 30.0)


def test_what_a_server_has_but_does_not_run_is_next_and_counts_as_waiting() -> None:
    sent = snapshot(progress=progress(phase=Phase.QUEUED), record=record(status=Status.SUBMITTED))
    value = shown(Entry(0, None, None, sent, is_mine=True))
    assert value["rows"][0]["state"] == "next"
    assert (value["running"], value["waiting"]) == (0, 1)


def test_what_waits_says_its_place_and_why_it_waits() -> None:
    held = waits(2, held=True, priority=1)
    rows = shown(waits(1), held)["rows"]
    assert [(r["place"], r["state"]) for r in rows] == [(1, "waiting"), (2, "held")]
    assert [(r["first"], r["last"]) for r in rows] == [(True, False), (False, True)]
    assert [r["priority"] for r in rows] == ["normal", "high"]
    assert (rows[0]["starts"], rows[0]["ends"]) == (5.0, None)
    assert shown(waits(1), paused=True)["rows"][0]["state"] == "paused"


def test_what_is_others_is_a_stretch_of_places() -> None:
    value = shown(Entry(0), Entry(1), Entry(2), waits(3), Entry(4))
    others = [(r["place"], r["to"], r["count"]) for r in value["rows"] if not r["id"]]
    assert others == [(0, 0, 1), (1, 2, 2), (4, 4, 1)]
    assert value["others"] == 4


def test_many_rows_are_cut_and_counted() -> None:
    value = shown(*(waits(n) for n in range(1, queue.MAX_ROWS + 6)))
    assert (len(value["rows"]), value["more"], value["waiting"]) == (100, 5, 105)


def test_what_is_mine_but_not_drawn_is_counted_as_mine() -> None:
    value = shown(waits(1), Entry(2), Entry(3, is_mine=True), Entry(4, is_mine=True))
    assert (value["waiting"], value["others"], value["more"]) == (3, 1, 0)
    assert [row["id"] for row in value["rows"]] == ["id-1", ""]


def test_what_ended_comes_latest_first_with_its_sentence() -> None:
    failed = record(id="f", status=Status.FAILED, error="It broke.", finished_at=NOW - 9)
    stopped = record(id="s", status=Status.CANCELLED, finished_at=NOW - 3, error_detail="x")
    rows = shown(ended=[failed, stopped])["ended"]
    assert [(r["id"], r["sentence"], r["detail"], r["ago"]) for r in rows] == [
        ("s", "", True, 3),
        ("f", "It broke.", False, 9),
    ]
    assert shown(ended=[replace(failed, error="")])["ended"][0]["sentence"]


def test_what_no_server_takes_says_so_in_its_row_and_above_all() -> None:
    gone = Freshness(Link.UNREACHABLE, None, NOW - 60, error="gpu cannot be reached.")
    asked = record(status=Status.QUEUED, started_at=None)
    value = shown(Entry(1, 0.0, None, Snapshot(asked, freshness=gone), is_mine=True))
    assert value["rows"][0]["wait"]["why"] == "unreachable"
    assert value["stuck"]["since"] == pytest.approx(NOW - 60, abs=1)
    assert shown(waits(1))["stuck"] is None


def test_what_runs_on_a_server_that_is_away_says_so() -> None:
    gone = Freshness(Link.UNREACHABLE, NOW - 70, NOW - 60)
    away = shown(Entry(0, 0.0, None, snapshot(freshness=gone), is_mine=True))["rows"][0]["away"]
    assert away == pytest.approx(NOW - 60, abs=1)
    assert shown(Entry(0, 0.0, None, snapshot(), is_mine=True))["rows"][0]["away"] is None


def test_after_a_night_asleep_a_server_is_not_said_to_be_away_since_yesterday(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The core's clock stood still for eight hours, and the page reckons by the time of day.
    monkeypatch.setattr("comfy.clock._WALL_AT_START", clock._WALL_AT_START - 8 * 3600)
    gone = Freshness(Link.UNREACHABLE, None, clock.now() - 60)
    runs = Entry(0, 0.0, None, snapshot(freshness=gone), is_mine=True)
    asked = record(status=Status.QUEUED, started_at=None)
    waiting = Entry(1, None, None, Snapshot(asked, freshness=gone), is_mine=True)
    value = shown(runs, waiting)
    minute_ago = pytest.approx(time.time() - 60, abs=5)
    assert value["rows"][0]["away"] == minute_ago
    assert value["rows"][1]["wait"]["since"] == minute_ago
    assert value["stuck"]["since"] == minute_ago
