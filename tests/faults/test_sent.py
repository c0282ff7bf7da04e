"""Images that come over the socket only, and branches that a workflow blocks."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Pillow
from PIL import ImageChops

from comfy.client.timeouts import Cadence
from comfy.demo.engine.faults import NodeFault
from comfy.demo.http.server import DemoServer
from storage.records import Status
from studio.workflows.presets import Preset
from tests.comfy.demo.client import txt2img
from tests.faults.house import House, viewer, wait_until
from tests.support.cadences import HASTY

DEAF = replace(HASTY, first_backoff=30.0, max_backoff=30.0)
"""A socket that was lost stays so for the rest of a test."""

OpenAgain = Callable[..., House]


@pytest.fixture
def open_again(engine: DemoServer, tmp_path: Path) -> Iterator[OpenAgain]:
    """Makes houses over one folder, whose books differ from the engine's afterwards."""
    houses: list[House] = []

    def make(cadence: Cadence = HASTY) -> House:
        house = House(tmp_path / "data", engine.url, cadence)
        houses.append(house)
        house.start()
        return house

    yield make
    engine.faults.clear()
    for house in houses:
        if house.is_open:
            house.close()


def sending(batch: int = 1) -> dict[str, Any]:
    """A graph that sends its images, and saves them too."""
    node = {"class_type": "SaveImageWebsocket", "inputs": {"images": ["8", 0]}}
    return {**txt2img(batch=batch, steps=12), "20": {**node, "_meta": {"title": "Send"}}}


def press(house: House, graph: dict[str, Any]) -> list[str]:
    ids = [made.id for made in house.studio.runs.run(viewer(), Preset("mine", graph), {}).made]
    house.watch(ids)
    return ids


def test_what_a_node_sends_is_kept_beside_what_others_save(open_again: OpenAgain) -> None:
    house = open_again()
    record = house.finish(press(house, sending(batch=3)))[0]
    assert (record.status, record.warning) == (Status.FINISHED, "")
    assert [(i.number, i.node) for i in record.images] == [
        *((n, "20") for n in range(3)),
        *((n, "9") for n in range(3, 6)),
    ]
    opened = [Pillow.open(house.folder / image.path).convert("RGB") for image in record.images]
    for sent, saved in zip(opened[:3], opened[3:], strict=True):
        assert ImageChops.difference(sent, saved).getbbox() is None
    assert all((house.folder / image.thumbnail).is_file() for image in record.images)
    wait_until(lambda: not list((house.folder / "arriving").iterdir()))


def test_what_was_sent_while_nobody_listened_is_told(
    open_again: OpenAgain, engine: DemoServer
) -> None:
    house = open_again(DEAF)
    engine.faults.at("step:2", "drop")
    record = house.finish(press(house, sending()))[0]
    assert record.status is Status.FINISHED
    assert [image.node for image in record.images] == ["9"]
    assert "Send: 0 of 1 images arrived" in record.warning


def test_what_was_sent_outlasts_a_restart_of_stepglass(
    open_again: OpenAgain, engine: DemoServer
) -> None:
    house = open_again()
    engine.faults.history_delay = 2.0
    ids = press(house, sending(batch=2))
    house.until(lambda: any(s.percentage == 99.0 for s in house.seen[ids[0]]))
    house.close()
    again = open_again()
    again.watch(ids)
    record = again.finish(ids)[0]
    assert [image.node for image in record.images] == ["20", "20", "9", "9"]


def test_what_was_sent_is_kept_though_the_server_forgets_the_prompt(
    open_again: OpenAgain, engine: DemoServer
) -> None:
    house = open_again(replace(HASTY, settle_patience=1.0))
    graph = sending()
    del graph["9"]
    engine.faults.history_delay = 30.0
    ids = press(house, graph)
    house.until(lambda: any(s.percentage == 99.0 for s in house.seen[ids[0]]))
    engine.faults.do("restart")
    record = house.finish(ids)[0]
    assert record.status is Status.FINISHED
    assert [image.node for image in record.images] == ["20"]


def test_a_blocked_output_is_a_warning_and_the_others_are_kept(
    open_again: OpenAgain, engine: DemoServer
) -> None:
    house = open_again()
    fault = NodeFault("Execution Blocked: nothing to save", "ExecutionBlocked", count=1)
    engine.faults.fail("SaveImage", fault)
    record = house.finish(press(house, sending()))[0]
    assert (record.status, record.error) == (Status.FINISHED, "")
    assert [image.node for image in record.images] == ["20"]
    assert record.warning == (
        "Save Image was not run, for the workflow blocked it: nothing to save."
    )
