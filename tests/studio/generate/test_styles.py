"""Tables of styles: one's own over those that ship, nothing lost, nobody else's."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from comfy.workflow.prompts.shipped_styles import SHIPPED
from comfy.workflow.prompts.style_files import StyleFile
from comfy.workflow.prompts.styles import MAX_NAME, MAX_TEXT, Style
from storage.store import Store
from studio.access.viewer import Viewer
from studio.errors import StudioError
from studio.generate.styles import KIND, MAX_STYLES, Removed, Styles
from tests.support.stores import open_store

ANN, BOB = Viewer("user:ann"), Viewer("user:bob")
INK, MOSS, RUST = (
    Style("Ink", "ink of {prompt}", "color"),
    Style("Moss", "moss"),
    Style("Rust", "rust"),
)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = open_store(tmp_path_factory.mktemp("data"))
    yield store
    store.close()


@pytest.fixture
def styles(opened: Store) -> Iterator[Styles]:
    """A table of Ann's with three, in a store that no other test has used."""
    made = Styles(opened)
    for style in (INK, MOSS, RUST):
        made.keep(ANN, style)
    yield made
    for viewer in (ANN, BOB):
        for name in opened.documents.by_name(KIND, viewer.owner):
            opened.documents.drop(KIND, viewer.owner, name)


def own(styles: Styles, viewer: Viewer = ANN) -> list[str]:
    return [one.name for one in styles.table(viewer).own]


def refused(said: str, act: Any, *given: Any, **named: Any) -> None:
    with pytest.raises(StudioError) as error:
        act(*given, **named)
    assert str(error.value) == said


def test_own_styles_come_before_those_that_ship_and_are_nobody_elses(styles: Styles) -> None:
    assert own(styles) == ["Ink", "Moss", "Rust"]
    assert styles.table(ANN).offered == (INK, MOSS, RUST, *SHIPPED)
    assert styles.table(BOB).offered == SHIPPED
    refused("There is no style “Moss” of yours.", styles.delete, BOB, ["Moss"])
    refused("There is no style “Moss” of yours.", styles.move, BOB, "Moss", 0)


def test_chosen_styles_come_in_the_order_in_which_they_were_chosen(styles: Styles) -> None:
    assert styles.chosen(ANN, ["Rust", "photo", "Ink"]) == (RUST, SHIPPED[0], INK)
    assert styles.chosen(ANN, []) == ()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Fotograph", "There is no style “Fotograph”; the nearest is “Photo”."),
        ("Mos\u202e", "There is no style “Mos”; the nearest is “Moss”."),
        ("q" * 10_000, f"There is no style “{'q' * MAX_NAME}”."),
        ("", "There is no style “”."),
    ],
)
def test_an_unknown_style_is_named_with_the_nearest(styles: Styles, name: str, said: str) -> None:
    refused(said, styles.chosen, ANN, [name])


def test_a_style_is_changed_and_renamed_where_it_stands(styles: Styles) -> None:
    styles.keep(ANN, Style(" Blue\nmoss ", "blue"), old="Moss")
    assert own(styles) == ["Ink", "Blue moss", "Rust"]
    styles.keep(ANN, Style("INK", "x"), old="Ink")
    assert own(styles) == ["INK", "Blue moss", "Rust"]
    said = "There is a style “Rust” already: choose another name."
    refused(said, styles.keep, ANN, Style("rust", "x"), old="INK")
    refused(said, styles.keep, ANN, Style("Rust", "x"))
    assert styles.table(ANN).own[2] == RUST


@pytest.mark.parametrize(
    ("style", "said"),
    [
        (Style(" \n", "x"), "A style needs a name."),
        (Style("A", " "), "It has neither a prompt nor a negative prompt."),
        (Style("n" * 10_000, "x"), "Its name has 10,000 characters; 100 are possible."),
        (
            Style("A", "", "x" * (MAX_TEXT + 1)),
            "One of its texts has 5,001 characters; 5,000 are possible.",
        ),
        (Style("A", "\ud800"), "It has a character that cannot be sent."),
    ],
)
def test_what_cannot_be_a_style_is_said(styles: Styles, style: Style, said: str) -> None:
    refused(said, styles.keep, ANN, style)
    assert own(styles) == ["Ink", "Moss", "Rust"]


def test_what_was_deleted_comes_back_where_it_stood(styles: Styles) -> None:
    before = styles.table(ANN)
    gone = styles.delete(ANN, ["Ink", "Rust"])
    assert gone == (Removed(INK, 0), Removed(RUST, 2))
    assert own(styles) == ["Moss"]
    styles.restore(ANN, gone)
    assert styles.table(ANN) == before
    styles.restore(ANN, gone)
    assert styles.table(ANN) == before


def test_a_style_is_moved_and_no_further_than_the_ends(styles: Styles) -> None:
    styles.move(ANN, "Rust", 0)
    assert own(styles) == ["Rust", "Ink", "Moss"]
    styles.move(ANN, "Rust", 99)
    assert own(styles) == ["Ink", "Moss", "Rust"]
    styles.move(ANN, "Moss", -5)
    assert own(styles) == ["Moss", "Ink", "Rust"]


def test_a_shipped_style_is_hidden_shown_and_replaced_by_ones_own(styles: Styles) -> None:
    styles.hide(ANN, "Anime", on=True)
    assert "Anime" not in [one.name for one in styles.table(ANN).offered]
    assert styles.chosen(ANN, ["Anime"])[0].prompt  # an earlier image may have it
    styles.hide(ANN, "Anime", on=False)
    assert "Anime" in [one.name for one in styles.table(ANN).offered]
    mine = Style("Anime", "my anime of {prompt}")
    styles.keep(ANN, mine)
    assert [one for one in styles.table(ANN).offered if one.name == "Anime"] == [mine]
    styles.delete(ANN, ["Anime"])
    assert styles.chosen(ANN, ["Anime"])[0] in SHIPPED
    refused("There is no style “Qqqq”.", styles.hide, ANN, "Qqqq", on=True)


def test_a_file_adds_what_is_new_and_replaces_nothing(styles: Styles) -> None:
    file = StyleFile(
        (INK, Style("moss", "other"), Style("New", "x"), Style("New", "y")), ("Row 9.",)
    )
    added = styles.add(ANN, file)
    assert added.names == ("moss (2)", "New", "New (2)")
    assert added.known == 1
    assert added.said == (
        "Row 9.",
        "“moss” is another one here: it came as “moss (2)”.",
        "“New” is another one here: it came as “New (2)”.",
    )
    again = styles.add(ANN, file)
    assert (again.names, again.known) == ((), 4)


def test_more_styles_than_are_kept_are_refused_as_a_whole(styles: Styles) -> None:
    full = StyleFile(tuple(Style(f"s{n}", "x") for n in range(MAX_STYLES - 2)))
    refused("2,000 styles can be kept: delete some first.", styles.add, ANN, full)
    long = StyleFile(tuple(Style(f"s{n}", "x" * MAX_TEXT) for n in range(900)))
    refused("Your styles are too long together: delete some first.", styles.add, ANN, long)
    assert own(styles) == ["Ink", "Moss", "Rust"]


def test_two_tables_that_become_one_persons_are_one(styles: Styles, opened: Store) -> None:
    styles.keep(BOB, Style("Moss", "bobs"))
    styles.hide(BOB, "Anime", on=True)
    opened.owners.take_over(BOB.owner, ANN.owner)
    table = styles.table(ANN)
    assert [one.name for one in table.own] == ["Ink", "Moss", "Rust", "Moss (2)"]
    assert table.hidden == {"Anime"}
    styles.delete(ANN, ["Moss (2)"])
    assert own(styles) == ["Ink", "Moss", "Rust"]
    assert len(opened.documents.by_name(KIND, ANN.owner)) == 1


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"styles": "x", "hidden": 3},
        {"styles": [1, None, {"name": 2}, {"name": "a", "prompt": []}], "hidden": [1, []]},
    ],
)
def test_what_another_version_stored_hides_nothing(
    styles: Styles, opened: Store, stored: dict[str, Any]
) -> None:
    opened.documents.keep(KIND, BOB.owner, "table", stored)
    assert styles.table(BOB).offered == SHIPPED


def test_a_table_is_there_after_a_restart(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    Styles(store).keep(ANN, INK)
    store.close()
    store = open_store(tmp_path)
    assert Styles(store).table(ANN).own == (INK,)
    store.close()
