"""Open forms are kept in the background, and one that cannot be costs nobody else's."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.store import Store
from studio.workflows.forms.drafts import KIND, Drafts
from tests.studio.conftest import WAIT_SECONDS
from tests.support.examples import examples
from tests.support.stores import open_store

ANN, MALLORY = "user:ann", "user:mallory"
MINE = {"prompt": "hours of work"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner),
    max_leaves=20,
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = open_store(tmp_path_factory.mktemp("data"))
    yield opened
    opened.close()


def nested(depth: int, leaf: Any) -> Any:
    for _ in range(depth):
        leaf = [leaf]
    return leaf


def keep(store: Store, data: Mapping[str, Any]) -> dict[str, Any]:
    """Keep *data* as Mallory's, then Ann's form; return what is stored of Ann's."""
    store.documents.drop(KIND, ANN, "mine")
    drafts = Drafts(store)
    drafts.start()
    drafts.keep(MALLORY, "odd", data)
    drafts.keep(ANN, "mine", MINE)
    drafts.close(WAIT_SECONDS)  # stores what waits
    return store.documents.by_name(KIND, ANN)


@pytest.mark.parametrize("depth", [150, 300, 600, 900, 1500, 3000])
@pytest.mark.parametrize(
    "leaf", [float("nan"), 1, 10**5000, {1, 2}], ids=["nan", "one", "long", "set"]
)
def test_a_form_that_cannot_be_stored_ends_nobody_elses(
    store: Store, depth: int, leaf: Any
) -> None:
    assert keep(store, {"graph": nested(depth, leaf)}) == {"mine": MINE}


@given(data=st.dictionaries(st.text(st.characters()), JSON))
@settings(max_examples=examples(40), deadline=None)
def test_whatever_a_page_sends_the_forms_of_others_are_kept(
    store: Store, data: dict[str, Any]
) -> None:
    assert keep(store, data) == {"mine": MINE}


def test_an_open_form_is_there_after_a_restart(tmp_path: Path) -> None:
    for _ in range(2):
        store = open_store(tmp_path)
        assert keep(store, {"prompt": "a cat"}) == {"mine": MINE}
        assert store.documents.by_name(KIND, MALLORY) == {"odd": {"prompt": "a cat"}}
        store.close()
