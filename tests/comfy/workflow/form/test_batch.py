"""Prompts with choices, wildcards, grids and seeds."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comfy.workflow.form.batch import MAX_VARIANTS, Batch, count, expand
from comfy.workflow.form.form import Field, Kind
from comfy.workflow.form.grid_axes import MAX_VALUES, Axis, Seeds, read_axis, seeds
from comfy.workflow.form.prompt_choices import (
    COUNTED,
    ExpandError,
    count_texts,
    every_text,
    read_lines,
)
from tests.support.examples import examples

WILDCARDS = {
    "colour": ("red", "green", "blue"),
    "animal": ("a __colour__ cat", "a {big|small} dog"),
    "empty": (),
    "ring": ("to __gnir__",),
    "gnir": ("fro __ring__",),
}


def texts(text: str, **options: Any) -> list[str]:
    found = list(every_text(text, WILDCARDS, **options))
    options.pop("seed", None)
    assert len(found) == count_texts(text, WILDCARDS, **options)
    return found


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("plain", ["plain"]),
        ("", [""]),
        ("{a|b} cat", ["a cat", "b cat"]),
        ("{a|b}{1|2}", ["a1", "a2", "b1", "b2"]),
        ("{a|b {x|y}|}!", ["a!", "b x!", "b y!", "!"]),
        ("{only} {{a|b}}", ["{only} {a}", "{only} {b}"]),
        (r"\{a\|b\} {c\|d|e}", ["{a|b} c|d", "{a|b} e"]),
        ("{a|b", ["{a|b"]),
        ("{{a|b}", ["{a", "{b"]),
        ("a|b} c", ["a|b} c"]),
        (r"(cat\)", [r"(cat\)"]),
        ("_x_ {a|b}", ["_x_ a", "_x_ b"]),
    ],
)
def test_choices_are_multiplied(text: str, wanted: list[str]) -> None:
    assert texts(text) == wanted


def test_wildcards_are_drawn_by_seed_and_differ_between_texts() -> None:
    first = texts("__colour__ {a|b|c|d|e|f|g|h}", seed=1)
    assert first == texts("__colour__ {a|b|c|d|e|f|g|h}", seed=1)
    assert first != texts("__colour__ {a|b|c|d|e|f|g|h}", seed=2)
    assert len({one.split()[0] for one in first}) > 1


def test_what_stands_in_a_drawn_line_is_drawn_too() -> None:
    drawn = {next(every_text("__animal__", WILDCARDS, seed=seed)) for seed in range(60)}
    assert drawn == {"a big dog", "a small dog", "a red cat", "a green cat", "a blue cat"}


def test_every_line_of_wildcards_can_be_wanted() -> None:
    assert texts("__animal__", every_line=True) == [
        "a red cat", "a green cat", "a blue cat", "a big dog", "a small dog",
    ]  # fmt: skip


@pytest.mark.parametrize("every_line", [False, True])
@pytest.mark.parametrize(
    ("text", "says"),
    [("__color__", "Did you mean “__colour__”"), ("__empty__", "is empty"), ("__q__", "not known")],
)
def test_unknown_wildcards_are_named(text: str, says: str, every_line: bool) -> None:
    with pytest.raises(ExpandError, match=says):
        count_texts(text, WILDCARDS, every_line=every_line)


def test_wildcards_in_a_ring_are_named() -> None:
    with pytest.raises(ExpandError, match="leads back"):
        count_texts("__ring__", WILDCARDS, every_line=True)
    with pytest.raises(ExpandError, match="leads back"):
        list(every_text("__ring__", WILDCARDS))


def test_lines_without_text_and_comments_are_left_out() -> None:
    assert read_lines("red\n\n  # no\n green \r\n") == ("red", "green")


def test_counting_makes_nothing_and_ends() -> None:
    assert count_texts("{a|b}" * 10_000, {}) == COUNTED
    many = {f"w{n}": (f"__w{n + 1}__",) * 1000 for n in range(20)} | {"w20": ("x",)}
    assert count_texts("__w0__", many, every_line=True) == COUNTED
    with pytest.raises(ExpandError, match="over a billion"):
        expand(Batch(texts={"p": "{a|b}" * 1000}))


def test_braces_too_deep_are_refused() -> None:
    with pytest.raises(ExpandError, match="deep"):
        count_texts("{" * 5000, {})


pieces = st.lists(st.sampled_from(["a", "{", "}", "|", "\\", "__colour__", "_", " "]), max_size=24)


@settings(max_examples=examples(200), deadline=None)
@given(pieces.map("".join), st.integers(0, 5))
def test_any_text_expands_to_as_many_as_counted(text: str, seed: int) -> None:
    try:
        if count_texts(text, WILDCARDS) > 500:
            return
    except ExpandError:  # ``__a__`` and its like are no wildcards here
        return
    assert texts(text, seed=seed) == texts(text, seed=seed)


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
        copies=2, seed_keys=("6.seed",), seed=9, x=STEPS,
    )  # fmt: skip
    made = expand(batch)
    assert len(made) == count(batch) == 8
    assert [one.values["6.seed"] for one in made] == [9] * 4 + [10] * 4
    assert made[0].label == "Steps 10 · copy 1 · a red cat"
    assert made[0].values["4.text"] == "plain"


def test_copies_draw_their_own_wildcards() -> None:
    batch = Batch(texts={"t": "__colour__"}, wildcards=WILDCARDS, copies=30, seeds=Seeds.FIXED)
    assert {one.values["t"] for one in expand(batch)} == {"red", "green", "blue"}


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
        (Batch(copies=MAX_VARIANTS + 1), f"makes {MAX_VARIANTS + 1} generations"),
    ],
)
def test_what_cannot_be_made_is_said(batch: Batch, says: str) -> None:
    with pytest.raises(ExpandError, match=says):
        expand(batch)
