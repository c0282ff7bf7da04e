"""Workflows over real HTTP: stored, listed, run, and everybody's own."""

from typing import Any

import httpx
import pytest

from comfy.workflow.request import MAX_SEED
from tests.web.generating import ended
from tests.web.presets import CHECKPOINT, GRAPH, stored


def test_a_workflow_is_stored_with_its_fields_and_run_with_values(ann: httpx.Client) -> None:
    fields = {one["key"]: one for one in stored(ann)["fields"]}
    assert fields["3.text"]["label"] == "Prompt"
    assert fields["6.seed"]["value"] == str(MAX_SEED)
    assert CHECKPOINT in fields["1.ckpt_name"]["choices"]
    assert ann.get("/api/workflows").json() == {"workflows": ["sea"]}
    values = {"3.text": "a castle", "6.steps": "3", "6.seed": str(MAX_SEED)}
    run = ann.post("/api/workflows/sea/run", json={"values": values})
    assert run.status_code == 202, run.text
    done = ended(ann, run.json()["generationId"])
    assert (done["status"], done["prompt"], done["steps"]) == ("finished", "a castle", 3)
    assert done["seed"] == str(MAX_SEED)
    assert len(done["images"]) == 1


def test_several_runs_have_seeds_of_their_own(ann: httpx.Client) -> None:
    stored(ann)
    ids = ann.post("/api/workflows/sea/run", json={"count": 3}).json()["generationIds"]
    assert len({ended(ann, id_)["seed"] for id_ in ids}) == 3


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        ({"1.ckpt_name": "demo-landscape.safetensors"}, "1.ckpt_name", "nearest is"),
        ({"6.steps": 0}, "6.steps", "less than"),
        ({"6.steps": "many"}, "6.steps", "whole number"),
        ({"99.nothing": 1}, "99.nothing", "no field"),
    ],
)
def test_a_wrong_value_is_named_before_anything_is_queued(
    ann: httpx.Client, values: dict[str, Any], field: str, says: str
) -> None:
    stored(ann)
    answer = ann.post("/api/workflows/sea/run", json={"values": values})
    assert answer.status_code == 422
    assert says in answer.json()["fields"][field]
    assert ann.get("/api/generations").json()["generations"] == []


@pytest.mark.parametrize(
    ("workflow", "name"), [([], "x"), ({"format": "other"}, "x"), (GRAPH, ""), (GRAPH, "a/b")]
)
def test_what_cannot_be_stored_gets_a_sentence(ann: httpx.Client, workflow: Any, name: str) -> None:
    answer = ann.post("/api/workflows", json={"name": name, "workflow": workflow})
    assert answer.status_code in (409, 422)
    assert answer.json()["error"].endswith(".")


def test_a_strangers_workflow_is_not_there(ann: httpx.Client, bob: httpx.Client) -> None:
    stored(ann)
    assert bob.get("/api/workflows").json() == {"workflows": []}
    for answer in (
        bob.get("/api/workflows/sea"),
        bob.post("/api/workflows/sea/run", json={}),
        bob.delete("/api/workflows/sea"),
    ):
        assert answer.status_code == 404


def test_a_deleted_one_comes_back_with_the_answer(ann: httpx.Client) -> None:
    stored(ann)
    deleted = ann.delete("/api/workflows/sea").json()["deleted"]
    assert ann.get("/api/workflows").json() == {"workflows": []}
    stored(ann, deleted)
    assert ann.get("/api/workflows").json() == {"workflows": ["sea"]}
