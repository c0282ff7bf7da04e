"""What the bar shows while everything else goes wrong."""

from itertools import pairwise
from pathlib import Path

import pytest

from comfy import clock
from comfy.client.reconcile.freshness import Link
from comfy.demo.http.server import DemoServer
from comfy.progress.advance import Phase
from comfy.protocol import events as ev
from storage.records import Status
from tests.faults.conftest import Open
from tests.faults.house import ENDLESS, SERVER, House, viewer

DOWNLOAD = 6_938_040_682


@pytest.fixture
def house(open_house: Open) -> House:
    return open_house(previews=True)


def shares(house: House, id_: str) -> list[float]:
    return [snapshot.percentage for snapshot in house.seen[id_]]


def step(house: House, id_: str) -> int:
    seen = house.seen[id_]
    return seen[-1].progress.step if seen and seen[-1].progress else 0


def test_no_server_that_is_lost_bit_by_bit_makes_the_bar_fall(
    house: House, engine: DemoServer
) -> None:
    (id_,) = house.generate(1, **ENDLESS)
    house.until(lambda: step(house, id_) >= 2)
    for path in ("/queue", "/history", "/ws"):  # its HTTP answers no more, frames still come
        engine.faults.route(path, lost=True)
    server = house.studio._servers[SERVER]
    house.until(lambda: not server.answers)
    seen = step(house, id_)
    house.until(lambda: step(house, id_) > seen + 2)
    engine.faults.half_open = True  # and now nothing comes at all
    house.until(lambda: house.seen[id_][-1].freshness.link is Link.UNREACHABLE)
    engine.faults.clear()
    house.until(lambda: house.seen[id_][-1].freshness.link is Link.LIVE)
    house.cancel(id_)
    assert house.statuses([id_]) == [Status.CANCELLED]
    seen_shares = shares(house, id_)
    assert all(before <= after for before, after in pairwise(seen_shares))
    assert 0 < seen_shares[-1] < 99


def test_an_end_keeps_what_was_reached_for_all_who_come_later(house: House) -> None:
    (id_,) = house.generate(1, **ENDLESS)
    house.until(lambda: step(house, id_) >= 3)
    house.cancel(id_)
    assert house.statuses([id_]) == [Status.CANCELLED]
    last = shares(house, id_)[-1]
    assert last >= max(shares(house, id_)) > 0
    later = house.studio.generations.snapshot(id_, viewer())
    assert later is not None
    assert later.percentage == last


def test_a_node_that_counts_bytes_ends_like_any_other(house: House) -> None:
    (id_,) = house.generate(1, steps=8)
    house.until(lambda: step(house, id_) >= 1)
    server = house.studio._servers[SERVER]
    progress = server.snapshot(id_)
    assert progress is not None
    loader = next(n.id for n in progress.plan.nodes.values() if n.activity == "loading")
    server._tracker.feed(ev.Stepped(id_, clock.now(), loader, 1e6, DOWNLOAD))
    assert house.statuses([id_]) == [Status.FINISHED]
    assert all(run.steps < 100 for run in house.studio._store.generations.node_runs(id_))


def test_a_bar_goes_on_after_a_restart_from_where_it_was(
    open_house: Open, engine: DemoServer, tmp_path: Path
) -> None:
    first = House(tmp_path / "data", engine.url)
    first.start()
    (id_,) = first.generate(**ENDLESS)

    def noted() -> float:
        record = first.studio.generations.get(id_, viewer())
        return record.reached if record else 0.0

    first.until(lambda: noted() > 0.02)
    before = noted()
    first.close()
    engine.faults.route("/queue", delay=1.0)  # it is shown before the server has said how far it is
    second = open_house()
    second.watch([id_])
    second.until(lambda: bool(second.seen[id_]))
    earliest = second.seen[id_][0]
    assert earliest.percentage >= 100 * before
    assert earliest.progress is not None
    assert earliest.progress.phase is Phase.RUNNING
    second.cancel(id_)
