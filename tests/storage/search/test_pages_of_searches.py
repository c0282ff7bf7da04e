"""Searches, their order and their pages."""

import random
from collections.abc import Iterator

import pytest

from storage.records import Generation, Status
from storage.search.query import Search, Sort
from storage.store import Store
from tests.support.records import NOON, generation, image

DAY = 86_400


def _finished(number: int, **fields: object) -> Generation:
    return generation(number, **({"status": Status.FINISHED} | fields))


def _walk(store: Store, wanted: Search, limit: int) -> Iterator[Generation]:
    after = ""
    while page := store.library.search(wanted, owner=None, after=after, limit=limit):
        assert len(page) <= limit
        yield from page
        after = page[-1].id


def _made(rng: random.Random) -> list[Generation]:
    """Equal times, gaps of months, ratings, some without times on a server."""
    days = [0, 0, 0.2, 3, 3, 20, 29, 31, 200, 900, 900, 2000]
    made = []
    for n in range(60):
        at = NOON + rng.choice(days) * DAY
        started = at if n % 3 else None
        seconds = rng.choice([1.0, 1.0, 2.5, 90.0])
        made.append(
            _finished(
                n,
                created_at=at,
                rating=rng.choice([0, 0, 1, 5, 5]),
                workflow=rng.choice(["txt2img", "Upscale", "inpaint"]),
                started_at=started,
                finished_at=at + seconds,
            )
        )
    return made


def _seconds(g: Generation) -> float:
    return (g.finished_at or 0) - (g.started_at or 0)


@pytest.mark.parametrize("limit", [1, 7, 100])
@pytest.mark.parametrize("sort", list(Sort))
def test_pages_have_each_record_once_in_order_whatever_the_order(
    store: Store, sort: Sort, limit: int
) -> None:
    made = _made(random.Random(5))
    store.generations.add(made)
    newest = sorted(made, key=lambda g: (g.created_at, g.id), reverse=True)
    timed = [g for g in newest if g.started_at is not None]
    untimed = [g for g in newest if g.started_at is None]
    expected = {
        Sort.NEWEST: newest,
        Sort.OLDEST: newest[::-1],
        Sort.RATING: sorted(newest, key=lambda g: -g.rating),
        Sort.SLOWEST: sorted(timed, key=lambda g: -round(_seconds(g), 3)) + untimed,
        Sort.FASTEST: sorted(timed, key=lambda g: (round(_seconds(g), 3), g.created_at, g.id))
        + untimed,
        Sort.WORKFLOW: sorted(newest, key=lambda g: g.workflow),
    }[sort]
    found = list(_walk(store, Search(sort=sort), limit))
    assert [g.id for g in found] == [g.id for g in expected]


@pytest.mark.parametrize("sort", list(Sort))
def test_paging_goes_on_from_a_record_deleted_meanwhile(store: Store, sort: Sort) -> None:
    store.generations.add(_made(random.Random(7)))
    ids = [g.id for g in _walk(store, Search(sort=sort), 100)]
    store.library.bin([ids[29]], None)
    following = store.library.search(Search(sort=sort), owner=None, after=ids[29])
    assert [g.id for g in following] == ids[30:]
    assert store.library.search(Search(sort=sort), owner=None, after="unknown") == []


def test_each_filter_finds_what_it_says(store: Store) -> None:
    fields: list[dict[str, object]] = [
        {"checkpoint": "a", "lora": "l", "width": 64, "height": 32},
        {"checkpoint": "b", "sampler": "dpm", "workflow": "w", "server": "s"},
        {"rating": 4, "favourite": True, "tags": ("x", "y"), "collections": ("c",)},
        {"rating": 5, "tags": ("x",), "owner": "user:bob"},
        {"status": Status.FAILED},
        {"deleted_at": NOON},
    ]
    store.generations.add([_finished(n, **given) for n, given in enumerate(fields)])

    def found(**wanted: object) -> list[int]:
        search = Search(**wanted)  # type: ignore[arg-type] # any of its fields
        page = store.library.search(search, owner=None)
        assert store.library.count(search, owner=None) == len(page)
        return [g.seed for g in page]

    assert found() == [3, 2, 1, 0]
    assert found(checkpoint="a") == found(lora="l") == found(width=64) == found(height=32) == [0]
    assert found(sampler="dpm") == found(workflow="w") == found(server="s") == [1]
    assert found(rating=4) == found(tags=("x",)) == [3, 2]
    assert found(rating=5) == [3]
    assert found(favourite=True) == found(tags=("x", "y")) == found(collection="c") == [2]
    assert found(tags=("c",)) == found(collection="x") == []
    assert found(owner="user:bob") == [3]
    assert found(statuses=(Status.FAILED,)) == [4]
    assert found(statuses=(Status.FAILED, Status.FINISHED)) == [4, 3, 2, 1, 0]
    assert found(statuses=()) == [4, 3, 2, 1, 0]
    assert found(binned=True) == [5]
    assert found(since=NOON + 1, until=NOON + 3) == [2, 1]
    assert found(since=float("nan"), until=float("inf")) == [3, 2, 1, 0]
    assert found(until=-5.0) == found(since=1e300) == found(width=10**30) == []
    assert store.library.search(Search(owner="user:bob"), owner="user:ann") == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("fox", [2, 1, 0]),
        ('"red fox"', [0]),
        ('RED "fox"', [1, 0]),
        ("fox -red", [2]),
        ('-"red fox"', [3, 2, 1]),
        ('-"red fox" -owl', [2, 1]),
        ("-fox", [3]),
        ('"', [3, 2, 1, 0]),
        ('"fox', [2, 1, 0]),
        ("-", [3, 2, 1, 0]),
        ('""', [3, 2, 1, 0]),
    ],
)
def test_words_phrases_and_minus_words(store: Store, words: str, found: list[int]) -> None:
    prompts = ["a Red Fox", "a fox, red", "fox at night", "an owl - of clay"]
    store.generations.add([_finished(n, prompt=p) for n, p in enumerate(prompts)])
    assert [g.seed for g in store.library.search(Search(words=words), owner=None)] == found


def test_many_finds_of_words_are_counted_only_so_far(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.search.pages.COUNTED", 3)
    store.generations.add([_finished(n) for n in range(5)])
    some = store.library.count(Search(words="fox"), owner=None)
    every = store.library.count(Search(), owner=None)
    assert (some, some.is_exact) == (3, False)
    assert (every, every.is_exact) == (5, True)


def test_an_empty_store_has_empty_pages(store: Store) -> None:
    for sort in Sort:
        assert store.library.search(Search(sort=sort), owner=None) == []
    assert store.library.count(Search(words="x"), owner="user:ann") == 0
    assert store.library.facets(None).checkpoints == ()


def test_facets_count_what_is_finished_most_used_first(store: Store) -> None:
    store.generations.add([_finished(n, checkpoint="ab"[n % 2], tags=("t",)) for n in range(5)])
    store.generations.add([_finished(9, owner="user:bob", collections=("c",)), generation(10)])
    found = store.library.facets("user:ann")
    assert found.checkpoints == (("a", 3), ("b", 2))
    assert found.sizes == (((512, 768), 5),)
    assert (found.tags, found.collections, found.owners) == ((("t", 5),), (), ())
    assert store.library.facets(None).owners == (("user:ann", 5), ("user:bob", 1))
    assert store.library.facets(None).collections == (("c", 1),)


def test_pages_over_long_stretches_of_many_records_are_whole(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.search.reads.MANY", 10)
    made = [
        _finished(n, created_at=NOON + n * DAY, images=(image(0), image(1))[: n % 3], tags=("x",))
        for n in range(60)
    ]
    store.generations.add(made)
    found = store.library.search(Search(), owner=None)
    assert found == made[::-1]
