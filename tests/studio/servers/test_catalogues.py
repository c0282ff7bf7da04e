"""What comes to a server while it runs can be used at once, and refusals say what there is."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from comfy.client.http.address import parse_address
from comfy.client.server import Server
from comfy.demo.http.server import DemoServer
from comfy.demo.settings import EngineSettings
from comfy.workflow.families.build import build_graph
from storage.records import Status
from studio.access.viewer import Viewer
from studio.errors import NotReady
from studio.generations.new_records import press_of
from studio.servers.catalogues import Catalogues
from studio.studio import Studio
from studio.workflows.presets import Preset
from tests.studio.conftest import WAIT_SECONDS, Open, follow, request
from tests.support import environment
from tests.support.cadences import BRISK
from tests.support.stores import open_store

ANN = Viewer("user:ann")
NEW = "just-downloaded.safetensors"


def add_models(engine: DemoServer, *names: str) -> None:
    """Put checkpoints into the engine's folder, while it runs."""
    spec = engine.engine.catalogue["CheckpointLoaderSimple"]["input"]["required"]["ckpt_name"]
    spec[0].extend(names)


def graph_with(checkpoint: str) -> dict[str, Any]:
    return build_graph(request(checkpoint=checkpoint), 1, "")


@pytest.fixture
def studio(engine: DemoServer, open_studio: Open) -> Studio:
    opened = open_studio(engine)
    opened.servers.refresh()
    return opened


def test_a_workflow_uses_a_model_that_was_added_while_the_server_runs(
    studio: Studio, engine: DemoServer
) -> None:
    with pytest.raises(NotReady, match=f"“{NEW}” is not on this server"):
        studio.runs.run(ANN, Preset("mine", graph_with(NEW)), {})
    add_models(engine, NEW)
    (made,) = studio.runs.run(ANN, Preset("mine", graph_with(NEW)), {}).made
    assert follow(studio, made.id)[-1].status is Status.FINISHED
    assert NEW in studio.servers.choices().checkpoints


def test_a_file_that_is_opened_finds_what_was_added_since(
    studio: Studio, engine: DemoServer
) -> None:
    graph = graph_with(NEW)
    loader = next(n for n in graph.values() if n["class_type"] == "CheckpointLoaderSimple")
    loader["class_type"] = "NewLoader"
    opened = studio.workflows.open(json.dumps(graph).encode(), "mine.json")
    assert [p.kind for p in opened.prepared.problems] == ["missing_node_type"]
    add_models(engine, NEW)
    catalogue = engine.engine.catalogue
    catalogue._classes["NewLoader"] = catalogue["CheckpointLoaderSimple"]
    assert studio.workflows.open(json.dumps(graph).encode(), "mine.json").prepared.problems == ()


def test_a_refusal_whose_list_is_left_out_names_the_nearest_all_the_same(
    studio: Studio, engine: DemoServer
) -> None:
    add_models(engine, *(f"another-{n}.safetensors" for n in range(30)), "a/lighthouse.safetensors")
    (made,) = studio.generations.create(ANN, press_of(request(checkpoint="lighthouse.safetensors")))
    last = follow(studio, made.id)[-1].record
    assert last.error_kind == "value_not_in_list"
    assert "the nearest is “a/lighthouse.safetensors”" in last.error
    (problem,) = studio.workflows.refusals.of(made.group)
    assert len(problem.choices) > 30


@pytest.mark.parametrize("name", ["SDXL/demo-neon.safetensors", "sdxl\\Demo-Neon.safetensors"])
def test_a_model_whose_folder_is_written_with_the_other_slash_is_that_model(
    studio: Studio, engine: DemoServer, name: str
) -> None:
    there = "SDXL\\demo-neon.safetensors"
    add_models(engine, there)
    studio.servers.refresh()
    (made,) = studio.generations.create(ANN, press_of(request(checkpoint=name)))
    (run,) = studio.runs.run(ANN, Preset("mine", graph_with(name)), {}).made
    (typed,) = studio.runs.run(ANN, Preset("mine", graph_with(NEW)), {"1.ckpt_name": name}).made
    for one in (made, run, typed):
        last = follow(studio, one.id)[-1].record
        assert (last.status, last.error) == (Status.FINISHED, "")
        assert last.graph["1"]["inputs"]["ckpt_name"] == there


@pytest.fixture
def server(engine: DemoServer) -> Iterator[Server]:
    server = Server(parse_address(engine.url, name="demo"), "me")
    server.start()
    yield server
    server.close()


class Heard:
    """How often an offer was fetched."""

    def __init__(self) -> None:
        self.count = 0
        self._changed = threading.Condition()

    def __call__(self) -> None:
        with self._changed:
            self.count += 1
            self._changed.notify_all()

    def reach(self, count: int) -> None:
        """Wait until it is that often."""
        with self._changed:
            assert self._changed.wait_for(lambda: self.count >= count, WAIT_SECONDS)


def test_what_servers_offer_is_asked_for_from_time_to_time(
    server: Server, engine: DemoServer
) -> None:
    heard = Heard()
    catalogues = Catalogues([server], heard, refresh_seconds=0.02)
    catalogues.start()
    try:
        heard.reach(1)
        assert NEW not in catalogues.choices().checkpoints
        add_models(engine, NEW)
        heard.reach(heard.count + 2)  # the first may have been on its way before
        assert NEW in catalogues.choices().checkpoints
    finally:
        catalogues.close()


def test_however_often_it_is_wanted_a_server_is_asked_at_a_bounded_rate(server: Server) -> None:
    heard = Heard()
    catalogues = Catalogues([server], heard)
    catalogues.start()
    heard.reach(1)
    for _ in range(1000):
        catalogues.want("demo")
    catalogues.close()
    assert heard.count <= 2


def test_what_one_server_lacks_goes_to_the_one_that_has_got_it_since(
    engine: DemoServer, tmp_path: Path
) -> None:
    with DemoServer(EngineSettings(step_seconds=0.004, throttle=False)) as other:
        addresses = [parse_address(engine.url, name="one"), parse_address(other.url, name="two")]
        settings = environment.settings(tmp_path)
        studio = Studio(settings, addresses, open_store(tmp_path), BRISK)
        studio.start()
        try:
            studio.servers.refresh()
            add_models(other, NEW)
            made = [
                studio.generations.create(ANN, press_of(request(checkpoint=NEW)))[0]
                for _ in range(4)
            ]
            ended = [follow(studio, one.id)[-1].record for one in made]
            assert [(one.status, one.server) for one in ended] == [(Status.FINISHED, "two")] * 4
        finally:
            studio.close()
