"""Prompts on their way into records: drawn by the seed of each, and kept as they were typed."""

import re

import pytest

from comfy.workflow.prompts.lists import Lists
from comfy.workflow.prompts.styles import Style
from comfy.workflow.request import GenerationRequest
from storage.records import Generation
from studio.errors import Invalid
from studio.generations.new_records import press_again, press_of, records_of
from ui.generate.earlier import of_record

LISTS = Lists({"colour": ("red", "green", "blue")})


def records(prompt: str, **fields: object) -> tuple[Generation, ...]:
    wanted = GenerationRequest.model_validate(
        {"prompt": prompt, "checkpoint": "sd15.safetensors", "seed": 7, **fields}
    )
    return records_of(press_of(wanted, lists=LISTS), "user:ann")


def sent(record: Generation) -> str:
    """The prompt in the graph of *record*."""
    return str(record.graph["3"]["inputs"]["text"])


def test_each_of_a_press_is_drawn_by_its_own_seed() -> None:
    made = records("a {1|2|3|4|5} __colour__ door", prompts=6)
    assert len({one.prompt for one in made}) > 1
    assert [sent(one) for one in made] == [one.prompt for one in made]
    assert {one.typed_prompt for one in made} == {"a {1|2|3|4|5} __colour__ door"}
    third = records("a {1|2|3|4|5} __colour__ door", seed=9)[0]
    assert third.prompt == made[2].prompt


def test_what_is_drawn_as_itself_is_kept_once() -> None:
    (one,) = records("a (red:1.2) door, <3", negative_prompt="[blurry]")
    assert (one.prompt, one.typed_prompt, one.typed_negative_prompt) == (
        "a (red:1.2) door, <3", "", "",
    )  # fmt: skip


def test_loras_are_taken_out_of_what_is_drawn_and_come_back_as_typed() -> None:
    typed = "a door {<lora:a__b__c:0.8>|<lora:d:0.5>}"
    made = records(typed, prompts=12, loras=[{"name": "first"}])
    assert {(one.prompt, sent(one)) for one in made} == {("a door", "a door")}
    assert {one.loras for one in made} == {("first", "a__b__c"), ("first", "d")}
    filled = of_record(made[0])
    assert filled["prompt"] == made[0].typed_prompt == typed
    assert filled["loras"] == [{"name": "first", "weight": 1.0, "on": True}]
    for one in records(typed, combinations=True):
        (again,) = press_again(one, same_seed=True).generations
        assert again.graph == one.graph
        assert of_record(one)["prompt"] != typed


STYLES = (
    Style("Ink", "{ink|pencil} of {prompt} <lora:lines:0.5>", "color"),
    Style("Dusk", "__colour__ dusk"),
)


def with_styles(**fields: object) -> tuple[Generation, ...]:
    wanted = GenerationRequest.model_validate(
        {"prompt": "a {big|small} door", "checkpoint": "sd15.safetensors", "seed": 7}
        | {"styles": ["Ink", "Dusk"], "negative_prompt": "red", **fields}
    )
    return records_of(press_of(wanted, lists=LISTS, styles=STYLES), "user:ann")


def test_styles_go_around_what_is_typed_before_choices_are_drawn_and_loras_taken_out() -> None:
    for one in with_styles(prompts=8):
        assert re.fullmatch(
            r"(ink|pencil) of a (big|small) door, (red|green|blue) dusk", one.prompt
        )
        assert one.negative_prompt == "red, color"
        assert (sent(one), one.loras) == (one.prompt, ("lines",))
        assert (one.typed_prompt, one.typed_negative_prompt) == ("a {big|small} door", "red")
        filled = of_record(one)
        assert (filled["prompt"], filled["negative_prompt"]) == ("a {big|small} door", "red")
        assert filled["styles"] == ["Ink", "Dusk"]


def test_one_of_all_combinations_of_styles_asks_for_itself_alone() -> None:
    made = with_styles(combinations=True)
    assert len({one.prompt for one in made}) == 12
    assert all(one.request["styles"] == [] for one in made)
    assert of_record(made[3])["styles"] == []


def test_a_prompt_that_is_too_long_with_its_styles_is_refused() -> None:
    wanted = GenerationRequest(prompt="x" * 90_000, checkpoint="m", styles=("Echo",))
    with pytest.raises(Invalid) as refused:
        press_of(wanted, styles=[Style("Echo", "{prompt} {prompt} {prompt}")])
    assert refused.value.fields.keys() == {"styles"}


def test_every_combination_is_made_with_one_seed_and_can_be_made_again_alone() -> None:
    made = records("{a|b} __colour__", negative_prompt="{x|y}", combinations=True)
    assert len({(one.prompt, one.negative_prompt) for one in made}) == 12
    assert {one.seed for one in made} == {7}
    assert {one.typed_prompt for one in made} == {"{a|b} __colour__"}
    assert [of_record(one)["prompt"] for one in made] == [one.prompt for one in made]


def test_the_form_is_filled_with_what_was_typed_and_old_prompts_keep_their_meaning() -> None:
    (one,) = records("{a|b} door")
    assert of_record(one)["prompt"] == "{a|b} door"
    (old,) = records(r"\{a\|b\} door")
    assert old.prompt == "{a|b} door"
    before = Generation(
        *(old.id, old.group, old.owner, old.status, old.created_at),
        {"prompt": "{a|b} door", "checkpoint": "sd15.safetensors"},
        prompt="{a|b} door",
    )
    assert of_record(before)["prompt"] == r"\{a\|b\} door"


def test_made_again_it_is_what_was_drawn_and_says_what_was_typed() -> None:
    (one,) = records("{a|b|c} door")
    for same_seed in (True, False):
        (again,) = records_of(press_again(one, same_seed=same_seed), one.owner)
        assert (again.prompt, sent(again), again.typed_prompt) == (
            one.prompt, one.prompt, "{a|b|c} door",
        )  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "where", "says"),
    [
        ({"prompt": "__color__"}, "prompt", "Did you mean “__colour__”"),
        ({"negative_prompt": "__x__"}, "negative_prompt", "not known"),
        ({"prompt": "{a|b}" * 100, "combinations": True}, "prompt", "over 10\\^30"),
        ({"prompt": "{a|b}" * 9, "combinations": True, "prompts": 2}, "prompt", "1,024"),
    ],
)
def test_what_cannot_be_made_is_refused_at_its_field(
    fields: dict[str, object], where: str, says: str
) -> None:
    with pytest.raises(Invalid, match=says) as refused:
        records(**{"prompt": "", **fields})  # type: ignore[arg-type]
    assert list(refused.value.fields) == [where]
