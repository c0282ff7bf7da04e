"""How many one press makes: seeds, copies, choices in prompts, grids."""

import pytest

from comfy.workflow.form.form import Field, Form, Kind
from comfy.workflow.form.prompt_choices import ExpandError
from comfy.workflow.request import MAX_SEED
from studio.workflows import batch as many
from studio.workflows import press_seeds as press

SEED = Field("1.seed", "1", "seed", "Seed", "Sampler", Kind.SEED, 5, least=0, most=MAX_SEED)
STEPS = Field("1.steps", "1", "steps", "Steps", "Sampler", Kind.WHOLE, 20, least=1, most=100)
NAMES = ("euler", "heun")
SAMPLER = Field("1.sampler", "1", "sampler", "Sampler", "Sampler", Kind.CHOICE, "euler", NAMES)
PROMPT = Field("2.text", "2", "text", "Prompt", "Prompt", Kind.PROMPT, "a cat")
FORM = Form((PROMPT, STEPS, SAMPLER, SEED))


def test_a_typed_seed_is_exact_to_the_last_digit() -> None:
    seeds = press.seeds_for(FORM, {"1.seed": str(MAX_SEED)}, {"1.seed": "fixed"}, "random")
    assert seeds == {"1.seed": MAX_SEED}
    assert press.after(seeds, {"1.seed": "fixed"}, "random", 3) == {"1.seed": str(MAX_SEED)}


def test_an_incremented_seed_goes_on_where_the_press_ended() -> None:
    seeds = press.seeds_for(FORM, {}, {}, "increment")
    given = press.given_for([{}, {}, {}], {}, seeds, 1)
    assert [one["1.seed"] for one in given] == [5, 6, 7]
    assert press.after(seeds, {}, "increment", 3) == {"1.seed": "8"}


def test_a_random_seed_is_drawn_anew_and_left_open() -> None:
    drawn = {press.seeds_for(FORM, {"1.seed": "9"}, {}, "random")["1.seed"] for _ in range(8)}
    assert len(drawn) == 8
    assert press.after({"1.seed": 1}, {}, "random", 1) == {}


@pytest.mark.parametrize("typed", [None, "x", "-1", True, [], "1" * 21, 1.5])
def test_what_is_no_seed_is_left_to_the_check(typed: object) -> None:
    assert press.seeds_for(FORM, {"1.seed": typed}, {}, "fixed") == {}


@pytest.mark.parametrize(("typed", "count"), [("3", 3), (0, 1), ("x", 1), (10**9, 100), (None, 1)])
def test_the_number_of_each_is_bounded(typed: object, count: int) -> None:
    assert press.times({"prompts": typed}) == count


def test_a_grid_shares_a_seed_in_each_round() -> None:
    asked = {"x": "1.steps", "xs": "10, 20", "y": "1.sampler", "ys": "euler, heun", "prompts": 2}
    batch = many.batch(FORM, {}, asked, {})
    assert many.sentence(batch) == (8, "2 × Steps, 2 × Sampler, 2 of each")
    made = many.making(batch, 5)
    given = press.given_for([v.values for v in made.variants], {}, {"1.seed": 5}, made.per_copy)
    assert [one["1.seed"] for one in given] == [5] * 4 + [6] * 4
    assert [(one["1.steps"], one["1.sampler"]) for one in given[:4]] == [
        (10, "euler"),
        (20, "euler"),
        (10, "heun"),
        (20, "heun"),
    ]
    assert (made.columns, made.rows) == (
        ("Steps 10", "Steps 20"),
        ("Sampler euler", "Sampler heun"),
    )


def test_choices_in_prompts_are_multiplied_unless_they_are_turned_off() -> None:
    values = {"2.text": "a {red|blue} __animal__"}
    wild = {"animal": ("cat", "dog")}
    assert many.sentence(many.batch(FORM, values, {}, wild)) == (2, "2 texts")
    assert many.sentence(many.batch(FORM, values, {"every": True}, wild))[0] == 4
    assert many.sentence(many.batch(FORM, values, {"matrix": False}, wild)) == (1, "")


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"x": "1.steps", "xs": "1-100", "prompts": 100}, "10000"),
        ({"x": "1.steps", "xs": "1", "y": "1.steps", "ys": "2"}, "two fields"),
        ({"x": "1.sampler", "xs": "uler"}, "nearest"),
        ({"x": "1.steps", "xs": ""}, "at least one value"),
    ],
)
def test_what_cannot_be_multiplied_gets_a_sentence(asked: dict[str, object], says: str) -> None:
    with pytest.raises(ExpandError, match=says):
        many.sentence(many.batch(FORM, {}, asked, {}))


def test_an_axis_of_a_field_that_is_gone_is_none() -> None:
    assert many.sentence(many.batch(FORM, {}, {"x": "9.steps", "xs": "1, 2", "y": 7}, {})) == (
        1,
        "",
    )
