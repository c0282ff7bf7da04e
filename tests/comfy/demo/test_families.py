"""Every family runs to its end on the demo engine, and its files are what they are called."""

import io
from collections.abc import Iterator

import pytest
from PIL import Image

from comfy.demo.http.server import DemoServer
from comfy.demo.settings import EngineSettings
from comfy.workflow.catalogue import Catalogue, parse_catalogue
from comfy.workflow.families.assembly import assemble
from comfy.workflow.families.build import build_graph
from comfy.workflow.families.family import Family, Task
from comfy.workflow.files.metadata import read_metadata
from tests.comfy.demo.client import Client
from tests.comfy.workflow.families.samples import asked, every_task

SMALL = {"width": 128, "height": 64, "steps": 2, "seconds": 1.0}
LORAS = [
    {"name": "demo-golden-hour.safetensors", "weight": 0.8},
    {"name": "demo-soft-focus.safetensors", "weight": 0.6, "clipWeight": 0.4},
]


@pytest.fixture(scope="module")
def quick() -> Iterator[Client]:
    with DemoServer(EngineSettings(step_seconds=0.0)) as server:
        client = Client(server)
        yield client
        client.close()


@pytest.fixture(scope="module")
def catalogue(quick: Client) -> Catalogue:
    return parse_catalogue(quick.http.get("/object_info").json())


def hole(quick: Client) -> str:
    """The name of an image with a hole, on the server."""
    buffer = io.BytesIO()
    image = Image.new("RGBA", (96, 64), "teal")
    image.paste((0, 0, 0, 0), (20, 20, 60, 50))
    image.save(buffer, "PNG")
    answer = quick.http.post("/upload/image", files={"image": ("hole.png", buffer.getvalue())})
    return str(answer.json()["name"])


@pytest.mark.parametrize(("family", "task"), every_task())
def test_it_runs_to_its_end(
    quick: Client, catalogue: Catalogue, family: Family, task: Task
) -> None:
    of = "CheckpointLoaderSimple" if family.whole or family.vae is None else "UNETLoader"
    names = catalogue.choices(of, "ckpt_name") or catalogue.choices(of, "unet_name")
    made = assemble(family, names[0], catalogue)
    assert made.needs(task, catalogue, with_loras=True) == ()
    image = "" if task == "text" else hole(quick)
    graph = build_graph(asked(family, task, loras=LORAS, **SMALL), 7, image, assembly=made)

    prompt_id, _ = quick.run(graph)

    entry = quick.history(prompt_id)
    assert entry["status"]["status_str"] == "success", entry["status"]
    kind = {"image": "images", "video": "images", "audio": "audio"}[family.kind]
    [file] = entry["outputs"]["8"][kind]
    data = quick.http.get("/view", params=file).content
    start = {"image": b"\x89PNG", "video": b"\x1a\x45\xdf\xa3", "audio": b"fLaC"}[family.kind]
    assert data.startswith(start)
    assert read_metadata(io.BytesIO(data)).graph == graph
