"""Styles around prompts, and the ones that ship."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comfy.workflow.prompts.limits import Every
from comfy.workflow.prompts.prompts import Prompts
from comfy.workflow.prompts.shipped_styles import SHIPPED
from comfy.workflow.prompts.style_files import fault
from comfy.workflow.prompts.styles import (
    MAX_NAME,
    PLACE,
    Style,
    TooLong,
    free,
    named,
    nearest,
    styled,
    tidy,
)

PHOTO = Style("Photo", "photo of {prompt}, sharp", "drawing")
GRAIN = Style("Grain", "film grain", "smooth")


def every_text(text: str) -> list[str]:
    """All that *text* can be drawn as."""
    drawn = Prompts({"prompt": text}, every=Every.CHOICES).drawn(0)
    return [texts["prompt"] for texts in drawn]


@pytest.mark.parametrize(
    ("styles", "made"),
    [
        ([], ("a barn", "red")),
        ([PHOTO], ("photo of a barn, sharp", "red, drawing")),
        ([PHOTO, GRAIN], ("photo of a barn, sharp, film grain", "red, drawing, smooth")),
        ([GRAIN, PHOTO], ("photo of a barn, film grain, sharp", "red, smooth, drawing")),
        ([Style("N", "", "no {prompt} at all")], ("a barn", "no red at all")),
        ([Style("Twice", "{prompt} by {prompt}")], ("a barn by a barn", "red")),
    ],
)
def test_styles_go_around_a_prompt_in_their_order(
    styles: list[Style], made: tuple[str, str]
) -> None:
    assert styled("a barn", "red", styles) == made


def test_no_comma_is_left_where_there_is_nothing_to_join() -> None:
    assert styled("", "  ", [GRAIN]) == ("film grain", "smooth")


@given(st.text())
def test_a_prompt_that_names_the_place_of_a_prompt_is_left_alone(text: str) -> None:
    typed = f"{text}{PLACE}"
    assert styled(typed, "", [PHOTO])[0] == f"photo of {typed}, sharp"


def test_the_place_of_the_prompt_is_no_choice_and_choices_in_a_style_are_drawn_later() -> None:
    assert every_text(PHOTO.prompt) == [PHOTO.prompt]
    text = styled("a {red|blue} barn", "", [Style("S", "{photo of {prompt}|{prompt}, ink}")])[0]
    assert every_text(text) == [
        *("photo of a red barn", "photo of a blue barn"),
        *("a red barn, ink", "a blue barn, ink"),
    ]


def test_styles_that_multiply_a_prompt_are_refused_before_they_do() -> None:
    echo = Style("Echo", f"{PLACE} {PLACE}" * 500)
    with pytest.raises(TooLong, match="With the style “Echo” the text has about"):
        styled("a barn", "", [echo] * 20)


def test_a_style_is_found_however_it_is_capitalised_but_the_exact_one_first() -> None:
    both = (Style("ink", "a"), Style("Ink", "b"))
    assert named("Ink", both) == both[1]
    assert named("INK", both) == both[0]
    assert named("pen", both) is None


def test_the_nearest_name_is_told_and_none_that_is_far() -> None:
    assert nearest("watercolour", SHIPPED) == "Watercolor"
    assert nearest("oil paint", SHIPPED) == "Oil painting"
    assert nearest("zzzzzzzz", SHIPPED) == ""


@given(st.text(max_size=200), st.sets(st.text(max_size=5)))
def test_a_free_name_is_free_and_short_enough(name: str, taken: set[str]) -> None:
    found = free(name[:MAX_NAME], taken)
    assert found.casefold() not in taken
    assert len(found) <= MAX_NAME


def test_a_name_is_one_line_of_what_can_be_seen() -> None:
    assert tidy(" a\nb\u202e\x00  c ") == "a b c"


def test_those_that_ship_can_be_kept_have_a_place_for_the_prompt_and_names_of_their_own() -> None:
    assert 12 <= len(SHIPPED) <= 20
    assert [fault(one) for one in SHIPPED if fault(one)] == []
    assert all(one.prompt.count(PLACE) == 1 and one.negative for one in SHIPPED)
    assert len({one.name.casefold() for one in SHIPPED}) == len(SHIPPED)
