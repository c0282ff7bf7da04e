"""One press becomes records."""

from dataclasses import replace

import pytest
from pydantic import ValidationError

from comfy.workflow.request import MAX_SEED, GenerationRequest
from studio.ids import is_id, new_id
from studio.press import fresh, records_of

REQUEST = GenerationRequest(prompt="x", checkpoint="a", seed=MAX_SEED - 1, prompts=3)

ID = "01a212fd-9f7a-79b9-8abc-aea222ffbfbe"


def test_each_prompt_is_a_generation_with_the_next_seed() -> None:
    records = records_of(REQUEST, "ann", None)
    assert [r.seed for r in records] == [MAX_SEED - 1, MAX_SEED, 0]
    assert {r.group for r in records} == {records[0].id}
    assert sorted(r.position for r in records) == [r.position for r in records]


def test_random_seeds_differ_from_press_to_press() -> None:
    request = GenerationRequest(prompt="x", checkpoint="a")
    assert records_of(request, "ann", None)[0].seed != records_of(request, "ann", None)[0].seed


def test_again_is_one_generation_with_the_same_seed_or_another() -> None:
    record = records_of(REQUEST, "ann", None)[1]
    same, other = fresh(record, "bob", same_seed=True), fresh(record, "bob", same_seed=False)
    assert (same.seed, same.owner, same.prompt) == (record.seed, "bob", "x")
    assert other.seed != record.seed
    assert len({record.id, same.id, other.id}) == 3


def test_a_record_says_what_it_was_made_from_and_how() -> None:
    source = records_of(REQUEST, "ann", None)[0]
    asked = {"parent": source.id, "relation": "variation"}
    changed = records_of(REQUEST.model_copy(update=asked), "ann", None)[0]
    assert (source.parent, source.relation) == ("", "")
    assert (changed.parent, changed.relation) == (source.id, "variation")
    again = fresh(changed, "ann", same_seed=True)
    assert (again.parent, again.relation) == (changed.id, "repeat")
    assert "parent" not in again.request
    graph = {"3": {"class_type": "KSampler", "inputs": {}}}
    workflow = replace(source, request={"workflow": "x", "values": {}}, graph=graph)
    assert fresh(workflow, "ann", same_seed=True).parent == source.id


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
