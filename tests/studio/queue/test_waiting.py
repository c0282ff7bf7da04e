"""Why a generation waits: one reason, the strongest, never a promise that will not be kept."""

from pathlib import Path

import pytest

from comfy.client.http.address import parse_address
from comfy.client.reconcile.freshness import Freshness, Link
from comfy.demo.http.server import DemoServer
from comfy.demo.settings import EngineSettings
from comfy.progress.advance import Phase
from storage.records import Status
from studio.access.viewer import Viewer
from studio.generations.new_records import press_of
from studio.queue.waiting import Wait, Why, wait_of
from studio.snapshot import Snapshot
from studio.studio import Studio
from tests.faults.house import ANYBODY, OWNER, House, request, viewer, wait_until
from tests.support import environment
from tests.support.cadences import HASTY
from tests.support.stores import open_store
from tests.ui.samples import NOW, progress, record, snapshot

GONE = Freshness(Link.UNREACHABLE, NOW - 60, NOW - 50, error="gpu cannot be reached: check it.")
LOCKED = Freshness(Link.UNREACHABLE, None, NOW, error="gpu refuses access (401).", denied=True)


def waiting(**fields: object) -> Snapshot:
    base = {"progress": None, "freshness": Freshness(), "place": 1}
    fields = {**base, **fields}
    status = Status.SUBMITTED if fields.get("server_name") else Status.QUEUED
    return snapshot(record=record(status=status, started_at=None), **fields)


@pytest.mark.parametrize(
    ("given", "why", "title"),
    [
        (waiting(), Why.NEXT, "Next in line"),
        (waiting(place=2), Why.BEHIND, "1 job ahead"),
        (waiting(place=9), Why.BEHIND, "8 jobs ahead"),
        (waiting(paused=True, freshness=GONE, place=9), Why.PAUSED, "Your queue is paused"),
        (waiting(freshness=GONE, place=9), Why.UNREACHABLE, "Server unreachable"),
        (waiting(freshness=LOCKED), Why.DENIED, "The server wants a login"),
        (
            waiting(freshness=Freshness(Link.RECONNECTING)),
            Why.CONNECTING,
            "Connecting to the server",
        ),
        (waiting(notice="It waits to be sent again."), Why.RETRY, "Waiting to be sent again"),
        (waiting(server_name="gpu", place=1), Why.NEXT, "Next in line"),
        (waiting(server_name="gpu", place=4), Why.BEHIND, "4 jobs ahead"),
        (waiting(server_name="gpu", paused=True), Why.NEXT, "Next in line"),
        (waiting(server_name="gpu", freshness=GONE), Why.UNREACHABLE, "Server unreachable"),
    ],
)
def test_of_several_reasons_the_one_that_counts_is_given(
    given: Snapshot, why: Why, title: str
) -> None:
    wait = wait_of(given)
    assert wait is not None
    assert (wait.why, wait.title) == (why, title)
    assert wait.sentence.endswith(".")
    assert ("in a moment" in wait.sentence) == (why is Why.NEXT and not given.server_name)


def test_what_is_held_says_so_before_anything_else() -> None:
    held = snapshot(record=record(held=True), progress=None, paused=True, freshness=GONE)
    wait = wait_of(held)
    assert wait is not None
    assert wait.why is Why.HELD


def test_an_unreachable_server_is_named_with_since_when() -> None:
    wait = wait_of(waiting(freshness=GONE))
    assert wait is not None
    assert wait.since == NOW - 50
    assert wait.sentence == ("gpu cannot be reached: check it. Jobs start when the server is back.")


@pytest.mark.parametrize(
    "given",
    [
        snapshot(),
        snapshot(keeping=True),
        snapshot(progress=progress(phase=Phase.SETTLING)),
        snapshot(record=record(status=Status.CANCELLED), progress=None),
        snapshot(record=record(status=Status.FINISHED), paused=True, progress=None),
    ],
)
def test_what_runs_or_is_over_does_not_wait(given: Snapshot) -> None:
    assert wait_of(given) is None


def why(house: House, id_: str) -> Why | None:
    now = house.studio.generations.snapshot(id_, ANYBODY)
    wait = wait_of(now) if now else None
    return wait.why if wait else None


def test_what_others_hold_back_or_pause_is_not_counted_as_ahead(tmp_path: Path) -> None:
    with DemoServer(EngineSettings(step_seconds=5.0, throttle=False)) as engine:
        house = House(tmp_path, engine.url)
        house.start()
        studio = house.studio
        studio.queue.pause(viewer())
        for _ in range(3):
            studio.generations.create(Viewer(OWNER), press_of(request()))
        for owner in ("user:bob",) * 3:
            studio.generations.create(Viewer(owner), press_of(request()))
        wait_until(lambda: sum(bool(s.server_name) for s in studio.generations.live(ANYBODY)) == 2)
        last = max(
            (s for s in studio.generations.live(ANYBODY) if not s.server_name),
            key=lambda s: s.record.id,
        )
        wait = wait_of(last)
        house.close()
    assert wait is not None
    assert (wait.why, wait.ahead) == (Why.BEHIND, 2)


def test_a_job_says_why_it_waits_as_servers_come_and_go(tmp_path: Path) -> None:
    engine = DemoServer(EngineSettings(throttle=False))
    with engine:
        house = House(tmp_path, engine.url)
        house.start()
    house.wait_for_link(Link.UNREACHABLE)
    (id_,) = house.generate()
    house.until(lambda: why(house, id_) is Why.UNREACHABLE)
    house.studio.queue.pause(viewer())
    assert why(house, id_) is Why.PAUSED
    house.studio.queue.resume(viewer())
    assert why(house, id_) is Why.UNREACHABLE
    house.close()


def test_a_server_that_wants_a_login_is_told_apart_from_one_that_is_away(tmp_path: Path) -> None:
    settings = environment.settings(tmp_path)
    with DemoServer(EngineSettings(token="secret")) as engine:
        studio = Studio(settings, [parse_address(engine.url)], open_store(tmp_path), HASTY)
        studio.start()
        (made,) = studio.generations.create(Viewer(OWNER), press_of(request()))
        waits: list[Wait | None] = []

        def is_denied() -> bool:
            snapshot = studio.generations.snapshot(made.id, viewer())
            waits.append(wait_of(snapshot) if snapshot else None)
            return waits[-1] is not None and waits[-1].why is Why.DENIED

        wait_until(is_denied)
        studio.close()
    assert waits[-1] is not None
    assert "401" in waits[-1].sentence
