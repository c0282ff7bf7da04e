"""The prompts that somebody used: each once, the latest first, and nobody else's."""

import pytest

from storage.records import Status
from storage.store import Store
from studio.access.viewer import Viewer
from studio.access.visible import Access
from studio.library import past_prompts as module
from studio.library.library import Library
from studio.library.past_prompts import past_prompts
from tests.support import environment
from tests.support.records import NOON, generation

ANN, BOB = Viewer("user:ann"), Viewer("user:bob")
ADMIN = Viewer("user:ann", is_admin=True)


@pytest.fixture
def library(store: Store) -> Library:
    settings = environment.settings(store.folder)
    return Library(store, Access(store.generations.get), settings)


def use(store: Store, *prompts: str, owner: str = ANN.owner) -> None:
    """Use *prompts* one after the other."""
    first = len(store.generations.page(owner=None, limit=500))
    store.generations.add(
        [
            generation(n, owner=owner, prompt=prompt, status=Status.FAILED, created_at=NOON + n)
            for n, prompt in enumerate(prompts, first)
        ]
    )


def told(library: Library, viewer: Viewer = ANN, words: str = "") -> list[str]:
    return [one.prompt for one in past_prompts(library, viewer, words)]


def test_each_is_told_once_where_it_was_used_last(store: Store, library: Library) -> None:
    use(store, "a fox", "a barn", "  a fox ", "", "a lake")
    use(store, "a fox by bob", owner=BOB.owner)
    assert told(library) == ["a lake", "a fox", "a barn"]
    assert past_prompts(library, ANN)[1].at == NOON + 2
    assert told(library, BOB) == ["a fox by bob"]


def test_it_is_what_was_typed_not_what_was_drawn(store: Store, library: Library) -> None:
    use(store, "a {b|c} that was sent")
    store.generations.add(
        [generation(5, owner=ANN.owner, prompt="a red fox", typed_prompt="a {red|blue} fox")]
    )
    assert told(library) == ["a {red|blue} fox", r"a \{b\|c\} that was sent"]


def test_an_administrator_is_told_their_own(store: Store, library: Library) -> None:
    use(store, "mine")
    use(store, "not mine", owner=BOB.owner)
    assert told(library, ADMIN) == ["mine"]


def test_words_are_looked_for_as_in_the_gallery(store: Store, library: Library) -> None:
    use(store, "a red fox", "a red barn", "a grey fox")
    assert told(library, words="fox") == ["a grey fox", "a red fox"]
    assert told(library, words="fox -grey") == ["a red fox"]
    assert told(library, words='"red barn"') == ["a red barn"]


def test_it_looks_on_where_one_page_is_all_of_one_prompt(
    store: Store, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAGE", 3)
    use(store, "too long ago", "old", *["again"] * 8)
    assert told(library) == ["again", "old"]
    monkeypatch.setattr(module, "MOST", 1)
    assert told(library) == ["again"]
