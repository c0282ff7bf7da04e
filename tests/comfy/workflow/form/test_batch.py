"""Grids, copies and seeds, with prompts that have choices in them."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comfy.workflow.form.batch import MAX_VARIANTS, Batch, count, expand
from comfy.workflow.form.form import Field, Kind
from comfy.workflow.form.grid_axes import MAX_VALUES, Axis, Seeds, read_axis, seeds
from comfy.workflow.prompts.limits import Every, ExpandError
from comfy.workflow.prompts.lists import Lists
from tests.support.examples import examples

COLOURS = Lists({"colour": ("red", "green", "blue")})


def field(kind: Kind, **more: Any) -> Field:
    return Field("6.it", "6", "it", "It", "Sampler", kind, **more)


@pytest.mark.parametrize(
    ("kind", "text", "values"),
    [
        (Kind.WHOLE, "10, 20,30", (10, 20, 30)),
        (Kind.WHOLE, "1-5", (1, 2, 3, 4, 5)),
        (Kind.WHOLE, "5-1", (5, 4, 3, 2, 1)),
        (Kind.WHOLE, "1-9 (+4), 7", (1, 5, 9, 7)),
        (Kind.WHOLE, "-2 - 1", (-2, -1, 0, 1)),
        (Kind.WHOLE, "4, 4, 4", (4,)),
        (Kind.NUMBER, "0.2:0.8:0.1", (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)),
        (Kind.NUMBER, "1:0:0.5", (1.0, 0.5, 0.0)),
        (Kind.SEED, "18446744073709551615", (2**64 - 1,)),
        (Kind.TEXT, 'a, "b, c", ,d', ("a", "b, c", "d")),
        (Kind.SWITCH, "on, off", (True, False)),
    ],
)
def test_axes_are_read(kind: Kind, text: str, values: tuple[Any, ...]) -> None:
    assert read_axis(text, field(kind)).values == values


def test_choices_are_found_by_any_case_and_by_their_beginning() -> None:
    sampler = field(Kind.CHOICE, choices=("euler", "euler_ancestral", "Heun", 8))
    assert read_axis("EULER, heu, 8", sampler).values == ("euler", "Heun", 8)


@pytest.mark.parametrize(
    ("kind", "text", "says"),
    [
        (Kind.WHOLE, "", "at least one"),
        (Kind.WHOLE, "ten", "no number and no range"),
        (Kind.WHOLE, "1.5", "no whole number"),
        (Kind.WHOLE, "0-100000", f"most on one axis is {MAX_VALUES}"),
        (Kind.NUMBER, "0:1:0", "never ends"),
        (Kind.NUMBER, "0:1:0.000000000001", "1000000000001 values"),
        (Kind.WHOLE, "1-60, 1-60", "most values"),
        (Kind.WHOLE, "200", "more than 99"),
        (Kind.CHOICE, "eule_ancestral", "the nearest is “euler_ancestral”"),
        (Kind.SWITCH, "maybe", "“on” or “off”"),
        (Kind.TEXT, "x," * 20_000, "too much text"),
    ],
)
def test_what_is_no_axis_is_said(kind: Kind, text: str, says: str) -> None:
    one = field(kind, choices=("euler", "euler_ancestral") if kind is Kind.CHOICE else (),
                most=99 if kind is Kind.WHOLE and "-" not in text else None)  # fmt: skip
    with pytest.raises(ExpandError, match=says):
        read_axis(text, one)


@settings(max_examples=examples(200), deadline=None)
@given(st.text(max_size=60), st.sampled_from(list(Kind)))
def test_no_axis_raises_anything_but_a_sentence(text: str, kind: Kind) -> None:
    try:
        values = read_axis(text, field(kind, choices=("a", "b"))).values
    except ExpandError:
        return
    assert 0 < len(values) <= MAX_VALUES


def test_seeds_are_the_same_the_next_or_any() -> None:
    assert seeds(Seeds.FIXED, 7, 3) == (7, 7, 7)
    assert seeds(Seeds.INCREMENT, 2**64 - 1, 3) == (2**64 - 1, 0, 1)
    drawn = seeds(Seeds.RANDOM, 7, 50)
    assert drawn[0] == 7
    assert drawn == seeds(Seeds.RANDOM, 7, 50)
    assert len(set(drawn)) == 50
    assert max(drawn) > 2**60
    assert seeds(Seeds.RANDOM, 7, 0) == ()


STEPS = Axis("6.steps", "Steps", (10, 20))
CFG = Axis("6.cfg", "CFG", (1.5, 7.0, 9.0))


def test_a_grid_takes_every_place_once_with_one_seed() -> None:
    made = expand(Batch(x=STEPS, y=CFG, seed_keys=("6.seed",), seed=5))
    assert len(made) == count(Batch(x=STEPS, y=CFG)) == 6
    assert made[1].values == {"6.seed": 5, "6.steps": 20, "6.cfg": 1.5}
    assert (made[1].column, made[1].row, made[1].label) == (1, 0, "Steps 20 · CFG 1.5")
    assert {(one.column, one.row) for one in made} == {(x, y) for x in (0, 1) for y in (0, 1, 2)}


def test_prompts_and_copies_multiply() -> None:
    batch = Batch(
        texts={"3.text": "a {red|blue} cat", "4.text": "plain"},
        copies=2, seed_keys=("6.seed",), seed=9, x=STEPS, every=Every.CHOICES,
    )  # fmt: skip
    made = expand(batch)
    assert len(made) == count(batch) == 8
    assert [one.values["6.seed"] for one in made] == [9] * 4 + [10] * 4
    assert made[0].label == "Steps 10 · copy 1 · a red cat"
    assert made[0].values["4.text"] == "plain"


def test_copies_draw_their_own_wildcards() -> None:
    batch = Batch(texts={"t": "__colour__"}, lists=COLOURS, copies=30, seeds=Seeds.FIXED)
    assert {one.values["t"] for one in expand(batch)} == {"red", "green", "blue"}


def test_copies_are_drawn_by_their_seeds_in_any_order() -> None:
    batch = Batch(texts={"t": "{a|b|c} __colour__"}, lists=COLOURS, copies=3, draws=(4, 5, 6))
    alone = [
        expand(Batch(texts=batch.texts, lists=COLOURS, draws=(seed,)))[0].values["t"]
        for seed in (6, 5, 4)
    ]
    assert [one.values["t"] for one in expand(batch)] == alone[::-1]


def test_an_axis_over_a_prompt_replaces_it() -> None:
    made = expand(Batch(texts={"t": "{a|b|c}"}, x=Axis("t", "Prompt", ("one", "two"))))
    assert [one.values["t"] for one in made] == ["one", "two"]


def test_one_is_made_where_nothing_is_multiplied() -> None:
    (one,) = expand(Batch(texts={"t": "as it is"}))
    assert (one.values, one.label) == ({"t": "as it is"}, "")


@pytest.mark.parametrize(
    ("batch", "says"),
    [
        (Batch(x=STEPS, y=STEPS), "choose two fields"),
        (Batch(copies=0), "At least one"),
        (Batch(copies=MAX_VARIANTS + 1), f"makes {MAX_VARIANTS + 1:,} generations"),
    ],
)
def test_what_cannot_be_made_is_said(batch: Batch, says: str) -> None:
    with pytest.raises(ExpandError, match=says):
        expand(batch)
