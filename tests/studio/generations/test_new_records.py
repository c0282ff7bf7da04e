"""One press becomes records."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import studio
from comfy.workflow.catalogue import parse_catalogue
from comfy.workflow.families.build import build_graph
from comfy.workflow.file_names import named
from comfy.workflow.form.form import make_form
from comfy.workflow.request import MAX_SEED, GenerationRequest
from storage.records import Generation
from studio.generations.new_records import press_again, press_of, records_of
from studio.generations.seeds import drawn_seeds
from studio.ids import is_id, new_id
from studio.requested import graph_of, seeds_of, uploads_of

REQUEST = GenerationRequest(prompt="x", checkpoint="a", seed=MAX_SEED - 1, prompts=3)

ID = "01a212fd-9f7a-79b9-8abc-aea222ffbfbe"


def test_each_prompt_is_a_generation_with_the_next_seed() -> None:
    records = records_of(press_of(REQUEST), "ann")
    assert [r.seed for r in records] == [MAX_SEED - 1, MAX_SEED, 0]
    assert {r.group for r in records} == {records[0].id}
    assert sorted(r.position for r in records) == [r.position for r in records]


def test_random_seeds_differ_from_press_to_press() -> None:
    request = GenerationRequest(prompt="x", checkpoint="a")
    assert (
        records_of(press_of(request), "ann")[0].seed != records_of(press_of(request), "ann")[0].seed
    )


def test_again_is_one_generation_with_the_same_seed_or_another() -> None:
    record = records_of(press_of(REQUEST), "ann")[1]
    same, other = (
        records_of(press_again(record, same_seed=True), "bob")[0],
        records_of(press_again(record, same_seed=False), "bob")[0],
    )
    assert (same.seed, same.owner, same.prompt) == (record.seed, "bob", "x")
    assert other.seed != record.seed
    assert len({record.id, same.id, other.id}) == 3


def test_a_record_says_what_it_was_made_from_and_how() -> None:
    source = records_of(press_of(REQUEST), "ann")[0]
    asked = {"parent": source.id, "relation": "variation"}
    changed = records_of(press_of(REQUEST.model_copy(update=asked)), "ann")[0]
    assert (source.parent, source.relation) == ("", "")
    assert (changed.parent, changed.relation) == (source.id, "variation")
    again = records_of(press_again(changed, same_seed=True), "ann")[0]
    assert (again.parent, again.relation) == (changed.id, "repeat")
    assert "parent" not in again.request
    graph = {"3": {"class_type": "KSampler", "inputs": {}}}
    workflow = replace(source, request={"workflow": "x", "values": {}}, graph=graph)
    assert records_of(press_again(workflow, same_seed=True), "ann")[0].parent == source.id


@pytest.mark.parametrize("parent", ["x", "../../etc/passwd", ID.upper(), f"{ID}\n"])
def test_a_parent_that_is_no_id_is_refused(parent: str) -> None:
    with pytest.raises(ValidationError, match="parent"):
        GenerationRequest(checkpoint="a", parent=parent)


def test_ids_are_lower_case_version_7_uuids() -> None:
    id_ = new_id()
    assert is_id(id_)
    assert id_[14] == "7"
    assert not is_id(id_.upper())
    assert not is_id("../../x")


def of_workflow(inputs: dict[str, int], limits: dict[str, list[int]] | None = None) -> Generation:
    graph = {"1": {"class_type": "Odd", "inputs": {"prompt": "x", **inputs}}}
    keys = [f"1.{name}" for name in inputs]
    request = {"workflow": "w", "values": {}, "uploads": {}, "seeds": keys}
    source = records_of(press_of(REQUEST), "ann")[0]
    if limits:
        request["seedLimits"] = {f"1.{name}": pair for name, pair in limits.items()}
    return replace(source, request=request, graph=graph, seed=next(iter(inputs.values())))


@pytest.mark.parametrize(
    ("seed", "most"), [(123, 2**31), (2**31 - 1, 2**31), (2**31, 2**32), (2**40, 2**53)]
)
def test_a_new_seed_is_one_that_the_field_of_the_old_one_takes(seed: int, most: int) -> None:
    for _ in range(100):
        anew = records_of(press_again(of_workflow({"seed": seed}), same_seed=False), "ann")[0]
        assert 0 <= anew.graph["1"]["inputs"]["seed"] < most
        assert anew.seed == anew.graph["1"]["inputs"]["seed"]


def test_every_seed_of_a_graph_stays_within_what_its_own_field_takes() -> None:
    limits = {"seed": [1, 65_535], "noise_seed": [0, 9], "other": [0, MAX_SEED]}
    record = of_workflow({"seed": 1000, "noise_seed": 5, "other": 7}, limits)
    for _ in range(200):
        inputs = records_of(press_again(record, same_seed=False), "ann")[0].graph["1"]["inputs"]
        for name, (least, most) in limits.items():
            assert least <= inputs[name] <= most
    assert records_of(press_again(record, same_seed=True), "ann")[0].graph == record.graph


@given(least=st.floats() | st.integers() | st.none(), most=st.floats() | st.integers() | st.none())
def test_a_seed_can_be_drawn_whatever_limits_a_server_names(
    least: float | None, most: float | None
) -> None:
    options = {"min": least, "max": most}
    info = {"input": {"required": {"seed": ["INT", options]}}, "output_node": True}
    graph = {"1": {"class_type": "Odd", "inputs": {"seed": 5}}}
    form = make_form(graph, parse_catalogue({"Odd": info}))
    assert all(0 <= seed <= MAX_SEED for seed in drawn_seeds(form).values())


# The built-in form is a preset: its graph is made at the press


def test_a_press_of_the_built_in_form_holds_its_graph_and_seed() -> None:
    request = REQUEST.model_copy(update={"image": "kept.png", "prompts": 2})
    first, second = records_of(press_of(request), "ann")
    assert first.graph == build_graph(request, MAX_SEED - 1, "kept.png")
    assert [r.graph["6"]["inputs"]["seed"] for r in (first, second)] == [MAX_SEED - 1, MAX_SEED]
    assert uploads_of(first) == {"9.image": "kept.png"}
    assert seeds_of(first) == ("6.seed",)


def test_a_record_of_an_earlier_version_which_has_no_graph_asks_for_the_same() -> None:
    now = records_of(press_of(REQUEST), "ann")[1]
    earlier = replace(now, graph={})
    assert graph_of(earlier) == now.graph
    same = records_of(press_again(earlier, same_seed=True), "ann")[0]
    assert (same.graph, same.seed) == (now.graph, now.seed)
    other = records_of(press_again(earlier, same_seed=False), "ann")[0]
    assert other.seed != now.seed
    assert other.graph["6"]["inputs"]["seed"] == other.seed
    assert (other.parent, other.relation, other.request["prompts"]) == (now.id, "repeat", 1)


def test_what_was_sent_is_asked_for_again_under_no_name_of_its_own() -> None:
    (record,) = records_of(press_of(REQUEST.model_copy(update={"prompts": 1})), "ann")
    sent = replace(record, graph=named(record.graph, record.id))
    assert sent.graph != record.graph
    assert records_of(press_again(sent, same_seed=True), "ann")[0].graph == record.graph


def test_generations_are_made_in_one_place() -> None:
    root = Path(studio.__file__).parents[1]
    files = (file for part in ("studio", "ui", "web") for file in (root / part).rglob("*.py"))
    making = {
        str(file.relative_to(root))
        for file in files
        if re.search(r"jobs\.create\(|store(\.generations)?\.add\(", file.read_text())
    }
    assert making == {
        "studio/generations/generations.py",
        "studio/jobs/jobs.py",
        "studio/library/import_job.py",
    }
