"""Where a form's settings came from is noted, and nothing else is."""

from typing import Any

import pytest

from studio.workflows.presses.made_from import NONE, Source, read_source
from tests.ui.samples import image, record
from ui.generate import made_from, request_fields

ONE = record().id


def test_what_is_shown_is_what_is_read() -> None:
    made = made_from.shown(record(images=(image(), image(1))), "input", 1)
    assert (made["prompt"], made["n"], made["thumb"]) == ("a lake", 1, True)
    assert read_source(made) == Source(ONE, "input")


@pytest.mark.parametrize(
    "value",
    [None, {}, [], "x", {"id": ONE}, {"id": "x", "how": "input"}, {"id": ONE, "how": "repeat"}],
)
def test_anything_else_is_no_source(value: Any) -> None:
    assert read_source(value) == NONE


def test_it_goes_with_its_picture_but_a_variation_stays() -> None:
    assert made_from.without_picture({"id": ONE, "how": "input"}) == {}
    varied = {"id": ONE, "how": "variation"}
    assert made_from.without_picture(varied) == varied


def test_a_request_names_its_parent() -> None:
    values = request_fields.fields(
        request_fields.read({**dict.fromkeys(request_fields.FIELDS), **NUMBERS})
    )
    request = request_fields.read(values, "", Source(ONE, "variation"))
    assert (request.parent, request.relation) == (ONE, "variation")


NUMBERS = {"width": 512, "height": 512, "steps": 4, "cfg": 7.0}
NUMBERS |= {"images_per_prompt": 1, "prompts": 1}
