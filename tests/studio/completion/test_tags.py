"""Lists of tags: what a CSV file may hold, and whose they are."""

import contextlib
import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.access.viewer import Viewer
from studio.completion.tag_file import MAX_NAME, MAX_TAGS, Tag, lines, read_tags
from studio.completion.tag_lists import TagLists
from studio.errors import StudioError
from tests.support.stores import open_store

ANN, BOB = Viewer("ann"), Viewer("bob")
CSV = b'name,category,count,aliases\nfox,0,5,"kitsune,vulpes"\n1girl,0,90,\n\nfox,3,1,\n'


def test_the_most_used_come_first_each_once_with_its_aliases() -> None:
    assert read_tags(CSV) == (Tag("1girl", 0, 90), Tag("fox", 0, 5, ("kitsune", "vulpes")))


def test_a_name_and_a_count_are_enough_and_so_is_a_name() -> None:
    assert read_tags(b"\xef\xbb\xbffox,7\ncat\n") == (Tag("fox", 0, 7), Tag("cat"))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "no tags"),
        (b"\n,,\n", "no tags"),
        (b"\xff\xfe\x00x", "UTF-8"),
        (b"a" * (MAX_NAME + 1), "no tags"),
        (b"x" * 200_000, "no tags|as CSV"),
        (b"\n".join(b"t%d" % n for n in range(MAX_TAGS + 1)), "more than 300,000"),
    ],
)
def test_what_is_no_list_is_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(StudioError, match=sentence):
        read_tags(data)


TEXT = st.text(st.characters(codec="utf-8"), max_size=30)


@given(st.lists(st.tuples(TEXT, TEXT, TEXT, TEXT), max_size=20))
def test_whatever_a_row_holds_is_one_line_of_four_columns_and_can_be_brought_back(
    rows: list[tuple[str, str, str, str]],
) -> None:
    file = io.StringIO()
    csv.writer(file).writerows([("fox", "0", "1", "vulpes"), *rows])
    tags = read_tags(file.getvalue().encode())
    text = lines(tags)
    assert [line.count("\t") for line in text.splitlines()] == [3] * len(tags)
    assert read_tags(text.encode()) == tags


@given(st.binary(max_size=400))
def test_any_bytes_are_a_list_or_refused(data: bytes) -> None:
    with contextlib.suppress(StudioError):
        assert read_tags(data)


def test_a_list_is_ones_own_and_survives(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    lists = TagLists(store)
    kept = lists.keep(ANN, CSV, " my tags.csv ")
    assert (kept.name, kept.rows) == ("my tags.csv", 2)
    assert lists.kept(ANN) == kept
    assert lists.text(ANN).startswith("1girl\t0\t90\t\nfox\t")
    assert lists.kept(BOB) is None
    assert lists.text(BOB) == ""
    lists.drop(BOB)
    assert lists.kept(ANN) == kept
    lists.drop(ANN)
    assert lists.kept(ANN) is None
    store.close()
