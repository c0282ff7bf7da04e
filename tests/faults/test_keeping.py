"""Whose a file is, and that what is kept stays kept, whatever becomes of the server meanwhile."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from comfy.client.reconcile.freshness import Link
from comfy.client.timeouts import Cadence
from comfy.demo.http.server import DemoServer
from comfy.workflow.families.build import build_graph
from storage.records import Generation, Status
from studio.workflows.presets import Preset
from tests.faults.house import House, request, viewer, wait_until
from tests.support.cadences import HASTY

PATIENT = replace(HASTY, first_retry=0.4, max_retry=0.8)
"""A server has time to go and come back between two attempts."""

OpenAgain = Callable[..., House]


@pytest.fixture
def open_again(engine: DemoServer, tmp_path: Path) -> Iterator[OpenAgain]:
    """Makes houses over one folder, whose books differ from the engine's afterwards."""
    houses: list[House] = []

    def make(cadence: Cadence = PATIENT) -> House:
        house = House(tmp_path / "data", engine.url, cadence)
        houses.append(house)
        house.start()
        return house

    yield make
    engine.faults.clear()
    for house in houses:
        if house.is_open:
            house.close()


def asked(engine: DemoServer, route: str = "GET /view") -> int:
    return engine.faults.injected.get(route, 0)


def outputs(engine: DemoServer) -> list[Path]:
    return sorted((engine.folder / "output").rglob("*.png"))


def kept(house: House) -> list[str]:
    return sorted(path.name for path in (house.folder / "images").rglob("*.png"))


def by_a_chosen_name(house: House, **fields: Any) -> list[str]:
    """Run a workflow whose files are named as somebody chose, and count up."""
    graph = build_graph(request(**fields), 1)
    saving = next(node for node in graph.values() if node["class_type"] == "SaveImage")
    saving["inputs"]["filename_prefix"] = "mine"
    ids = [made.id for made in house.studio.runs.run(viewer(), Preset("mine", graph), {}).made]
    house.watch(ids)
    return ids


def only(house: House, **fields: Any) -> Generation:
    return house.finish(house.generate(1, **fields))[0]


def restart_empty(engine: DemoServer) -> None:
    """As a container without a volume restarts: nothing it made is there any more."""
    engine.faults.do("restart")
    for path in outputs(engine):
        path.unlink()


def test_what_bears_our_id_is_fetched_though_the_server_has_forgotten_it(
    open_again: OpenAgain, engine: DemoServer
) -> None:
    house = open_again()
    engine.faults.route("/view", lost=True)
    ann = house.generate(1)
    house.until(lambda: asked(engine) > 0)
    engine.faults.route("", lost=True)
    engine.faults.do("restart")
    engine.faults.clear()
    record = house.finish(ann)[0]
    assert (record.status, record.warning) == (Status.FINISHED, "")
    assert [image.filename for image in record.images] == [outputs(engine)[0].name]


def test_what_bears_our_id_and_is_gone_is_told_once(
    open_again: OpenAgain, engine: DemoServer
) -> None:
    house = open_again()
    engine.faults.route("/view", lost=True)
    ann = house.generate(1)
    house.until(lambda: asked(engine) > 0)
    engine.faults.route("", lost=True)
    name = outputs(engine)[0].name
    restart_empty(engine)
    engine.faults.clear()
    record = house.finish(ann)[0]
    assert (record.status, record.images) == (Status.FINISHED, ())
    assert record.warning == f"engine does not give out {name} (404)."
    assert kept(house) == []


def test_a_file_is_waited_for_anew_after_the_server_was_away(
    open_again: OpenAgain, engine: DemoServer
) -> None:
    house = open_again(replace(HASTY, fetch_patience=2.0, max_retry=0.1))
    engine.faults.route("/view", lost=True, count=1)
    engine.faults.at("ended", "drop")
    ids = house.generate(1)
    house.until(lambda: asked(engine) > 0)
    gone = engine.faults.route("", lost=True)
    house.wait_for_link(Link.UNREACHABLE)
    house.until(lambda: asked(engine, "GET *") > 100)  # longer than the patience
    assert gone in engine.faults.routes
    engine.faults.clear()
    engine.faults.route("/view", status=503, count=2)
    record = house.finish(ids)[0]
    assert (len(record.images), record.warning) == (1, "")


def test_a_file_that_fails_for_long_is_given_up_while_all_else_is_answered(
    open_again: OpenAgain, engine: DemoServer
) -> None:
    house = open_again(replace(HASTY, fetch_patience=0.5))
    engine.faults.route("/view", status=500)
    record = only(house)
    assert (record.status, record.images) == (Status.FINISHED, ())
    assert "500" in record.warning


def take_first_only(house: House, engine: DemoServer) -> list[str]:
    """Press for two images, of which only the first can be fetched."""
    engine.faults.route("/view", count=1)
    engine.faults.route("/view", lost=True)
    ids = house.generate(1, images_per_prompt=2)
    house.until(lambda: asked(engine) > 1 and len(kept(house)) == 1)
    return ids


def test_what_is_kept_stays_kept_though_the_server_has_it_no_more(
    open_again: OpenAgain, engine: DemoServer
) -> None:
    house = open_again()
    ids = take_first_only(house, engine)
    engine.faults.route("", lost=True)
    restart_empty(engine)
    engine.faults.clear()
    record = house.finish(ids)[0]
    assert [image.number for image in record.images] == [0]
    assert (house.folder / record.images[0].path).is_file()
    assert record.warning.startswith("engine does not give out stepglass")


@pytest.mark.parametrize("forgets", [False, True], ids=["history there", "history gone"])
def test_what_is_kept_is_not_fetched_again_after_a_restart_of_stepglass(
    open_again: OpenAgain, engine: DemoServer, forgets: bool
) -> None:
    house = open_again()
    ids = take_first_only(house, engine)
    house.close()
    outputs(engine)[0].unlink()
    if forgets:
        restart_empty(engine)
    engine.faults.clear()
    again = open_again()
    again.watch(ids)
    record = again.finish(ids)[0]
    assert record.status is Status.FINISHED
    assert [image.number for image in record.images] == ([0] if forgets else [0, 1])
    assert bool(record.warning) == forgets
    wait_until(lambda: not (again.folder / "arriving" / record.id).exists())


def test_a_404_of_what_stands_before_the_server_is_not_its_word(
    open_again: OpenAgain, engine: DemoServer
) -> None:
    house = open_again(HASTY)
    engine.faults.route("/view", delay=0.3, status=404, html=True, count=1)
    ids = house.generate(1)
    house.until(lambda: asked(engine) > 0)
    engine.faults.route("", status=404, html=True)
    house.until(lambda: asked(engine, "GET *") > 8)
    engine.faults.clear()
    record = house.finish(ids)[0]
    assert (len(record.images), record.warning) == (1, "")


def test_a_file_that_is_gone_is_told_and_the_others_are_kept(
    open_again: OpenAgain, engine: DemoServer
) -> None:
    house = open_again(HASTY)
    engine.faults.route("/view", lost=True)
    ids = house.generate(1, images_per_prompt=3)
    house.until(lambda: asked(engine) > 0)
    outputs(engine)[1].unlink()
    engine.faults.clear()
    record = house.finish(ids)[0]
    assert [image.number for image in record.images] == [0, 2]
    assert "does not give out" in record.warning
    assert "(404)" in record.warning


def test_one_file_that_fails_keeps_no_other_from_being_kept(
    open_again: OpenAgain, engine: DemoServer
) -> None:
    house = open_again(HASTY)
    engine.faults.route("/view", status=500, count=1)
    fault = engine.faults.route("/view", count=1)
    engine.faults.route("/view", status=500)
    ids = house.generate(1, images_per_prompt=2)
    house.until(lambda: kept(house) == [f"{ids[0]}-1.png"])
    assert fault not in engine.faults.routes
    engine.faults.clear()
    assert len(house.finish(ids)[0].images) == 2


def test_a_slow_file_delays_no_other_generation(open_again: OpenAgain, engine: DemoServer) -> None:
    house = open_again(replace(HASTY, fetch=30.0))
    engine.faults.route("/view", delay=10.0, count=1)
    first, second = house.generate(1)[0], house.generate(1)[0]
    house.finish([second])
    assert not house.is_over(first)


def test_what_ran_to_its_end_unseen_is_told_so(open_again: OpenAgain, engine: DemoServer) -> None:
    house = open_again(HASTY)
    ids = by_a_chosen_name(house, steps=40)
    house.until(lambda: house.runs(ids[0]))
    house.close()
    wait_until(lambda: len(outputs(engine)) == 1)
    wait_until(lambda: not engine.engine.queue.remaining)
    engine.faults.do("restart")  # what it made is still there
    again = open_again(HASTY)
    again.watch(ids)
    record = again.finish(ids)[0]
    assert (record.status, record.images) == (Status.LOST, ())
    assert "its images may lie in the server's output folder; none are kept here" in record.error


def test_nothing_is_left_of_what_was_fetched_and_not_needed(
    open_again: OpenAgain, engine: DemoServer
) -> None:
    house = open_again(HASTY)
    engine.faults.route("/view", keep=0.5, count=3)
    record = only(house, images_per_prompt=2)
    wait_until(lambda: not list((house.folder / "arriving").glob("*")))
    assert sorted(p.name for p in (house.folder / "images").rglob("*.*")) == sorted(
        name.split("/")[-1] for i in record.images for name in (i.path, i.thumbnail)
    )
    assert not list((house.folder / "incoming").iterdir())


def test_no_two_generations_write_under_one_name_though_a_folder_is_emptied_between(
    open_again: OpenAgain, engine: DemoServer
) -> None:
    house = open_again(HASTY)
    ann = only(house)
    restart_empty(engine)
    house.wait_for_link(Link.LIVE)
    bob = only(house, owner="user:bob")
    assert ann.images[0].filename == f"stepglass_{ann.id}_00001_.png"
    assert bob.images[0].filename == f"stepglass_{bob.id}_00001_.png"
