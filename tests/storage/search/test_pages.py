from collections.abc import Iterator

import pytest

from storage.records import Generation, Status
from storage.store import Store
from tests.support.records import NOON, count, generation


def _walk(store: Store, limit: int, owner: str | None = None) -> Iterator[Generation]:
    before = ""
    while page := store.generations.page(owner=owner, before=before, limit=limit):
        assert len(page) <= limit
        yield from page
        before = page[-1].id


@pytest.mark.parametrize("limit", [1, 7, 48])
def test_pages_have_each_record_once_newest_first_even_at_equal_times(
    store: Store, limit: int
) -> None:
    made = [generation(n, created_at=NOON + n // 20) for n in range(90)]
    store.generations.add(made)
    expected = sorted(made, key=lambda g: (g.created_at, g.id), reverse=True)
    assert list(_walk(store, limit)) == expected


def test_pages_cross_gaps_of_months(store: Store) -> None:
    days = [0, 0.5, 3, 20, 29, 31, 200, 900]
    made = [generation(n, created_at=NOON + d * 86_400) for n, d in enumerate(days)]
    store.generations.add(made)
    assert list(_walk(store, 3)) == made[::-1]


def test_paging_goes_on_from_a_record_deleted_meanwhile(store: Store) -> None:
    store.generations.add([generation(n) for n in range(6)])
    page = store.generations.page(owner=None, limit=3)
    store.library.bin([page[-1].id], None)
    assert store.generations.page(owner=None, before=page[-1].id) == [
        generation(n) for n in (2, 1, 0)
    ]
    assert store.generations.page(owner=None, before="unknown") == []


def test_nobody_sees_the_records_of_another(store: Store) -> None:
    owners = ["user:ann", "user:bob", "browser:1"]
    store.generations.add([generation(n, owner=owners[n % 3]) for n in range(9)])
    for owner in owners:
        found = store.generations.page(owner=owner)
        assert [g.owner for g in found] == [owner] * 3
        assert count(store, owner) == 3
        other = next(g for g in store.generations.page(owner=None) if g.owner != owner)
        assert {g.owner for g in store.generations.page(owner=owner, before=other.id)} <= {owner}
    assert count(store, "") == 0
    assert store.generations.page(owner="user:%") == []
    assert count(store, None) == 9


def test_statuses_are_chosen(store: Store) -> None:
    store.generations.add([generation(n, status=s) for n, s in enumerate(Status)])
    found = store.generations.page(owner=None, statuses={Status.FAILED, Status.LOST})
    assert [g.status for g in found] == [Status.LOST, Status.FAILED]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [3, 2, 1, 0]),
        ("fox", [3, 0]),
        ("FOX red", [0]),
        ("red fox blue", []),
        ("100%", [1]),
        ("%", [1]),
        ("_", []),
        ("'quoted'", [1]),
        ('"double"', [1]),
        ("🦊", [3]),
        ("STRASSE", [2]),
        ("straße", [2]),
        ("CAFÉ", [2]),
        ("cafe\u0301", [2]),
        ("  fox   🦊 ", [3]),
        ("'; DROP TABLE generations; --", []),
        ("zz " * 100_000, []),
    ],
)
def test_search_finds_prompts_with_all_the_words(
    store: Store, query: str, found: list[int]
) -> None:
    prompts = [
        "A red Fox",
        "it's 100% 'quoted' and \"double\"",
        "die Straße am Café",
        "fox 🦊 by night",
    ]
    store.generations.add([generation(n, prompt=p) for n, p in enumerate(prompts)])
    assert [g.seed for g in store.generations.page(owner=None, query=query)] == found
    assert store.generations.page(owner="user:bob", query=query) == []


def test_a_change_of_the_prompt_is_found(store: Store) -> None:
    store.generations.add([generation(0)])
    store.generations.change(generation(0).id, prompt="A Green Owl")
    assert len(store.generations.page(owner=None, query="owl")) == 1
    assert store.generations.page(owner=None, query="fox") == []


def test_an_empty_store_answers(store: Store) -> None:
    assert store.generations.page(owner=None) == []
    assert count(store, "user:ann") == 0
    assert store.generations.unfinished() == []
    assert store.generations.get("") is None
    assert store.library.purge(9e9) == []
    assert store.generations.page(owner=None, limit=0) == []
