"""How many pixels each node works on."""

from typing import Any

import pytest

from comfy.graph.plan import make_plan
from comfy.workflow.presets import PRESETS


def node(class_type: str, **inputs: Any) -> dict[str, Any]:
    return {"class_type": class_type, "inputs": inputs}


EMPTY = {"1": node("EmptyLatentImage", width=512, height=512, batch_size=2)}
MP = 0.524288


@pytest.mark.parametrize(
    ("then", "megapixels"),
    [
        (node("KSampler", latent_image=["1", 0]), MP),
        (node("LatentUpscaleBy", scale_by=2.0, samples=["1", 0]), MP * 4),
        (node("LatentUpscale", width=1024, height=512, samples=["1", 0]), MP * 2),
        (node("LatentUpscale", width=0, height=1024, samples=["1", 0]), MP),
        (node("RepeatLatentBatch", amount=3, samples=["1", 0]), MP * 3),
        (node("ImageUpscaleWithModel", image=["1", 0], upscale_model=["9", 0]), MP * 4),
        (node("LatentUpscaleBy", scale_by=float("nan"), samples=["1", 0]), MP),
        (node("LatentUpscaleBy", scale_by=10**400, samples=["1", 0]), MP),
        (node("LatentUpscaleBy", scale_by=1e9, samples=["1", 0]), 0.0),
    ],
)
def test_sizes_follow_the_links(then: dict[str, Any], megapixels: float) -> None:
    graph = {**EMPTY, "2": then, "9": node("UpscaleModelLoader", model_name="2x-soft.pth")}
    assert make_plan(graph).nodes["2"].megapixels == pytest.approx(megapixels)


def test_a_size_that_nobody_tells_is_none() -> None:
    assert make_plan({"1": node("KSampler", latent_image=["7", 0])}).nodes["1"].megapixels == 0.0


def test_the_second_pass_of_high_resolution_weighs_by_its_pixels() -> None:
    plan = make_plan(PRESETS["hires_fix"].graph)
    first, second = plan.nodes["6"], plan.nodes["11"]
    assert first.units == first.steps
    assert 3 < second.units / second.steps < 4
