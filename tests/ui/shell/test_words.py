"""Records, numbers and servers in words."""

import pytest

from comfy.client.reconcile.freshness import Freshness, Link
from storage.records import NodeRun, Status
from storage.search.query import Search
from studio.servers.state import ServerState
from tests.ui.samples import NOW, image, record
from ui.library import details, tiles
from ui.shell import header


def test_the_description_has_every_parameter() -> None:
    said = details.describe(
        record(lora="l.safetensors", request={"lora_strength": 0.8, "denoise": 0.5, "image": "k"})
    )
    rows = dict(said["rows"])
    assert rows["Seed"] == str(2**64 - 1)
    assert rows["LoRA"] == "l.safetensors at 0.8"
    assert rows["Denoise"] == "0.5"
    assert {"Checkpoint", "Size", "Steps", "CFG", "Sampler", "Scheduler", "Queued for"} <= set(rows)


def test_every_lora_is_said_with_its_weight_whatever_made_it() -> None:
    loader = {"lora_name": "a", "strength_model": 0.5, "strength_clip": 0.25}
    power = {"lora_1": {"on": True, "lora": "b", "strength": -1}, "lora_2": {"lora": "c"}}
    graph = {
        "1": {"inputs": loader},
        "2": {"inputs": power},
        "3": {"inputs": {"lora_name": ["1", 0]}},
    }
    made = record(request={"workflow": "w"}, graph=graph)
    said = [text for name, text in details.describe(made)["rows"] if name == "LoRA"]
    assert said == ["a at 0.5 (text 0.25)", "b at -1"]


def test_the_waterfall_has_waiting_nodes_and_fetching_in_order() -> None:
    runs = [
        NodeRun("9", "Save", "SaveImage", "saving", NOW - 2, NOW - 1),
        NodeRun("3", "Sampler", "KSampler", "sampling", NOW - 9, NOW - 2, 20),
        NodeRun("7", "Odd", "Odd", "unheard of", NOW - 1, NOW - 1),
    ]
    done = record(status=Status.FINISHED, finished_at=NOW - 1, fetched_at=NOW)
    rows = details.waterfall(done, runs)
    assert [r["activity"] for r in rows] == ["waiting", "sampling", "saving", "other", "fetching"]
    assert rows[0] == {
        "name": "In the queue",
        "activity": "waiting",
        "start": 0.0,
        "length": 2.0,
        "steps": 0,
    }
    assert rows[1]["start"] == 3.0
    assert rows[-1]["start"] + rows[-1]["length"] == 12.0


def test_a_generation_that_never_ran_has_no_waterfall() -> None:
    assert details.waterfall(record(started_at=None), []) == []


def test_every_file_has_a_tile_and_what_made_none_has_one_for_its_texts() -> None:
    made = record(images=(image(0), image(1, thumbnail="", media="model/gltf-binary"), image(2)))
    assert [(t["n"], t["thumb"]) for t in tiles.tiles(made)] == [
        (0, True),
        (1, False),
        (2, True),
    ]
    (said,) = tiles.tiles(record(texts=("forty-two",)))
    assert (said["n"], said["text"]) == (tiles.NO_FILE, "forty-two")
    assert tiles.tiles(made, Search(rating=5)) == []  # one that means all of it would be a trap


@pytest.mark.parametrize("link", list(Link))
def test_a_server_is_always_described(link: Link) -> None:
    server = ServerState("gpu", "http://gpu:8188", Freshness(link, since=NOW - 600))
    assert header.words(server, NOW)


def test_a_server_that_wants_a_login_is_not_called_unreachable() -> None:
    denied = Freshness(Link.UNREACHABLE, since=NOW - 600, denied=True)
    assert header.words(ServerState("gpu", "http://gpu:8188", denied), NOW) == "wants a login"
