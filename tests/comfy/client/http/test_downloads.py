"""Each route by which servers fetch: told apart without changing anything, and spoken as it is."""

from collections.abc import Iterator

import pytest

from comfy.client.http.address import parse_address
from comfy.client.http.downloads import Downloads, NotListed, Route, Routes
from comfy.client.timeouts import USUAL
from comfy.errors import Denied, NotFound, TurnedAway
from comfy.protocol.downloads import Report, Stage
from comfy.workflow.wanted.files import WantedFile
from tests.support.sources import Answer, Asked, Source, as_json

FILE = WantedFile("ae.safetensors", "vae", "https://huggingface.co/a/b/ae.safetensors", "a" * 64)
NO = as_json({"error": "Body must be an object"}, 400)
VERSION = Answer(b"V3.39.2")


@pytest.fixture
def source() -> Iterator[Source]:
    with Source() as server:
        yield server


@pytest.fixture
def downloads(source: Source) -> Iterator[Downloads]:
    made = Downloads(parse_address(source.url), "client", USUAL)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("answers", "routes"),
    [
        ({}, Routes()),
        ({"POST /api/models/download": NO}, Routes(Route.TASKS)),
        ({"POST /experiment/models/download_missing": NO}, Routes(Route.BATCH)),
        ({"POST /api/assets/download": NO}, Routes(Route.ASSETS)),
        ({"GET /manager/version": VERSION}, Routes(Route.MANAGER, Route.MANAGER)),
        ({"GET /v2/manager/version": VERSION}, Routes(Route.MANAGER_4, Route.MANAGER_4)),
        (
            {"GET /manager/version": VERSION, "POST /api/models/download": NO},
            Routes(Route.TASKS, Route.MANAGER),
        ),
        # A page for any address, and a method that only another route has.
        ({"GET /manager/version": Answer(b"<!doctype html> 1.0")}, Routes()),
        ({"POST /api/models/download": Answer(b"<html>", 400)}, Routes()),
        ({"POST /api/assets/download": Answer(b"405", 405)}, Routes()),
    ],
)
def test_a_route_is_told_by_what_it_says_to_an_empty_request(
    source: Source, downloads: Downloads, answers: dict[str, Answer], routes: Routes
) -> None:
    source.answers |= answers
    assert downloads.routes() == routes
    assert {one.body for one in source.asked} <= {b"", b"{}"}


def test_tasks_are_ordered_looked_at_and_cancelled(source: Source, downloads: Downloads) -> None:
    source.answers |= {
        "POST /api/models/download": as_json({"task_id": "t/1", "status": "pending"}, 202),
        "GET /api/models/download/t%2F1": as_json({"status": "in_progress", "bytes_received": 5}),
        "POST /api/models/download/t%2F1/cancel": as_json({}, 202),
    }
    assert downloads.order(Route.TASKS, FILE, "k") == ("t/1", Report(Stage.WAITING))
    sent = source.asked[-1].data
    assert (sent["directory"], sent["filename"], sent["sha256"]) == ("vae", FILE.name, "a" * 64)
    assert downloads.look(Route.TASKS, "t/1") == Report(Stage.RUNNING, 5)
    downloads.cancel(Route.TASKS, "t/1", "")
    assert source.asked[-1].path == "/api/models/download/t%2F1/cancel"
    with pytest.raises(NotFound):
        downloads.look(Route.TASKS, "t2")


def test_a_batch_of_one_answers_at_its_end(source: Source, downloads: Downloads) -> None:
    path = "POST /experiment/models/download_missing"
    source.answers[path] = as_json({"results": [{"status": "downloaded"}]})
    assert downloads.order(Route.BATCH, FILE, "k") == ("k", Report(Stage.DONE))
    sent = source.asked[-1].data
    assert (sent["client_id"], sent["batch_id"]) == ("client", "k")
    assert sent["models"] == [{"name": FILE.name, "directory": "vae", "url": FILE.url}]


def test_assets_are_tasks_of_their_own(source: Source, downloads: Downloads) -> None:
    source.answers["POST /api/assets/download"] = as_json(
        {"task_id": "t", "status": "created"}, 202
    )
    assert downloads.order(Route.ASSETS, FILE, "k") == ("t", Report(Stage.WAITING))
    assert source.asked[-1].data["tags"] == ["models", "vae"]
    source.answers["POST /api/assets/download"] = as_json({"id": "asset", "name": "there"})
    assert downloads.order(Route.ASSETS, FILE, "k") == ("", Report(Stage.DONE))


def test_a_refusal_is_said_in_the_servers_words(source: Source, downloads: Downloads) -> None:
    source.answers["POST /api/models/download"] = as_json({"error": {"message": "no room"}}, 400)
    with pytest.raises(TurnedAway, match="does not fetch it: no room"):
        downloads.order(Route.TASKS, FILE, "k")


@pytest.mark.parametrize("route", [Route.MANAGER, Route.MANAGER_4])
def test_the_manager_is_sent_an_entry_of_its_own_list(
    source: Source, downloads: Downloads, route: Route
) -> None:
    v2 = "/v2" if route is Route.MANAGER_4 else ""
    entry = {"name": "Flux VAE", "base": "FLUX.1", "save_path": "vae", "filename": FILE.name}
    models = {
        "models": [7, {"filename": FILE.name, "url": "https://x"}, {**entry, "url": FILE.url}]
    }
    source.answers |= {
        f"GET {v2}/externalmodel/getlist": as_json(models),
        f"POST {v2}/manager/queue/install_model": Answer(),
        f"POST {v2}/manager/queue/start": Answer(),
        f"GET {v2}/manager/queue/status": as_json({"is_processing": True}),
    }
    assert downloads.order(route, FILE, "k") == ("k", Report(Stage.WAITING))
    sent = source.asked[-2].data
    assert (sent["base"], sent["ui_id"], sent["client_id"]) == ("FLUX.1", "k", "client")
    assert source.asked[-1].path == f"{v2}/manager/queue/start"
    assert downloads.is_busy(route)
    with pytest.raises(NotListed, match="own list"):
        downloads.order(route, WantedFile("other.gguf", "vae", "https://x/other.gguf"), "k")


def test_what_the_manager_forbids_is_explained(source: Source, downloads: Downloads) -> None:
    source.answers["POST /manager/queue/install"] = Answer(b"A security error", 403)
    with pytest.raises(Denied, match="security_level"):
        downloads.install(Route.MANAGER, "comfyui-kjnodes", "k")


def test_packages_are_installed_and_known_by_their_nodes(
    source: Source, downloads: Downloads
) -> None:
    def queued(asked: Asked) -> Answer:
        return Answer(status=200 if asked.data["params"]["id"] == "kjnodes" else 400)

    source.answers |= {
        "POST /v2/manager/queue/task": queued,
        "POST /v2/manager/queue/start": Answer(status=201),
        "GET /v2/manager/queue/history": as_json(
            {"history": {"result": "success", "status": {"status_str": "success"}}}
        ),
        "GET /v2/customnode/getmappings": as_json(
            {"https://github.com/kijai/KJ": [["A", "B", 5], {}], "pack": [["C"], {}], "x": 3}
        ),
    }
    downloads.install(Route.MANAGER_4, "kjnodes", "k")
    assert downloads.look(Route.MANAGER_4, "k") == Report(Stage.DONE)
    found = downloads.package_of(Route.MANAGER_4, frozenset({"A", "C", "D"}))
    assert found == {"A": "kijai/KJ", "C": "pack"}


def test_files_are_listed_with_their_sizes_where_these_are_told(
    source: Source, downloads: Downloads
) -> None:
    source.answers["GET /models/vae"] = as_json(["a.safetensors", "sub\\b.safetensors", 3])
    assert downloads.listed("vae") == {"a.safetensors": None, "sub/b.safetensors": None}
    source.answers["GET /experiment/models/vae"] = as_json([{"name": "a.safetensors", "size": 5}])
    assert downloads.listed("vae") == {"a.safetensors": 5}
    with pytest.raises(NotFound):
        downloads.listed("loras")
