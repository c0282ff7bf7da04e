"""How many one press makes: seeds, copies, choices in prompts, grids."""

import pytest

from comfy.workflow.form.form import Field, Form, Kind
from comfy.workflow.prompts.limits import ExpandError
from comfy.workflow.prompts.lists import Lists
from comfy.workflow.request import MAX_SEED
from studio.workflows.presses import many
from studio.workflows.presses import seeds as press
from studio.workflows.presses.many import Many, Range, read_many
from studio.workflows.presses.seeds import SeedModes

SEED = Field("1.seed", "1", "seed", "Seed", "Sampler", Kind.SEED, 5, least=0, most=MAX_SEED)
STEPS = Field("1.steps", "1", "steps", "Steps", "Sampler", Kind.WHOLE, 20, least=1, most=100)
NAMES = ("euler", "heun")
SAMPLER = Field("1.sampler", "1", "sampler", "Sampler", "Sampler", Kind.CHOICE, "euler", NAMES)
PROMPT = Field("2.text", "2", "text", "Prompt", "Prompt", Kind.PROMPT, "a cat", drawn=True)
FORM = Form((PROMPT, STEPS, SAMPLER, SEED))


def test_a_typed_seed_is_exact_to_the_last_digit() -> None:
    seeds = press.seeds_for(FORM, {"1.seed": str(MAX_SEED)}, SeedModes({"1.seed": "fixed"}))
    assert seeds == {"1.seed": MAX_SEED}
    assert press.after(seeds, SeedModes({"1.seed": "fixed"}), 3) == {"1.seed": str(MAX_SEED)}


def test_an_incremented_seed_goes_on_where_the_press_ended() -> None:
    seeds = press.seeds_for(FORM, {}, SeedModes(usual="increment"))
    given = press.given_for([{}, {}, {}], {}, press.counted_on(seeds, 3))
    assert [one["1.seed"] for one in given] == [5, 6, 7]
    assert press.after(seeds, SeedModes(usual="increment"), 3) == {"1.seed": "8"}


def test_a_random_seed_is_drawn_anew_and_left_open() -> None:
    drawn = {press.seeds_for(FORM, {"1.seed": "9"}, SeedModes())["1.seed"] for _ in range(8)}
    assert len(drawn) == 8
    assert press.after({"1.seed": 1}, SeedModes(), 1) == {}


@pytest.mark.parametrize("typed", [None, "x", "-1", True, [], "1" * 21, 1.5])
def test_what_is_no_seed_is_left_to_the_check(typed: object) -> None:
    assert press.seeds_for(FORM, {"1.seed": typed}, SeedModes(usual="fixed")) == {}


@pytest.mark.parametrize(("typed", "count"), [("3", 3), (0, 1), ("x", 1), (10**9, 100), (None, 1)])
def test_the_number_of_each_is_bounded(typed: object, count: int) -> None:
    assert read_many({"prompts": typed}).copies == count


def test_a_grid_shares_a_seed_in_each_round() -> None:
    asked = {"x": "1.steps", "xs": "10, 20", "y": "1.sampler", "ys": "euler, heun", "prompts": 2}
    batch = many.batch(FORM, {}, read_many(asked), Lists())
    assert many.sentence(batch) == (8, "2 × Steps, 2 × Sampler, 2 of each")
    made = many.making(batch, [5, 6])
    rounds = press.counted_on({"1.seed": 5}, made.copies)
    given = press.given_for([v.values for v in made.variants], {}, rounds)
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


def test_choices_in_prompts_are_drawn_unless_every_one_is_wanted() -> None:
    values = {"2.text": "a {red|blue} __animal__"}
    wild = Lists({"animal": ("cat", "dog")})
    every = many.batch(FORM, values, read_many({"matrix": True}), wild)
    assert many.sentence(every) == (2, "2 texts")
    assert many.sentence(many.batch(FORM, values, read_many({"every": True}), wild))[0] == 4
    drawn = many.batch(FORM, values, read_many({}), wild)
    assert many.sentence(drawn) == (1, "")
    (one,) = many.making(drawn, [5]).variants
    assert one.values["2.text"] in {f"a {c} {a}" for c in ("red", "blue") for a in ("cat", "dog")}


def test_only_prompts_are_drawn() -> None:
    code = Field("3.code", "3", "code", "Code", "Code", Kind.PROMPT, "{a|b} __init__")
    assert many.batch(Form((PROMPT, code)), {}, read_many({}), Lists()).texts == {}


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"x": "1.steps", "xs": "1-100", "prompts": 100}, "10,000"),
        ({"x": "1.steps", "xs": "1", "y": "1.steps", "ys": "2"}, "two fields"),
        ({"x": "1.sampler", "xs": "uler"}, "nearest"),
        ({"x": "1.steps", "xs": ""}, "at least one value"),
    ],
)
def test_what_cannot_be_multiplied_gets_a_sentence(asked: dict[str, object], says: str) -> None:
    with pytest.raises(ExpandError, match=says):
        many.sentence(many.batch(FORM, {}, read_many(asked), Lists()))


def test_an_axis_of_a_field_that_is_gone_is_none() -> None:
    assert many.sentence(
        many.batch(FORM, {}, read_many({"x": "9.steps", "xs": "1, 2", "y": 7}), Lists())
    ) == (
        1,
        "",
    )


def test_what_a_page_keeps_is_what_a_program_asks_for() -> None:
    typed = many.typed_values([10, 0.5, "a, b", 'say "hi"', True])
    asked = Many(3, Range("1.steps", typed), None, choices=False, every_line=True)
    assert read_many(many.written(asked)) == asked
    assert typed == '10,0.5,"a, b","say ""hi""",True'
    assert many.typed_values("1-5") == "1-5"


def test_names_with_commas_and_quotes_are_values_of_an_axis() -> None:
    names = ("a, b", 'say "hi"')
    field = Field("1.a", "1", "a", "A", "N", Kind.CHOICE, names[0], names)
    axis = Range("1.a", many.typed_values(names))
    batch = many.batch(Form((field,)), {}, Many(x=axis), Lists())
    assert batch.x
    assert batch.x.values == names
