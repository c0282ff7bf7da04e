"""What stands before a server ends, and the server works on: its end is not the server's."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from comfy.demo.http.server import DemoServer
from storage.records import Status
from studio.workflows.presets import Preset
from tests.comfy.demo.client import txt2img
from tests.faults.house import House, viewer, wait_until
from tests.faults.tunnel import Tunnel


@pytest.fixture
def tunnel(engine: DemoServer) -> Iterator[Tunnel]:
    with Tunnel(engine.url) as tunnel:
        yield tunnel


@pytest.fixture
def house(tunnel: Tunnel, tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path / "data", tunnel.url)
    house.start()
    yield house
    house.close()


def press(house: House) -> list[str]:
    """Two jobs whose files have no name of their own, the second behind the first."""
    graphs: list[dict[str, Any]] = [txt2img(steps=12, seed=seed) for seed in (1, 2)]
    ids = [
        house.studio.runs.run(viewer(), Preset("mine", graph), {}).made[0].id for graph in graphs
    ]
    house.watch(ids)
    house.until(lambda: house.is_on_server(ids[1]))
    return ids


def test_what_ran_behind_a_tunnel_that_was_gone_is_not_sent_again(
    house: House, tunnel: Tunnel, engine: DemoServer
) -> None:
    ids = press(house)
    tunnel.cut()
    wait_until(lambda: [e.outcome for e in engine.books.all()] == ["success", "success"])
    engine.faults.do("restart")
    tunnel.open()
    assert house.statuses(ids) == [Status.LOST] * 2
    assert [(e.received, e.runs) for e in engine.books.all()] == [(1, 1)] * 2


def test_what_runs_behind_a_tunnel_that_was_gone_is_taken_up_again(
    house: House, tunnel: Tunnel, engine: DemoServer
) -> None:
    ids = press(house)
    tunnel.cut()
    wait_until(lambda: [e.outcome for e in engine.books.all()] == ["success", "success"])
    tunnel.open()
    assert house.statuses(ids) == [Status.FINISHED] * 2
    assert [(e.received, e.runs) for e in engine.books.all()] == [(1, 1)] * 2
