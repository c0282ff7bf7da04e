"""Numbers, times, names and tables in words."""

import math
from typing import Any

import pandas as pd
import pytest

from ui.stats.figures import words
from ui.stats.figures.tables import MAX_ROWS, Column, table


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.0421, "42 ms"),
        (0.5, "0.50 s"),
        (12.34, "12.3 s"),
        (300, "5.0 min"),
        (7200, "2.0 h"),
        (-6.1, "-6.10 s"),
        (None, "–"),
        (math.nan, "–"),
        (math.inf, "–"),
    ],
)
def test_seconds_are_said_as_precisely_as_they_matter(seconds: Any, said: str) -> None:
    assert words.seconds(seconds) == said


def test_what_is_missing_is_said_as_missing() -> None:
    assert [f(math.nan) for f in (words.rate, words.percent, words.count, words.size_of)] == [
        "–"
    ] * 4
    assert words.moment(pd.NaT) == ""


def test_long_names_are_cut_for_a_phone() -> None:
    assert words.short("folder/" + "x" * 80 + ".safetensors") == "x" * 29 + "…"
    assert words.short("a\\b\\sd.ckpt") == "sd"
    assert words.short("") == "no checkpoint"


def test_a_table_has_values_to_sort_by_text_and_the_whole_text() -> None:
    frame = pd.DataFrame({"name": ["A/b.ckpt"], "n": [1234], "x": [math.nan]})
    columns = (
        Column("name", "Name", lambda name: words.short(str(name)), is_number=False),
        Column("n", "Count", words.count),
        Column("x", "Seconds", words.seconds),
        Column("gone", "Gone"),
    )
    made = table(frame, columns)
    assert [c["title"] for c in made["columns"]] == ["Name", "Count", "Seconds"]
    assert made["rows"] == [[["a/b.ckpt", "b", "A/b.ckpt"], [1234.0, "1,234"], [None, "–"]]]


def test_a_table_of_the_page_is_bounded_and_says_what_it_leaves_out() -> None:
    made = table(pd.DataFrame({"n": range(MAX_ROWS + 7)}), (Column("n", "Count", words.count),))
    assert (len(made["rows"]), made["more"]) == (MAX_ROWS, 7)
