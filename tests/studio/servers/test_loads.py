"""How busy servers are, told while somebody looks."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

import pytest

from comfy import clock
from comfy.client.http.address import parse_address
from comfy.client.reconcile.freshness import Link
from comfy.client.server import Server
from comfy.demo.http.server import DemoServer
from comfy.workflow.request import MAX_STEPS
from storage.records import Status
from studio.access.viewer import Viewer
from studio.generations.new_records import press_of
from studio.servers.loads import LiveServers, ServerLoad
from tests.studio.conftest import ANYBODY, WAIT_SECONDS, Open, follow, request

HANGS = 60.0
T = TypeVar("T")


def wait_for(ask: Callable[[], T], holds: Callable[[T], bool]) -> T:
    """What *ask* says as soon as it *holds*."""
    until = time.monotonic() + WAIT_SECONDS
    while not holds(found := ask()):
        assert time.monotonic() < until, found
        threading.Event().wait(0.02)
    return found


def test_a_server_tells_its_memory_and_queue(engine: DemoServer, open_studio: Open) -> None:
    studio = open_studio(engine)
    (load,) = wait_for(
        studio.live_servers,
        lambda loads: loads[0].measured_at is not None and loads[0].link in (Link.NONE, Link.LIVE),
    )
    assert load.name == "demo"
    assert load.vram_total >= load.vram_free > 0
    assert load.ram_total >= load.ram_free > 0
    assert abs(clock.now() - (load.measured_at or 0)) < WAIT_SECONDS
    assert (load.running, load.pending, load.steps_per_second) == (0, 0, None)


def test_how_old_a_number_is_does_not_change_with_the_wall_clock(
    engine: DemoServer, open_studio: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = time.time
    monkeypatch.setattr("time.time", lambda: usual() + 3600.0)  # set right while somebody looks
    studio = open_studio(engine)
    (load,) = wait_for(studio.live_servers, lambda loads: loads[0].measured_at is not None)
    assert abs(clock.now() - (load.measured_at or 0)) < WAIT_SECONDS


def test_what_samples_has_a_speed_and_none_when_it_is_over(
    slow_engine: DemoServer, open_studio: Open
) -> None:
    studio = open_studio(slow_engine)
    # 100 seconds by the engine's clock: it cannot be over before a wait here gives up.
    (record,) = studio.generations.create(
        Viewer("user:a"), press_of(request(steps=MAX_STEPS, width=512, height=512))
    )
    studio.generations.create(Viewer("user:a"), press_of(request(seed=2)))
    # Ten is the truth; on a busy machine some steps arrive in one go.
    wait_for(
        studio.live_servers,
        lambda loads: loads[0].running == 1 and 0 < (loads[0].steps_per_second or 0) < 20,
    )
    studio.cancels.one(record.id, ANYBODY)
    assert follow(studio, record.id)[-1].record.status is Status.CANCELLED
    (idle,) = wait_for(
        studio.live_servers, lambda loads: not loads[0].running and not loads[0].steps_per_second
    )
    assert idle.pending == 0


def test_one_that_does_not_answer_holds_no_other_up(engine: DemoServer) -> None:
    with DemoServer() as stuck:
        stuck.faults.route("/system_stats", delay=HANGS)
        servers = {
            name: Server(parse_address(one.url, name=name), "client")
            for name, one in (("stuck", stuck), ("well", engine))
        }
        loads = LiveServers(servers, lambda: (), every=0.05)
        loads.start()
        try:
            first, second = wait_for(loads, lambda found: found[1].measured_at is not None)
            assert (first.name, first.measured_at, first.vram_total) == ("stuck", None, 0)
            assert second.vram_total > 0
        finally:
            began = time.monotonic()
            loads.close(1.0)
            assert time.monotonic() - began < HANGS / 2
            stuck.faults.clear()


def test_nobody_is_asked_while_nobody_looks(engine: DemoServer) -> None:
    servers = {"demo": Server(parse_address(engine.url, name="demo"), "client")}
    loads = LiveServers(servers, lambda: (), every=0.01)
    loads.start()
    try:
        assert not wait_for_quiet(loads).is_set()
        wait_for(loads, lambda found: found[0].measured_at is not None)
    finally:
        loads.close()


def wait_for_quiet(loads: LiveServers) -> threading.Event:
    """Set where a server was asked although nobody looked."""
    asked = threading.Event()
    asked.wait(0.2)
    if loads._known:
        asked.set()
    return asked


def test_a_server_that_is_away_has_no_numbers(engine: DemoServer) -> None:
    engine.close()
    servers = {"demo": Server(parse_address(engine.url, name="demo"), "client")}
    loads = LiveServers(servers, lambda: (), every=0.01)
    loads.start()
    try:
        found: list[ServerLoad] = loads()
        assert [(load.measured_at, load.vram_total, load.ram_free) for load in found] == [
            (None, 0, 0)
        ]
    finally:
        loads.close()
