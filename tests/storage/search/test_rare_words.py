"""What is looked for among rare words is found as it is by reading every prompt."""

import random
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.mapping.rows import fold
from storage.records import Generation, Status
from storage.search import rare_words
from storage.search.query import Search, Sort, parse
from storage.store import Store
from tests.support.examples import examples
from tests.support.records import NOON, generation
from tests.support.stores import open_store

ANN = "user:ann"
MONTH = 31 * 86_400.0
NEXT = count(1000)
WORDS = [
    "common",
    "fox",
    "Füchse",
    "\ufb01re",
    "日本語の猫",
    "猫",
    "👩\u200d👩\u200d👧",
    "e\u0301clair",
    "é",
]
SPACES = ["\u3000", "\n", "\t", "  ", "\u2003x", "a\u00a0b", '"', "-", "--x", "%", "_"]
PIECES = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(SPACES),
    st.text(min_size=1, max_size=6),
    st.integers(1, 5000).map(lambda n: "long" * n),
)
PROMPTS = st.lists(PIECES, max_size=6).map(" ".join)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Prompts of three past months, of which the middle one is never summed up."""
    store = open_store(tmp_path_factory.mktemp("data"))
    add(store, [f"a common fox {n}" for n in range(3 * (rare_words.FEW + 2))])
    yield store
    store.close()


def add(store: Store, prompts: list[str], **fields: Any) -> list[str]:
    """Store them, by turns one to three months ago; return their ids."""
    made = [made_of(prompt, n % 3, **fields) for n, prompt in enumerate(prompts)]
    store.generations.add(made)
    return [one.id for one in made]


def made_of(prompt: str, month: int, **fields: Any) -> Generation:
    number = next(NEXT)
    at = NOON - (month + 2) * MONTH + number
    fields = {"status": Status.FINISHED, "created_at": at, "prompt": prompt, **fields}
    return generation(number, **fields)


def sum_up(store: Store) -> None:
    """Sum up all past months but one."""
    store.timings.sum_up(NOON, least=1)
    store.read(
        lambda cursor: cursor.execute(
            "DELETE FROM rollup_parts WHERE month = (SELECT median(month) FROM rollup_parts)"
        )
    )


def forget(store: Store) -> None:
    store.read(lambda cursor: cursor.execute("DELETE FROM rollup_parts"))


def answers(store: Store, words: str) -> list[Any]:
    """Pages of every order, and the count."""
    found: list[Any] = []
    for sort in Sort:
        search = Search(words=words, sort=sort)
        first = [g.id for g in store.library.search(search, owner=ANN, limit=7)]
        after = first[-1] if first else ""
        found += [first, [g.id for g in store.library.search(search, owner=ANN, after=after)]]
    total = store.library.count(Search(words=words), owner=ANN)
    return [*found, (int(total), total.images)]


@given(data=st.data())
@settings(max_examples=examples(20), deadline=None)
def test_hostile_words_are_found_as_without(kept: Store, data: st.DataObject) -> None:
    prompts = data.draw(st.lists(PROMPTS, min_size=1, max_size=6))
    add(kept, prompts)
    sum_up(kept)
    text = data.draw(st.sampled_from(prompts))
    first = data.draw(st.integers(0, len(text)))
    part = text[first : first + data.draw(st.integers(1, 60))]
    asked = [part, f'"{part}"', f"-{part} fox", f"{part} common", data.draw(PROMPTS)]
    narrowed = [answers(kept, words) for words in asked]
    every = [g for g in all_of(kept) if g.owner == ANN]
    forget(kept)
    for words, found in zip(asked, narrowed, strict=True):
        assert found == answers(kept, words), words
        assert found[-1][0] == sum(says(g, words) for g in every)


def all_of(store: Store) -> list[Generation]:
    found: list[Generation] = []
    while page := store.library.search(
        Search(), owner=None, after=found[-1].id if found else "", limit=500
    ):
        found += page
    return found


def says(record: Generation, words: str) -> bool:
    prompt, asked = fold(record.prompt), parse(words)
    return all(w in prompt for w in asked.wanted) and not any(w in prompt for w in asked.unwanted)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[list[str] | None]:
    """What each search was narrowed to, None where it was not."""
    seen: list[list[str] | None] = []
    narrow = rare_words.narrow

    def noted(cursor: Any, wanted: Any, words: Any, before: Any = None) -> None:
        had = len(wanted.values)
        narrow(cursor, wanted, words, before)
        is_narrow = wanted.source != "generations"
        seen.append(sorted(wanted.values[had:]) if is_narrow else None)

    monkeypatch.setattr(rare_words, "narrow", noted)
    return seen


def test_a_rare_word_is_asked_of_few_and_a_common_one_of_all(
    store: Store, looks: list[list[str] | None]
) -> None:
    add(store, [f"common {n}" for n in range(3 * (rare_words.FEW + 1))])
    rare = add(store, ["an axolotl"] * 3)
    store.timings.sum_up(NOON, least=1)
    for words, ids in (("xolot", rare), ("axolotl common", rare), ("nowhere", []), ("mmo", None)):
        looks.clear()
        store.library.count(Search(words=words), owner=ANN)
        assert looks == [None if ids is None else sorted(ids)]
    looks.clear()
    every, others = (store.library.count(Search(words=words), owner=ANN) for words in ("", "-x1"))
    assert every == others
    assert looks == [None, None]


@pytest.mark.parametrize("act", ["changed", "added", "moved", "purged", "bin"])
def test_whatever_comes_later_is_found_at_once(store: Store, act: str) -> None:
    rng = random.Random(act)
    ids = add(store, [f"word{n} red" for n in range(9)])
    store.timings.sum_up(NOON, least=1)
    one = rng.choice(ids)
    if act == "changed":
        store.generations.change(one, prompt="an axolotl")
    elif act == "added":
        (one,) = add(store, ["an axolotl"])
    elif act == "moved":
        store.generations.change(one, prompt="an axolotl", created_at=NOON - 9 * MONTH)
    else:
        store.generations.change(one, prompt="an axolotl")
        store.timings.sum_up(NOON, least=1)
        store.library.bin([one], ANN)
        if act == "purged":
            store.library.purge(NOON * 2)
    found = [g.id for g in store.library.search(Search(words="axolotl"), owner=ANN)]
    assert found == ([] if act in ("purged", "bin") else [one])
    store.timings.sum_up(NOON, least=1)
    assert [g.id for g in store.library.search(Search(words="axolotl"), owner=ANN)] == found
