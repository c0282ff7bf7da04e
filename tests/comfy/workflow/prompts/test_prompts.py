"""The language of prompts: what is drawn, what is counted, and what is left as it is."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comfy.workflow.prompts.limits import (
    COUNTED,
    MAX_DEPTH,
    MAX_DRAWS,
    MAX_PATTERNS,
    Every,
    ExpandError,
    many,
)
from comfy.workflow.prompts.lists import Lists, read_lines
from comfy.workflow.prompts.parse import escaped, is_plain
from comfy.workflow.prompts.prompts import Prompts
from tests.support.examples import examples

LISTS = Lists(
    {
        "colour": ("red", "green", "blue"),
        "animal": ("a __colour__ cat", "a {big|small} dog"),
        "animals/cats": ("lynx", "puma"),
        "animals/dogs": ("wolf",),
        "animals/birds/small": ("wren",),
        "rare": ("3::often", "1::seldom", "0::never"),
        "broken": ("fine", "a __colur__ cat"),
        "empty": (),
        "ring": ("to __gnir__", "a"),
        "gnir": ("fro __ring__", "b"),
    }
)


def texts(text: str, every: Every = Every.CHOICES, seed: int = 0) -> list[str]:
    prompts = Prompts({"t": text}, LISTS, every)
    found = [one["t"] for one in prompts.drawn(seed)]
    assert len(found) == prompts.count()
    return found


def made(prompts: Prompts) -> str:
    prompts.count()
    return next(prompts.drawn(0))["t"]


def drawn(text: str, seeds: int = 60) -> set[str]:
    return {texts(text, Every.NOTHING, seed)[0] for seed in range(seeds)}


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
        ("{3::a|b}", ["a", "b"]),
        ("{0::a|b|0.5::c}", ["b", "c"]),
        ("{3::only} {3::a", ["{3::only} {3::a"]),
        ("{2$$a|b|c}", ["a, b", "a, c", "b, c"]),
        ("{2$$ and $$a|b|c}", ["a and b", "a and c", "b and c"]),
        ("{1-2$$/$$a|b}", ["a", "b", "a/b"]),
        ("{-1$$a|b}", ["", "a", "b"]),
        ("{2-$$+$$a|b|c}", ["a+b", "a+c", "b+c", "a+b+c"]),
        ("{5$$a|b}", ["a, b"]),
        ("{2$$a|{b|c}}", ["a, b", "a, c"]),
        ("{1$$a}", ["a"]),
        ("$$ {$$a|b} {2$$a", ["$$ $$a {2$$a", "$$ b {2$$a"]),
        (r"\__colour__", ["__colour__"]),
    ],
)
def test_choices_are_made_in_every_way(text: str, wanted: list[str]) -> None:
    assert texts(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "(a:1.2) [b] ((c)) [[d]] BREAK e",
        "<lora:my__style__v2:0.8> <lora:a:1:0.5>",
        "embedding:bad__hands__5, EMBEDDING:x__y__z:1.1",
        r"(^_^) \(cat\) __ ___ a__b :: $$ 3::a",
        "{NovelAI} {{strong}} } { ||",
        '{"json": [1, 2]} 日本語 __ __',
        "<hypernet:__x:1>",
    ],
)
def test_what_other_programs_write_is_left_exactly_as_it_is(text: str) -> None:
    assert is_plain(text)
    assert texts(text, Every.NOTHING) == [text]


def test_names_of_loras_can_be_drawn_as_a_whole() -> None:
    assert texts("<lora:__colour__:0.8>", Every.LINES) == [
        "<lora:red:0.8>", "<lora:green:0.8>", "<lora:blue:0.8>",
    ]  # fmt: skip
    assert texts("{<lora:a:1>|embedding:__animals/dogs__}", Every.LINES) == [
        "<lora:a:1>", "embedding:wolf",
    ]  # fmt: skip


def test_weights_say_how_often() -> None:
    found = [texts("{3::a|b|0::c}", Every.NOTHING, seed)[0] for seed in range(2000)]
    assert "c" not in found
    assert 0.7 < found.count("a") / len(found) < 0.8
    lines = [texts("__rare__", Every.NOTHING, seed)[0] for seed in range(2000)]
    assert set(lines) == {"often", "seldom"}
    assert 0.7 < lines.count("often") / len(lines) < 0.8


def test_several_are_picked_once_each_and_in_order() -> None:
    assert drawn("{2$$a|b|c}") == {"a, b", "a, c", "b, c"}
    assert drawn("{2$$-$$__colour__}") == {"red-green", "red-blue", "green-blue"}
    assert texts("{2$$-$$__colour__}", Every.LINES) == ["red-green", "red-blue", "green-blue"]
    assert len(texts("{2$$-$$__colour__}", Every.CHOICES)) == 1


def test_wildcards_are_found_by_name_and_by_pattern() -> None:
    assert drawn("__animals/cats__") == {"lynx", "puma"}
    assert drawn("__animals/*__") == {"lynx", "puma", "wolf"}
    assert drawn("__**/small__") == {"wren"}
    assert drawn("__animals/**__") == {"lynx", "puma", "wolf", "wren"}


def test_what_stands_in_a_drawn_line_is_drawn_too() -> None:
    every = {"a big dog", "a small dog", "a red cat", "a green cat", "a blue cat"}
    assert drawn("__animal__") == every
    assert set(texts("__animal__", Every.LINES)) == every


@pytest.mark.parametrize("every", list(Every))
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("__color__", "“__color__” is not known. Did you mean “__colour__”"),
        ("__cats__", "Did you mean “__animals/cats__”"),
        ("__empty__", "is empty"),
        ("__q__", "not known"),
        ("__q/*__", "No wildcard list has a name like “q/\\*”"),
        (
            "{a|__broken__}",
            "“__colur__” is not known. It stands in “__broken__”. Did you mean “__colour__”",
        ),
        ("__ring__", "leads back to itself"),
    ],
)
def test_what_cannot_be_drawn_is_said_before_anything_is(
    text: str, says: str, every: Every
) -> None:
    with pytest.raises(ExpandError, match=says):
        Prompts({"t": text}, LISTS, every).count()


def test_the_same_seed_draws_the_same_anywhere() -> None:
    # These were drawn once and for all: other numbers would change everybody's prompts.
    text = "{a|b|c|d} __colour__ {2$$w|x|y|z}"
    assert [texts(text, Every.NOTHING, seed)[0] for seed in range(4)] == [
        "c blue w, z",
        "a blue y, z",
        "c red x, y",
        "d green x, z",
    ]


def test_two_texts_are_drawn_apart_and_one_alike_in_every_form() -> None:
    letters = "{" + "|".join("abcdefghijklmnop") + "}"
    pair = Prompts({"x": letters, "y": letters}, LISTS, names={"x": "prompt", "y": "negative"})
    drawn = [next(pair.drawn(seed)) for seed in range(50)]
    assert any(one["x"] != one["y"] for one in drawn)
    other = Prompts({"6.text": letters}, LISTS, names={"6.text": "prompt"})
    assert [next(other.drawn(n))["6.text"] for n in range(50)] == [one["x"] for one in drawn]


def test_lines_without_text_and_comments_are_left_out() -> None:
    assert read_lines("red\n\n  # no\n green \r\n") == ("red", "green")


def test_counting_is_exact_makes_nothing_and_ends() -> None:
    assert Prompts({"t": "{a|b}" * 100}, LISTS, Every.CHOICES).count() == 2**100
    assert Prompts({"t": "{a|b}" * 10_000}, LISTS, Every.CHOICES).count() == COUNTED
    pick = "{50$$" + "|".join("{a|b}" for _ in range(100)) + "}"
    assert Prompts({"t": pick}, LISTS, Every.CHOICES).count() % 2**50 == 0
    many_ = {f"w{n}": (f"__w{n + 1}__",) * 1000 for n in range(20)} | {"w20": ("x",)}
    assert Prompts({"t": "__w0__"}, Lists(many_), Every.LINES).count() == 1000**20
    assert many(1000**20) == "over 10^60"
    assert many(24) == "24"


def test_what_is_hostile_is_refused_in_a_sentence() -> None:
    deep = {f"w{n}": (f"__w{n + 1}__",) for n in range(MAX_DEPTH + 1)} | {"w61": ("x",)}
    broad = {f"w{n}": (f"__w{n + 1}____w{n + 1}__",) for n in range(20)} | {"w20": ("x",)}
    long = {"w": ("x" * 1000,)}
    for text, lists, says in (
        ("{" * 100_000, {}, "32 deep"),
        ("{a|" * 20 + "__w0__" + "}" * 20, deep, "60 deep"),
        ("x" * 100_001, {}, "100,001 characters"),
        ("__w0__", broad, "10,000 choices"),
        ("__w__" * 101, long, "longer than 100,000"),
    ):
        prompts = Prompts({"t": text}, Lists(lists))
        with pytest.raises(ExpandError, match=says):
            made(prompts)


pieces = st.lists(
    st.sampled_from(
        [
            "a",
            "{",
            "}",
            "|",
            "\\",
            "__colour__",
            "__animals/*__",
            "_",
            " ",
            "2$$",
            "1-2$$+$$",
            "3::",
        ]
    ),
    max_size=24,
).map("".join)
plain = st.text(st.characters(exclude_characters="{}|_\\"), max_size=200)


@settings(max_examples=examples(400), deadline=None)
@given(pieces, st.integers(0, 5), st.sampled_from(list(Every)))
def test_as_many_are_made_as_counted_and_what_is_drawn_is_among_them(
    text: str, seed: int, every: Every
) -> None:
    try:
        if Prompts({"t": text}, LISTS, every).count() > 300:
            return
    except ExpandError:  # ``__a__`` and its like are no wildcards here
        return
    assert texts(text, every, seed) == texts(text, every, seed)
    if every is Every.LINES:
        assert texts(text, Every.NOTHING, seed)[0] in texts(text, every)


@settings(max_examples=examples(200), deadline=None)
@given(plain, st.integers(0, 2**64))
def test_plain_text_comes_back_as_it_was(text: str, seed: int) -> None:
    assert texts(text, Every.NOTHING, seed) == [text]
    assert escaped(text) == text


@settings(max_examples=examples(400), deadline=None)
@given(pieces | st.text(st.sampled_from("{}|\\_a$:1<>lora"), max_size=60))
def test_an_escaped_text_is_drawn_as_that_text(text: str) -> None:
    assert is_plain(text) == (escaped(text) == text)
    assert texts(escaped(text), Every.NOTHING) == [text]


@settings(max_examples=examples(100), deadline=None)
@given(st.text(max_size=80) | pieces)
def test_any_text_is_read_or_refused_in_a_sentence(text: Any) -> None:
    said = "."
    try:
        made(Prompts({"t": text}, LISTS))
    except ExpandError as error:
        said = str(error)
    assert said.endswith((".", "?"))


DOUBLED = {f"d{n}": (f"__d{n + 1}__ __d{n + 1}__",) for n in range(40)} | {"d40": ("x",)}
DEEP = {f"e{n}": (f"__e{n + 1}__",) for n in range(50)} | {"e50": ("x",)}


@pytest.mark.parametrize("every", list(Every))
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{a|b}" * (MAX_DRAWS + 1), "draws 10,000 choices"),
        ("{1$$a}" * (MAX_DRAWS + 1), "draws 10,000 choices"),
        ("__d0__", "draws 10,000 choices"),
        ("__long__" * 3, "longer than 100,000"),
        ("__e0__" + "{a|" * 20 + "__e0__" + "}" * 20, "deep in one another"),
    ],
)
def test_what_is_too_much_is_said_before_it_is_drawn_whatever_the_seed(
    every: Every, text: str, says: str
) -> None:
    lists = Lists({**DOUBLED, **DEEP, "long": ("y", "z" * 40_000)})
    with pytest.raises(ExpandError, match=says):
        Prompts({"t": text}, lists, every).count()


def test_lines_that_all_weigh_nothing_are_picked_alike() -> None:
    lists = Lists({"none": ("0::a", "0::b")})
    prompts = Prompts({"t": "{1$$__none__}"}, lists)
    assert {one["t"] for seed in range(40) for one in prompts.drawn(seed)} == {"a", "b"}


def test_a_list_is_gone_through_once_however_often_it_is_picked_from() -> None:
    class Counted(list[str]):
        looks = 0

        def __iter__(self) -> Any:
            Counted.looks += 1
            return super().__iter__()

    lists = Lists({"w": Counted(f"line {number}" for number in range(2000))})
    prompts = Prompts({"t": "{2$$, $$__w__}; " * 500}, lists)
    text = made(prompts)
    assert len(text.split("; ")) == 501
    assert all(len(set(one.split(", "))) == 2 for one in text.split("; ")[:-1])
    assert Counted.looks == 1


def test_more_patterns_than_there_may_be_are_refused() -> None:
    names = [f"list{number}" for number in range(MAX_PATTERNS + 1)]
    lists = Lists(dict.fromkeys(names, ("a line",)))
    assert made(Prompts({"t": " ".join(f"__{one}*__" for one in names[:3])}, lists))
    with pytest.raises(ExpandError, match="patterns"):
        made(Prompts({"t": " ".join(f"__{one}*__" for one in names)}, lists))
