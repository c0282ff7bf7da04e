"""JSON from a page becomes a search, whatever its shape."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.records import Status
from storage.search.query import Search, Sort
from studio.errors import StudioError
from ui.library.search_json import MAX_TAGS, MAX_WORDS_TYPED, search_of

_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
_NAMES = st.sampled_from([*Search.__dataclass_fields__, "else"])


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(_NAMES, _ANY, max_size=8))
def test_any_json_is_a_search(asked: dict[str, Any]) -> None:
    found = search_of(asked)
    assert isinstance(found.sort, Sort)
    assert found.statuses
    assert 0 <= found.rating <= 5
    assert found.since is None or 0 <= found.since < 1e11
    assert "\0" not in found.words + found.checkpoint + "".join(found.tags)


def test_nothing_asked_is_everything_finished() -> None:
    assert search_of({}) == Search()


def test_what_is_asked_is_looked_for() -> None:
    asked: dict[str, Any] = {
        "words": " a fox ",
        "tags": ["x", "x", "y"],
        "sort": "rating",
        "statuses": ["failed"],
    }
    asked |= {"rating": 3, "favourite": True, "width": 512, "height": 768, "since": 10}
    assert search_of(asked) == Search(
        words="a fox",
        tags=("x", "y"),
        sort=Sort.RATING,
        statuses=(Status.FAILED,),
        rating=3,
        favourite=True,
        width=512,
        height=768,
        since=10.0,
    )


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"rating": 99}, Search(rating=5)),
        ({"rating": -1, "width": True}, Search()),
        ({"tags": [str(n) for n in range(99)]}, Search(tags=tuple(map(str, range(MAX_TAGS))))),
        ({"favourite": "yes", "binned": 1, "sort": "random"}, Search()),
    ],
)
def test_what_is_out_of_range_is_brought_into_it(asked: dict[str, Any], found: Search) -> None:
    assert search_of(asked) == found


def test_a_search_that_is_too_long_is_refused_not_cut() -> None:
    assert search_of({"words": "x" * MAX_WORDS_TYPED}).words == "x" * MAX_WORDS_TYPED
    with pytest.raises(StudioError, match="at most 400 characters"):
        search_of({"words": "x" * (MAX_WORDS_TYPED + 1)})
