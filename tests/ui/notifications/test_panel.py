"""The news as a page gets it."""

import pytest

from storage.search.presses import Press
from studio.notifications.news import Report
from ui.notifications.panel import moment, value


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1795696231.4", 1795696231.4), ("", 0), ("x", 0), ("nan", 0), ("-1", 0), ("inf", 0)],
)
def test_times_that_a_script_says_are_times_or_the_beginning(text: str, expected: float) -> None:
    assert moment(text) == expected


def test_a_press_is_over_once_none_of_it_is_live() -> None:
    presses = (Press("a", 5.0, 1, 0, 0, 4, 2), Press("b", 6.0, 0, 1, 2, 0, 0))
    shown = value(Report(7.0, 3, presses, frozenset({"a"})), (1, 2))
    assert (shown["order"], shown["now"], shown["live"]) == ((1, 2), 7.0, 3)
    assert [press["over"] for press in shown["presses"]] == [False, True]
    assert shown["presses"][0] == {
        "press": "a", "at": 5.0, "over": False, "finished": 1, "failed": 0, "cancelled": 0,
        "images": 4, "fresh": 2,
    }  # fmt: skip
