"""What is taken where a program names nothing: models and seeds."""

from typing import Any

import pytest

from comfy.demo.http.server import DemoServer
from comfy.workflow.form.form import Kind, make_form
from comfy.workflow.presets import PRESETS
from storage.records import Generation
from studio.access.viewer import Viewer
from studio.errors import StudioError
from studio.generations.defaults import FIRST, LAST_USED, Checkpoint, usual_checkpoint
from studio.servers.catalogues import Choices
from studio.studio import Studio
from studio.workflows.presets import Preset
from studio.workflows.presses.many import Many
from tests.studio.conftest import Open
from tests.support.records import generation

ANN = Viewer("user:ann")
TWO = Choices(("a.safetensors", "b.safetensors"), loaded=True)


def used(*checkpoints: str, **fields: Any) -> list[Generation]:
    return [generation(n, checkpoint=c, **fields) for n, c in enumerate(checkpoints)]


@pytest.mark.parametrize(
    ("past", "choices", "taken"),
    [
        (used("b.safetensors", "a.safetensors"), TWO, Checkpoint("b.safetensors", LAST_USED)),
        (used("gone", "b.safetensors"), TWO, Checkpoint("b.safetensors", LAST_USED)),
        (used("", "gone"), TWO, Checkpoint("a.safetensors", FIRST)),
        ([], TWO, Checkpoint("a.safetensors", FIRST)),
        (used("b.safetensors", request={"workflow": "w"}), TWO, Checkpoint("a.safetensors", FIRST)),
        (used("any"), Choices(), Checkpoint("any", LAST_USED)),
    ],
)
def test_the_last_used_model_that_is_there_else_the_first(
    past: list[Generation], choices: Choices, taken: Checkpoint
) -> None:
    assert usual_checkpoint(past, choices) == taken


@pytest.mark.parametrize(
    ("choices", "sentence"), [(Choices(), "No server"), (Choices(loaded=True), "no model")]
)
def test_without_any_model_a_sentence_says_so(choices: Choices, sentence: str) -> None:
    with pytest.raises(StudioError, match=sentence):
        usual_checkpoint([], choices)


PAIR = Many(2, choices=False)


@pytest.fixture
def paused(engine: DemoServer, open_studio: Open) -> Studio:
    studio = open_studio(engine)
    studio.servers.refresh()
    studio.queue.pause(ANN)
    return studio


@pytest.mark.parametrize("seed", [-1, "-1", -1.0])
def test_minus_one_is_a_random_seed_in_a_workflow(paused: Studio, seed: object) -> None:
    graph = PRESETS["txt2img_sd15"].graph_for(paused.workflows.catalogue)
    form = make_form(graph, paused.workflows.catalogue)
    key = next(field.key for field in form.fields if field.kind is Kind.SEED)
    made = paused.runs.run(ANN, Preset("w", graph), {key: seed}, many=PAIR, random_seeds=False).made
    assert len({one.seed for one in made}) == 2
    node, _, name = key.partition(".")
    for one in made:
        assert one.graph[node]["inputs"][name] == one.seed >= 0


def test_minus_one_in_a_preset_itself_is_a_random_seed(paused: Studio) -> None:
    graph = PRESETS["txt2img_sd15"].graph_for(paused.workflows.catalogue)
    form = make_form(graph, paused.workflows.catalogue)
    key = next(field.key for field in form.fields if field.kind is Kind.SEED)
    node, _, name = key.partition(".")
    graph = {**graph, node: {**graph[node], "inputs": {**graph[node]["inputs"], name: -1}}}
    made = paused.runs.run(ANN, Preset("w", graph), {}, many=PAIR, random_seeds=False).made
    assert len({one.seed for one in made}) == 2


@pytest.mark.parametrize("seed", [-1, "-1", None])
def test_minus_one_is_a_random_seed_for_gradio_client_and_tools(
    paused: Studio, seed: object
) -> None:
    endpoint = next(e for e in paused.endpoints.all(ANN) if e.name == "txt2img_sd15")
    argument = next(a for a in endpoint.arguments if a.field.kind is Kind.SEED)
    assert argument.schema["minimum"] == -1
    runs = [paused.endpoints.run(ANN, endpoint, {argument.name: seed}, {}) for _ in range(2)]
    made = [run.made[0] for run in runs]
    assert made[0].seed != made[1].seed
    assert all(one.seed >= 0 for one in made)
