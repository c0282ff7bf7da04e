"""Images of batches are marked, found, binned and purged one by one, whatever is done to others."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.mapping.image_marks import marked_of
from storage.records import Generation, ImageKey, Marks, Status, Target, generation_of
from storage.sandbox.visible_copy import write_copy
from storage.search import reads
from storage.search.query import Search, Sort
from storage.search.usage import Rule
from storage.statistics import Statistics
from storage.store import Store
from tests.support.examples import examples
from tests.support.records import NOON, generation, image

ANN = "user:ann"
FUTURE = 9e9
TAGS = ("a", "b")
NEXT = count(1)
SEARCHES = [
    Search(**fields)
    for fields in (
        {}, {"binned": True}, {"rating": 3}, {"favourite": True}, {"tags": ("a",)},
        {"tags": ("a", "b")}, {"collection": "c"}, {"rating": 3, "favourite": True},
        {"rating": 2, "binned": True}, {"tags": ("b",), "favourite": True, "binned": True},
    )
]  # fmt: skip


def batch(number: int = 0, images: int = 4, **fields: Any) -> Generation:
    """A finished generation of several images, each with a path of its own."""
    made = generation(number, **({"status": Status.FINISHED} | fields))
    files = (image(n, path=f"images/{made.id}-{n}.png") for n in range(images))
    return replace(made, images=tuple(files))


class Model:
    """Each image by itself: what the store is held against. -1 is a generation without any."""

    def __init__(self, records: Iterable[Generation]) -> None:
        self.marks: dict[ImageKey, Marks] = {
            ImageKey(record.id, number): Marks()
            for record in records
            for number in ([i.number for i in record.images if i.is_shown] or [-1])
        }

    def meant(self, targets: Iterable[Target], *, binned: bool = False) -> list[ImageKey]:
        """The images that *targets* mean and that lie in the bin, or do not."""
        wanted = list(targets)
        return [
            key
            for key, marks in self.marks.items()
            if (key.generation in wanted or (key in wanted and key.number >= 0))
            and (marks.deleted_at is not None) == binned
            and (not binned or key in wanted or marks.deleted_at == self.last(key.generation))
        ]

    def last(self, id_: str) -> float:
        """When an image of that generation was last put into the bin."""
        return max(m.deleted_at or 0.0 for k, m in self.marks.items() if k.generation == id_)

    def change(self, targets: Iterable[Target], *, binned: bool = False, **fields: Any) -> None:
        for key in self.meant(targets, binned=binned):
            self.marks[key] = replace(self.marks[key], **fields)

    def label(self, targets: Iterable[Target], name: str, *, on: bool) -> None:
        for key in self.meant(targets):
            tags = {*self.marks[key].tags} - {name} | ({name} if on else set())
            self.marks[key] = replace(self.marks[key], tags=tuple(sorted(tags)))

    def found(self, search: Search) -> set[ImageKey]:
        return {key for key, marks in self.marks.items() if search.image_filter.finds(marks)}


def shown(records: Iterable[Generation], search: Search) -> list[ImageKey]:
    """The images that *records* show for a *search*; -1 where one has none."""
    return [
        ImageKey(record.id, number)
        for record in records
        for number in ([i.number for i in search.found_in(record)] if record.shown_images else [-1])
    ]


def check(store: Store, model: Model) -> None:
    """Assert that the store tells of each image what the *model* does."""
    for search in SEARCHES:
        page = store.library.search(search, owner=ANN)
        found = [key for key in shown(page, search) if key in model.marks]
        assert set(found) == model.found(search), search
        assert all(shown([record], search) for record in page), search
        total = store.library.count(search, owner=ANN)
        assert (int(total), total.images) == (len(page), len(shown(page, search))), search
    for id_ in {key.generation for key in model.marks}:
        record = store.generations.get(id_, deleted=True)
        assert record is not None
        numbers = [key.number for key in model.marks if key.generation == id_]
        told = {n: replace(record.marks_of(n), deleted_at=None) for n in numbers}
        wanted = {n: replace(model.marks[ImageKey(id_, n)], deleted_at=None) for n in numbers}
        assert told == wanted
        assert (record.deleted_at is None) == any(
            model.marks[ImageKey(id_, n)].deleted_at is None for n in numbers
        )
        assert len(set(record.image_marks.values())) != 1


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = Store(tmp_path_factory.mktemp("data"))
    yield opened
    opened.close()


@given(data=st.data())
@settings(max_examples=examples(25), deadline=None)
def test_each_image_is_what_was_made_of_it_alone(kept: Store, data: st.DataObject) -> None:
    kept.library.bin([g.id for g in kept.library.search(Search(), owner=ANN)], ANN)
    kept.library.purge(FUTURE)
    sizes = data.draw(st.lists(st.integers(0, 3), min_size=1, max_size=3))
    made = [batch(next(NEXT), size) for size in sizes]
    kept.generations.add(made)
    model = Model(made)
    every: list[Target] = [*model.marks, *(record.id for record in made)]
    some = st.lists(st.sampled_from(every), min_size=1, max_size=4, unique=True)
    acts = st.sampled_from(["rating", "favourite", "note", "tag", "untag", "collect", "bin", "un"])
    for act in data.draw(st.lists(acts, max_size=6)):
        targets = data.draw(some)
        there = model.meant(targets, binned=act == "un")
        touched = _do(kept, model, act, targets)
        assert {generation_of(one) for one in touched} == {key.generation for key in there}
        assert {one for one in touched if not isinstance(one, str)} <= {*there}
    check(kept, model)


def _do(store: Store, model: Model, act: str, targets: list[Target]) -> tuple[Target, ...]:
    """Carry *act* out in the store and in the model; return what the store says it touched."""
    library = store.library
    if act in ("tag", "untag"):
        model.label(targets, "a", on=act == "tag")
        change = {"add" if act == "tag" else "remove": ["a"]}
        return library.label(targets, ANN, "tag", **change)
    if act == "collect":
        model.change(targets, collections=("c",))
        return library.label(targets, ANN, "collection", add=["c"])
    if act == "bin":
        model.change(targets, deleted_at=float(next(NEXT)))
        return library.bin(targets, ANN)
    if act == "un":
        model.change(targets, binned=True, deleted_at=None)
        return library.unbin(targets, ANN)
    value: Any = {"rating": 3, "favourite": True, "note": "n"}[act]
    model.change(targets, binned=False, **{act: value})
    return library.mark(targets, ANN, **{act: value})


def test_one_of_four_is_kept_and_three_go(store: Store) -> None:
    made = batch()
    store.generations.add([made])
    keys = [ImageKey(made.id, n) for n in range(4)]
    assert store.library.mark([keys[1]], ANN, rating=5) == (keys[1],)
    assert store.library.bin([keys[0], *keys[2:]], ANN) == (keys[0], *keys[2:])
    (page,) = store.library.search(Search(), owner=ANN)
    assert shown([page], Search()) == [keys[1]]
    (binned,) = store.library.search(Search(binned=True), owner=ANN)
    assert shown([binned], Search(binned=True)) == [keys[0], *keys[2:]]
    assert [one.images for one in store.library.purge(FUTURE)] == [
        (made.images[0], *made.images[2:])
    ]
    left = store.generations.get(made.id)
    assert left is not None
    assert (left.images, left.rating, left.image_marks) == ((made.images[1],), 5, {})
    assert store.library.named_by([made.id]) == {made.images[1].path, made.images[1].thumbnail}


def test_the_bin_holds_a_generation_once_it_holds_its_last_image(store: Store) -> None:
    made = batch(images=2)
    store.generations.add([made])
    store.library.bin([ImageKey(made.id, 0)], ANN)
    assert store.generations.get(made.id) is not None
    store.library.bin([ImageKey(made.id, 1)], ANN)
    assert store.generations.get(made.id) is None
    assert store.library.unbin([ImageKey(made.id, n) for n in (0, 1)], ANN)
    assert store.generations.get(made.id) == made
    store.library.bin([made.id], ANN)
    assert [
        one.is_whole for one in store.library.purge(FUTURE, targets=[ImageKey(made.id, 0)])
    ] == [False]
    assert [one.is_whole for one in store.library.purge(FUTURE)] == [True]
    assert store.generations.get(made.id, deleted=True) is None


def test_marks_of_a_whole_generation_are_those_of_each_image(store: Store) -> None:
    made = batch(rating=4, tags=("x",), favourite=True)
    store.generations.add([made])
    store.library.mark([ImageKey(made.id, 2)], ANN, rating=0)
    record = store.generations.get(made.id)
    assert record is not None
    assert [record.marks_of(n).rating for n in range(4)] == [4, 4, 0, 4]
    assert all(record.marks_of(n).tags == ("x",) for n in range(4))
    assert (record.rating, record.tags, record.favourite) == (4, ("x",), True)
    store.library.mark([made.id], ANN, rating=2)
    again = store.generations.get(made.id)
    assert again == replace(made, rating=2)


def test_what_was_not_theirs_or_is_not_there_is_left_alone(store: Store) -> None:
    made, running = batch(owner="user:bob"), batch(1, status=Status.RUNNING)
    none = replace(batch(2), images=())
    store.generations.add([made, running, none])
    key = ImageKey(made.id, 0)
    assert store.library.mark([key], ANN, rating=1) == ()
    assert store.library.bin([ImageKey(running.id, 0)], ANN) == ()
    assert store.library.mark([ImageKey(none.id, 0)], ANN, rating=1) == ()
    assert store.library.mark([ImageKey(made.id, 9)], "user:bob", rating=1) == ()
    assert store.library.purge(FUTURE, owner=ANN, targets=[key]) == []
    assert [store.generations.get(g.id) for g in (made, running, none)] == [made, running, none]


def test_what_is_not_shown_follows_its_generation(store: Store) -> None:
    made = batch(images=2)
    hidden = replace(made.images[1], temporary=True, thumbnail="")
    made = replace(made, images=(made.images[0], hidden))
    store.generations.add([made])
    store.library.bin([ImageKey(made.id, 0)], ANN)
    assert store.generations.get(made.id) is None
    assert store.library.count(Search(binned=True), owner=ANN).images == 1
    (gone,) = store.library.purge(FUTURE)
    assert (gone.images, gone.is_whole) == (made.images, True)


def test_a_clean_up_takes_the_images_that_nobody_cherishes(store: Store) -> None:
    made, plain = batch(), batch(1, images=2)
    store.generations.add([made, plain])
    store.library.mark([ImageKey(made.id, 3)], ANN, favourite=True)
    store.library.bin([ImageKey(made.id, 0)], ANN)
    store.library.bin([ImageKey(plain.id, 1)], ANN)
    freed = store.library.concerned(Rule.OLD, ANN, FUTURE)
    assert (freed.generations, freed.files) == (1, 3)
    targets = store.library.concerned_targets(Rule.OLD, ANN, FUTURE, 10)
    assert {*targets} == {plain.id, ImageKey(made.id, 1), ImageKey(made.id, 2)}
    store.library.bin(targets, ANN)
    assert store.library.concerned(Rule.OLD, ANN, FUTURE).files == 0
    freed = store.library.concerned(Rule.BIN, ANN, FUTURE)
    assert (freed.generations, freed.files) == (1, 5)
    usage = store.library.usage(ANN)
    assert (usage.generations, usage.files, usage.bin_generations, usage.bin_files) == (1, 1, 1, 5)


def test_choices_are_counted_by_images(store: Store) -> None:
    made, other = batch(tags=("x",)), batch(1, images=1)
    store.generations.add([made, other])
    store.library.label([ImageKey(made.id, 0)], ANN, "tag", remove=["x"])
    store.library.bin([ImageKey(made.id, 1)], ANN)
    found = store.library.facets(ANN)
    assert (found.tags, found.checkpoints) == ((("x", 2),), (("model.safetensors", 4),))


def test_all_of_it_survives_a_restart_and_a_change_of_the_record(store: Store) -> None:
    made = batch()
    store.generations.add([made])
    store.library.mark([ImageKey(made.id, 1)], ANN, note="this one")
    changed = store.generations.change(made.id, warning="late")
    store.close()
    store = Store(store.folder)
    assert store.generations.get(made.id) == changed
    assert changed.marks_of(1).note == changed.note == "this one"
    late = store.generations.change(made.id, images=(*changed.images, image(4)))
    assert late.marks_of(4) == Marks()
    assert marked_of(late).where(binned=False) == {0, 1, 2, 3, 4}
    store.close()


def test_pages_go_on_over_batches_that_show_one_image_each(store: Store) -> None:
    made = [batch(n, images=3) for n in range(20)]
    store.generations.add(made)
    store.library.mark([ImageKey(g.id, 1) for g in made[::2]], ANN, rating=5)
    search, after, found = Search(rating=4), "", list[ImageKey]()
    while page := store.library.search(search, owner=ANN, after=after, limit=3):
        found += shown(page, search)
        after = page[-1].id
    assert found == [ImageKey(g.id, 1) for g in made[::2]][::-1]
    assert store.library.count(search, owner=ANN).images == 10


def test_the_best_of_a_batch_comes_first_where_the_best_are_asked_for(store: Store) -> None:
    made = [batch(n, images=3) for n in range(2)]
    store.generations.add(made)
    store.library.mark([ImageKey(made[0].id, 2)], ANN, rating=5)
    search = Search(sort=Sort.RATING)
    found = shown(store.library.search(search, owner=ANN), search)
    assert [key.number for key in found] == [2, 0, 1, 0, 1, 2]
    assert found[0].generation == made[0].id


def test_the_times_of_single_images_decide_when_the_bin_lets_go(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = batch(images=2)
    store.generations.add([made])
    for number, at in enumerate((NOON, NOON + 100)):
        monkeypatch.setattr("storage.library.time", lambda at=at: at)
        store.library.bin([ImageKey(made.id, number)], ANN)
    assert store.library.concerned_targets(Rule.BIN, ANN, NOON + 50, 9) == [ImageKey(made.id, 0)]
    (gone,) = store.library.purge(NOON + 50)
    assert (gone.images, gone.is_whole) == (made.images[:1], False)
    rest = store.generations.get(made.id, deleted=True)
    assert rest is not None
    assert (rest.deleted_at, rest.images) == (NOON + 100, made.images[1:])


def test_a_copy_for_questions_of_ones_own_holds_no_image_of_the_bin(
    store: Store, tmp_path: Path
) -> None:
    made = batch()
    store.generations.add([made])
    store.library.bin([ImageKey(made.id, 2)], ANN)
    store.read(lambda cursor: write_copy(cursor, tmp_path / "copy.duckdb", ANN))
    with duckdb.connect(str(tmp_path / "copy.duckdb")) as connection:
        numbers = connection.execute("SELECT number FROM images ORDER BY number").fetchall()
        assert numbers == [(0,), (1,), (3,)]
        assert connection.execute("SELECT images FROM generations").fetchall() == [(3,)]


def test_one_rule_says_everywhere_how_many_images_there_are(store: Store, tmp_path: Path) -> None:
    """A preview of the server's own that is no image counts as little as one in the bin."""
    ended: dict[str, Any] = {"started_at": NOON, "finished_at": NOON + 5}
    hidden = image(4, path="images/x", temporary=True, thumbnail="")
    made = replace(batch(**ended), images=(*batch().images, hidden))
    made, other = (replace(one, group=one.id) for one in (made, batch(1, 2, **ended)))
    store.generations.add([made, other])
    store.library.bin([ImageKey(made.id, 1), ImageKey(made.id, 3)], ANN)
    statistics = Statistics(store, clock=lambda: NOON + 10)
    counted = {
        store.library.count(Search(), owner=ANN).images,
        statistics.headlines(owner=ANN).images,
        int(statistics.per_period(owner=ANN)["images"].sum()),
        sum(press.images for press in store.generations.ended_since(ANN, NOON, NOON)),
        sum(press.fresh for press in store.generations.ended_since(ANN, NOON, NOON)),
    }
    store.read(lambda cursor: write_copy(cursor, tmp_path / "copy.duckdb", ANN))
    with duckdb.connect(str(tmp_path / "copy.duckdb")) as connection:
        for sql in ("SELECT count(*) FROM images", "SELECT sum(images) FROM generations"):
            counted |= {number for (number,) in connection.execute(sql).fetchall()}
    assert counted == {4}


def test_what_is_taken_out_of_the_bin_as_a_whole_is_what_was_put_there_last(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = batch()
    store.generations.add([made])
    acts: list[Target] = [ImageKey(made.id, 1), made.id]
    for number, target in enumerate(acts):
        monkeypatch.setattr("storage.library.time", lambda at=NOON + number: at)
        store.library.bin([target], ANN)
    assert store.library.unbin([made.id], ANN) == (made.id,)
    assert binned_numbers(store, made.id) == {1}
    assert store.library.unbin([made.id], ANN) == (made.id,)
    assert binned_numbers(store, made.id) == set()
    assert store.library.unbin([made.id], ANN) == ()


def binned_numbers(store: Store, id_: str) -> frozenset[int]:
    record = store.generations.get(id_, deleted=True)
    assert record is not None
    return marked_of(record).where(binned=True)


def test_a_page_is_of_one_moment(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is done to its images while it is being read."""
    made = batch()
    store.generations.add([made])
    store.library.mark([ImageKey(made.id, 0)], ANN, rating=5)
    read = reads.records_by_id

    def interrupted(cursor: duckdb.DuckDBPyConnection, ids: list[str]) -> dict[str, Generation]:
        store.library.bin([ImageKey(made.id, 0)], ANN)
        return read(cursor, ids)

    monkeypatch.setattr("storage.search.pages.records_by_id", interrupted)
    wanted = Search(rating=5)
    (found,) = store.library.search(wanted, owner=ANN)
    assert [image.number for image in wanted.found_in(found)] == [0]
    assert store.library.search(wanted, owner=ANN) == []


@pytest.mark.parametrize("limit", [1, 2, 9])
def test_the_bin_shows_first_what_was_put_there_last(
    store: Store, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    """Whole generations and single images alike, over pages."""
    made = [batch(n) for n in range(5)]
    store.generations.add(made)
    order = [2, 0, 4, 3]
    for at, number in enumerate(order):
        monkeypatch.setattr("storage.library.time", lambda at=at: NOON + at)
        id_ = made[number].id
        store.library.bin([ImageKey(id_, 1) if number % 4 else id_], ANN)
    monkeypatch.setattr("storage.library.time", lambda: NOON + 10)
    store.library.bin([ImageKey(made[2].id, 3)], ANN)
    newest = [3, 4, 0]
    for sort, wanted in ((Sort.NEWEST, [2, *newest]), (Sort.OLDEST, [*reversed(newest), 2])):
        assert all_of(store, Search(binned=True, sort=sort), limit) == [made[n].id for n in wanted]


def all_of(store: Store, search: Search, limit: int) -> list[str]:
    """The ids of all that *search* finds, in pages of *limit*."""
    found: list[str] = []
    while page := store.library.search(
        search, owner=ANN, after=found[-1] if found else "", limit=limit
    ):
        found += [record.id for record in page]
    return found
