"""What a page asks is read, and whatever is odd in it becomes the usual."""

from typing import Any

import pytest

from studio.access.viewer import Viewer
from ui.shell.rpc import Ask
from ui.stats.question import Asked, Series, asked, groups, series, unit

ANN, ROOT = Viewer("user:ann"), Viewer("user:root", is_admin=True)


def test_statistics_are_ones_own_and_everybodys_for_an_admin() -> None:
    assert asked(Ask({"days": 7, "offset": 3600}, ANN)) == Asked("user:ann", 7, 3600)
    assert asked(Ask({"owner": "user:bob"}, ANN)).owner == "user:ann"
    assert asked(Ask({}, ROOT)).owner is None


@pytest.mark.parametrize("odd", [None, "7", 7.5, True, -1, 10**30, [], {}, 8])
def test_an_odd_period_or_clock_becomes_the_usual(odd: Any) -> None:
    found = asked(Ask({"days": odd, "offset": {"x": odd}}, ANN))
    assert (found.days, found.offset) == (30, 0)


def test_an_odd_clock_is_utc() -> None:
    assert asked(Ask({"offset": 10**9}, ANN)).offset == 0
    assert asked(Ask({"offset": -7 * 3600}, ANN)).offset == -25_200


def test_groups_are_those_known_in_their_order() -> None:
    assert groups(Ask({"by": ["server", "checkpoint", "1; DROP"]}, ANN)) == ("checkpoint", "server")
    assert groups(Ask({"by": "server"}, ANN)) == ("checkpoint", "size")
    assert unit(Ask({"unit": "week"}, ANN)) == "week"
    assert unit(Ask({"unit": "'; --"}, ANN)) == ""


def test_a_series_is_read_field_by_field() -> None:
    told = {"checkpoint": "a", "width": 512, "height": "x", "server": ["y"]}
    assert series(Ask({"series": told}, ANN)) == Series("a", 512, 0, "")
    assert series(Ask({"series": "a"}, ANN)) == Series()
