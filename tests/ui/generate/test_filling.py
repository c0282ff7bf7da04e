"""What is said beneath the model's choices: never that all is well while no server answers."""

import pytest

from comfy.client.reconcile.freshness import Freshness, Link
from studio.servers.catalogues import Choices
from studio.servers.state import ServerState
from ui.generate.offered import NO_MODELS, note, refreshed, spelled
from ui.shell.header import offers_key

LOADED = Choices(checkpoints=("a.safetensors", "b.safetensors"), loaded=True)
GONE = "gpu cannot be reached: check that ComfyUI runs there."
UP = ServerState("gpu", "http://gpu", Freshness(Link.LIVE))
DOWN = ServerState("gpu", "http://gpu", Freshness(Link.UNREACHABLE), error=GONE)


@pytest.mark.parametrize(
    ("choices", "servers", "text"),
    [
        (LOADED, [UP], ""),
        (LOADED, [UP, DOWN], ""),
        (LOADED, [DOWN], f"{GONE} Jobs wait until it is back."),
        (Choices(), [DOWN, DOWN], f"{GONE} Jobs wait until it is back."),
        (Choices(), [UP], "Asking the server for its models…"),
        (Choices(loaded=True), [UP], NO_MODELS),
        (Choices(error="It wants a login (401)."), [UP], "It wants a login (401)."),
    ],
)
def test_an_open_page_is_told_what_is_so(
    choices: Choices, servers: list[ServerState], text: str
) -> None:
    said = note(choices, servers)
    assert text in said
    assert bool(said) is bool(text)


@pytest.mark.parametrize(
    ("choices", "text"),
    [
        (LOADED, "Up to date: 2 models."),
        (Choices(checkpoints=("a",), loaded=True), "Up to date: 1 model."),
        (Choices(loaded=True), NO_MODELS),
        (Choices(("a",), loaded=True, error=GONE), f"{GONE} The lists are as they were before."),
        (Choices(loaded=True, error=GONE), f"{GONE} The lists are as they were before."),
    ],
)
def test_a_refresh_says_what_it_found_or_that_it_found_nothing_out(
    choices: Choices, text: str
) -> None:
    assert text in refreshed(choices)
    assert ("Up to date" in refreshed(choices)) is text.startswith("Up")


def test_a_page_sees_that_its_choices_are_old() -> None:
    keys = {offers_key(1, [UP]), offers_key(2, [UP]), offers_key(1, [DOWN]), offers_key(1, [UP])}
    assert len(keys) == 3


def test_models_of_another_program_s_image_are_found_under_the_server_s_names() -> None:
    choices = Choices(("SDXL\\Dream.safetensors",), loras=("ink/Line_v2.safetensors",), loaded=True)
    loras = [{"name": "line v2", "weight": 0.5, "on": True}]
    found = spelled({"checkpoint": "dream.ckpt", "loras": loras, "steps": 7}, choices)
    assert found == {
        "checkpoint": "SDXL\\Dream.safetensors",
        "loras": [{"name": "ink/Line_v2.safetensors", "weight": 0.5, "on": True}],
    }
    lacking = {"checkpoint": "other", "loras": [{"name": "gone", "weight": 1.0, "on": True}]}
    assert spelled(lacking, choices) == lacking
