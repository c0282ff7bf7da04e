"""Any program's file, dropped on the Workflows tab, is a form filled in as it was made."""

import json
from typing import Any

from comfy.demo.http.server import DemoServer
from comfy.workflow.form.form import Kind
from studio.access.viewer import Viewer
from studio.workflows.forms.forms import Seen
from studio.workflows.presses.seeds import FIXED, RANDOM
from tests.studio.conftest import Open
from tests.support.paths import RECORDINGS

ANN = Viewer("user:ann")
FILES = RECORDINGS / "files"


def values(seen: Seen) -> dict[str, Any]:
    """The form's values by the names of inputs; both prompts, in order."""
    form = seen.prepared.form
    found = {one.input: one.value for one in form.fields}
    return found | {"prompts": [one.value for one in form.fields if one.kind is Kind.PROMPT]}


def test_files_of_all_programs_open_as_forms(engine: DemoServer, open_studio: Open) -> None:
    studio = open_studio(engine)
    studio.servers.refresh()

    def opened(name: str) -> Seen:
        with (FILES / name).open("rb") as file:
            return studio.forms.open_file(ANN, file, name)

    for name in ("swarmui-json.png", "invokeai-2.png", "drawthings-xmp.png", "stealth-alpha.png",
                 "a1111-denoise-0.png", "png-text-after-idat.png"):  # fmt: skip
        found = values(opened(name))
        assert found["prompts"] == ["a lighthouse in fog", "blurry"]
        assert (found["seed"], found["steps"], found["cfg"]) == (42, 7, 4.5)
        assert (found["width"], found["height"]) == (512, 768)

    known = opened("a1111-denoise-0.png")
    assert values(known)["ckpt_name"] == "demo-watercolour.safetensors"
    said = "“demo-watercolour” is “demo-watercolour.safetensors” on this server."
    assert known.form.notes == (said,)
    assert known.prepared.problems == ()
    assert known.form.seeds == FIXED

    odd = opened("a1111-unknown-sampler.png")
    assert values(odd)["sampler_name"] == "euler"
    assert "Sampler “Restart” is not known here: euler is taken." in odd.form.notes

    for name, seed in (("comfyui-video.mp4", 99), ("comfyui-video-2.webm", 101)):
        found = values(opened(name))
        assert (found["prompts"][0], found["seed"]) == ("a lighthouse in fog", seed)

    seedless = opened("seed-that-is-none-2.png")
    assert (seedless.form.seeds, values(seedless)["seed"]) == (RANDOM, -1)


def test_a_json_file_and_a_preset_open_from_a_file_as_well(
    engine: DemoServer, open_studio: Open
) -> None:
    studio = open_studio(engine)
    studio.servers.refresh()
    with (FILES / "comfyui-video.mp4").open("rb") as file:
        graph = studio.forms.open_file(ANN, file, "a.mp4").prepared.graph
    seen = studio.forms.open_file(ANN, json.dumps(graph).encode(), "a.json")
    assert seen.form.seeds == RANDOM
    shared = json.dumps(seen.as_preset("Mine").to_json()).encode()
    assert studio.forms.open_file(ANN, shared, "mine.json").form.title == "Mine"
