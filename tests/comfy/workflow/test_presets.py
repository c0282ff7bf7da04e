"""The graphs that ship: valid by the recorded catalogue, and run on the demo engine."""

import uuid
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from comfy.client.http.address import parse_address
from comfy.client.server import Server
from comfy.demo.http.server import DemoServer
from comfy.demo.settings import EngineSettings
from comfy.graph.plan import make_plan
from comfy.progress.advance import Phase
from comfy.workflow.catalogue import Catalogue, Input, NodeClass, parse_catalogue
from comfy.workflow.form.form import Kind, make_form
from comfy.workflow.form.validate import check_values
from comfy.workflow.presets import PRESETS, Preset
from tests.support.ends import Ends
from tests.support.workflow_samples import Json, catalogue, read

every = pytest.mark.parametrize("preset", PRESETS.values(), ids=list(PRESETS))


def stocked(*, without: str = "", files: Json | None = None) -> Catalogue:
    """The recorded catalogue, its model lists filled as *files* say, else with what fits."""
    info = {name: node for name, node in read("object_info").items() if name != without}
    lists: dict[tuple[str, str], list[str]] = {}
    for preset in PRESETS.values():
        for model in preset.models:
            node = preset.graph[model.node]
            fitting = node["inputs"][model.input] or f"{model.what}.safetensors"
            have = lists.setdefault((node["class_type"], model.input), ["other.safetensors"])
            have.append(fitting)
            if files is not None:
                have[:] = files.get(model.folder, [])
    for (name, field), names in lists.items():
        if name in info:
            required = {**info[name]["input"]["required"], field: [names]}
            info[name] = {**info[name], "input": {**info[name]["input"], "required": required}}
    return parse_catalogue(info)


@every
def test_every_input_is_there_and_of_its_type(preset: Preset) -> None:
    known = catalogue().nodes
    for id_, node in preset.graph.items():
        class_ = known[node["class_type"]]
        required = {name for name, one in class_.inputs.items() if one.required}
        assert required <= set(node["inputs"]) <= set(class_.inputs), id_
        for name, value in node["inputs"].items():
            check_input(preset, known, class_.inputs[name], value)


def check_input(preset: Preset, known: Any, input_: Input, value: Any) -> None:
    if isinstance(value, list):
        source: NodeClass = known[preset.graph[value[0]]["class_type"]]
        assert source.outputs[value[1]] == input_.type
        return
    wanted = {"INT": int, "FLOAT": float, "STRING": str, "COMBO": str}[input_.type]
    assert type(value) is wanted, input_.name


@every
def test_where_the_models_are_nothing_is_missing_and_no_value_refused(preset: Preset) -> None:
    server = stocked()
    assert preset.needs(server) == ()
    assert preset.runs_on(server)
    form = make_form(preset.graph_for(server), server)
    assert check_values(form, {}) == ()
    assert form.unfit == ()
    first = [one for one in form.fields if one.first]
    assert not preset.name.startswith("txt2img") or first[0].label == "Prompt"
    assert any(one.kind is Kind.IMAGE for one in first) == any(
        node["class_type"] == "LoadImage" for node in preset.graph.values()
    )


@every
def test_titles_are_for_people_and_descriptions_sentences(preset: Preset) -> None:
    assert preset.description.endswith(".")
    titles = [node["_meta"]["title"] for node in preset.graph.values()]
    assert len(set(titles)) == len(titles)
    assert not {node["class_type"] for node in preset.graph.values()} & set(titles)


def test_models_that_a_server_lacks_are_named_with_their_folder() -> None:
    empty = stocked(files={})
    (problem,) = PRESETS["img2img"].needs(empty)
    assert problem.kind == "missing_model"
    assert "no checkpoint; put one into its folder models/checkpoints" in problem.message
    assert not PRESETS["img2img"].runs_on(empty)
    assert [one.field for one in PRESETS["txt2img_flux"].needs(empty)] == [
        "unet_name", "clip_name1", "clip_name2", "vae_name",
    ]  # fmt: skip


def test_nodes_that_a_server_lacks_are_named() -> None:
    problems = PRESETS["txt2img_flux"].needs(stocked(without="UNETLoader"))
    assert [(one.kind, one.value) for one in problems] == [("missing_node_type", "UNETLoader")]
    assert PRESETS["txt2img_sd15"].runs_on(stocked(without="UNETLoader"))


def test_models_are_chosen_by_their_names_and_unlikely_ones_said() -> None:
    files = {"checkpoints": ["anime.safetensors", "juggernautXL_v9.safetensors"]}
    server = stocked(files=files)
    graph = PRESETS["txt2img_sdxl"].graph_for(server)
    assert graph["1"]["inputs"]["ckpt_name"] == "juggernautXL_v9.safetensors"
    assert PRESETS["txt2img_sdxl"].needs(server) == ()
    (problem,) = PRESETS["txt2img_sd35"].needs(server)
    assert problem.kind == "model_not_recognized"
    assert PRESETS["txt2img_sd35"].runs_on(server)


def test_two_loras_are_two_where_there_are_two() -> None:
    server = stocked(files={"checkpoints": ["a"], "loras": ["one", "two"]})
    graph = PRESETS["lora_stack"].graph_for(server)
    assert [graph[id_]["inputs"]["lora_name"] for id_ in ("10", "11")] == ["one", "two"]
    assert PRESETS["lora_stack"].graph["10"]["inputs"]["lora_name"] == ""


@pytest.fixture(scope="module")
def engine() -> Iterator[tuple[Server, Ends]]:
    ends = Ends()
    with DemoServer(EngineSettings(step_seconds=0.001)) as demo:
        server = Server(parse_address(demo.url), uuid.uuid4().hex, on_change=ends.note)
        server.start()
        yield server, ends
        server.close()


def picture() -> bytes:
    buffer = BytesIO()
    image = Image.new("RGBA", (96, 64), (200, 120, 40, 255))
    image.paste((0, 0, 0, 0), (32, 16, 64, 48))
    image.save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize("name", PRESETS)
def test_presets_run_to_the_end_on_the_demo_engine(engine: tuple[Server, Ends], name: str) -> None:
    server, ends = engine
    uploaded = server.api.upload(picture(), "picture.png")
    has = parse_catalogue(server.api.object_info())
    graph = PRESETS[name].graph_for(has)
    assert PRESETS[name].runs_on(has)
    for node in graph.values():
        inputs = node["inputs"]
        inputs |= {key: 64 for key in ("width", "height") if key in inputs}
        inputs |= {"steps": 2} if "steps" in inputs else {}
        inputs |= {"image": uploaded} if node["class_type"] == "LoadImage" else {}
    prompt_id = str(uuid.uuid4())
    server.expect(prompt_id, graph, make_plan(graph))
    assert server.submit(prompt_id).problems == ()
    last = ends.of(server, prompt_id)
    assert last.phase is Phase.FINISHED
    assert last.files
