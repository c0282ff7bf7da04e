"""What a record has no such thing of is said to be none, and 0 only where it is asked for."""

from dataclasses import replace

import pytest

from comfy.workflow.request import GenerationRequest
from storage.records import Generation
from studio.generations import made_with
from studio.generations.new_records import press_of, records_of
from tests.support.records import image

MADE = image(0, width=1024, height=640)
PREVIEW = image(1, width=64, height=64, temporary=True)


def built_in(**fields: object) -> Generation:
    request = GenerationRequest.model_validate({"checkpoint": "c", "seed": 0, "cfg": 0, **fields})
    return records_of(press_of(request), "ann")[0]


def workflow(seeds: list[str], **fields: object) -> Generation:
    record = replace(built_in(), width=0, height=0, steps=0, cfg=0.0, seed=0)
    request = {"workflow": "w", "values": {}, "uploads": {}, "seeds": seeds}
    return replace(record, request=request, **fields)  # type: ignore[arg-type] # a record's own


def test_what_a_workflow_does_not_have_is_none() -> None:
    record = workflow([])
    assert (made_with.seed(record), made_with.steps(record), made_with.cfg(record)) == (
        None,
        None,
        None,
    )
    assert (made_with.size(record), made_with.size_text(record)) == (None, "")


def test_a_seed_of_zero_that_is_asked_for_is_a_seed() -> None:
    assert made_with.seed(workflow(["3.seed"])) == 0
    assert (made_with.seed(built_in()), made_with.cfg(built_in())) == (0, 0.0)


@pytest.mark.parametrize("record", [workflow([]), built_in(image="kept.png")])
def test_where_an_image_decides_the_size_it_is_that_of_what_came_out(record: Generation) -> None:
    assert made_with.size(replace(record, images=(PREVIEW, MADE))) == (1024, 640)
    assert made_with.size(replace(record, images=(PREVIEW,))) == (64, 64)


def test_only_a_size_that_is_not_known_is_stored() -> None:
    assert made_with.made_fields(workflow([]), (MADE,)) == {"width": 1024, "height": 640}
    assert made_with.made_fields(workflow([]), (image(0, width=0, height=0),)) == {}
    assert made_with.made_fields(built_in(), (MADE,)) == {}


def test_an_import_has_a_seed_only_where_its_file_says_one() -> None:
    imported = replace(built_in(), origin="import", seed=0)
    assert made_with.seed(replace(imported, request={"prompt": "x"})) is None
    assert made_with.seed(replace(imported, request={"seed": 0})) == 0
