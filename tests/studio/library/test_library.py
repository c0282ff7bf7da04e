"""The library: ratings, labels, the bin, lineage; of one's own alone."""

from collections.abc import Callable

import pytest

from storage.engine.database import Database
from storage.files.kept_files import keep
from storage.records import Generation, ImageKey, Status
from storage.search.query import Search
from storage.search.usage import Freed
from storage.store import Store
from studio.access.viewer import Viewer
from studio.access.visible import Access
from studio.errors import StudioError
from studio.library.library import Library
from tests.support import environment
from tests.support.records import generation, image

ANN, BOB, ADMIN = Viewer("user:ann"), Viewer("user:bob"), Viewer("user:root", is_admin=True)


@pytest.fixture
def library(store: Store) -> Library:
    settings = environment.settings(store.folder)
    return Library(store, Access(store.generations.get), settings)


def finished(number: int, **fields: object) -> Generation:
    return generation(number, **({"status": Status.FINISHED} | fields))


def both(store: Store) -> tuple[Generation, Generation]:
    """One of Ann's, one of Bob's."""
    made = (finished(0), finished(1, owner=BOB.owner))
    store.generations.add(made)
    return made


CHANGES: list[Callable[[Library, list[str]], object]] = [
    lambda library, ids: library.rate(ids, ANN, 4),
    lambda library, ids: library.favour(ids, ANN, True),
    lambda library, ids: library.note(ids[0], ANN, "seen"),
    lambda library, ids: library.tag(ids, ANN, add=["sea"]),
    lambda library, ids: library.collect(ids, ANN, "best", True),
    lambda library, ids: library.delete(ids, ANN),
]


@pytest.mark.parametrize("change", CHANGES)
def test_changes_leave_alone_what_belongs_to_others(
    store: Store, library: Library, change: Callable[[Library, list[str]], object]
) -> None:
    mine, theirs = both(store)
    change(library, [mine.id, theirs.id])
    assert store.generations.get(theirs.id) == theirs
    assert store.generations.get(mine.id, deleted=True) != mine


@pytest.mark.parametrize("change", CHANGES[:-1])
def test_a_change_of_nothing_of_ones_own_is_said(
    store: Store, library: Library, change: Callable[[Library, list[str]], object]
) -> None:
    _, theirs = both(store)
    with pytest.raises(StudioError, match="not yours"):
        change(library, [theirs.id])
    assert store.generations.get(theirs.id) == theirs


def test_what_people_make_of_their_generations_is_kept(store: Store, library: Library) -> None:
    made = [finished(n) for n in range(3)]
    store.generations.add(made)
    ids = [g.id for g in made]
    assert library.rate(ids, ANN, 5) == 3
    assert library.favour(ids[:1], ANN, True) == 1
    assert library.note(ids[0], ANN, " the best ") == 1
    assert library.tag(ids[:2], ANN, add=["sea", "blue  sky"], remove=["never there"]) == 2
    assert library.tag(ids[:1], ANN, add=["sea"], remove=["sea", "blue sky"]) == 1
    assert library.collect(ids[:2], ANN, "best", True) == 2
    assert library.collect(ids[1:2], ANN, "best", False) == 1
    first, second = store.generations.get(ids[0]), store.generations.get(ids[1])
    assert first
    assert (first.rating, first.favourite, first.note) == (5, True, "the best")
    assert (first.tags, first.collections) == (("sea",), ("best",))
    assert second
    assert (second.tags, second.collections) == (("blue sky", "sea"), ())


def test_thousands_are_changed_at_once(store: Store, library: Library) -> None:
    made = [finished(n) for n in range(3000)]
    store.generations.add(made)
    ids = [g.id for g in made]
    assert library.tag(ids, ANN, add=["many"]) == 3000
    assert library.rate(ids, ANN, 3) == 3000
    assert len(library.delete(ids, ANN)) == 3000
    assert library.count(ANN, Search()) == 0
    assert library.count(ANN, Search(binned=True, tags=("many",), rating=3)) == 3000
    assert len(library.restore(ids, ANN)) == 3000
    assert library.count(ANN, Search()) == 3000


@pytest.mark.parametrize(
    "change",
    [
        lambda library, id_: library.rate([id_], ANN, 6),
        lambda library, id_: library.rate([id_], ANN, -1),
        lambda library, id_: library.note(id_, ANN, "x" * 10_001),
        lambda library, id_: library.tag([id_], ANN, add=["x" * 81]),
        lambda library, id_: library.tag([id_], ANN, add=["a\0b"]),
        lambda library, id_: library.tag([id_], ANN, add=[str(n) for n in range(51)]),
        lambda library, id_: library.collect([id_], ANN, "  ", True),
        lambda library, id_: library.rate([f"{id_}'; DROP TABLE labels; --"], ANN, 1),
        lambda library, id_: library.delete([id_] * 20_001, ANN),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    store: Store, library: Library, change: Callable[[Library, str], object]
) -> None:
    mine, _ = both(store)
    with pytest.raises(StudioError, match=r"\.$"):
        change(library, mine.id)
    assert store.generations.get(mine.id) == mine


def test_the_bin_gives_back_and_only_what_is_over_goes_there(
    store: Store, library: Library
) -> None:
    over, running = finished(0), finished(1, status=Status.RUNNING)
    store.generations.add([over, running])
    assert library.delete([over.id, running.id], ANN) == (over.id,)
    assert library.restore([over.id], BOB) == ()
    assert [g.id for g in library.page(ANN, Search(binned=True))] == [over.id]
    assert library.page(BOB, Search(binned=True)) == []
    assert library.restore([over.id], ANN) == (over.id,)
    assert store.generations.get(over.id) == over


def test_purging_removes_the_files_of_what_is_in_ones_own_bin(
    store: Store, library: Library
) -> None:
    made = [finished(n, owner=owner) for n, owner in enumerate([ANN.owner, ANN.owner, BOB.owner])]
    made = [
        finished(n, owner=g.owner, images=(keep(store.folder, g.id, 0, b"some text"),))
        for n, g in enumerate(made)
    ]
    store.generations.add(made)
    ids = [g.id for g in made]
    library.tag(ids, ADMIN, add=["x"])
    library.delete(ids[1:], ADMIN)
    assert library.purge(ids, ANN) == Freed(1, 1, 9)
    assert [(store.folder / g.images[0].path).exists() for g in made] == [True, False, True]
    assert library.purge(None, ANN) == Freed()
    assert library.purge(None, ADMIN) == Freed(1, 1, 9)
    assert library.facets(ADMIN).tags == (("x", 1),)


def test_admins_see_everybodys(store: Store, library: Library) -> None:
    mine, theirs = both(store)
    assert [g.id for g in library.page(ADMIN, Search())] == [theirs.id, mine.id]
    assert [g.id for g in library.page(ADMIN, Search(owner=BOB.owner))] == [theirs.id]
    assert library.count(ADMIN, Search()) == 2
    assert [name for name, _ in library.facets(ADMIN).owners] == [ANN.owner, BOB.owner]
    assert library.rate([mine.id, theirs.id], ADMIN, 2) == 2


def test_nobody_finds_what_is_anothers(store: Store, library: Library) -> None:
    mine, theirs = both(store)
    for wanted in (Search(), Search(owner=BOB.owner), Search(words="fox"), Search(statuses=())):
        assert theirs.id not in [g.id for g in library.page(ANN, wanted)]
    assert library.page(ANN, Search(), after=theirs.id) in ([], [store.generations.get(mine.id)])
    assert library.facets(ANN).owners == ()
    assert library.count(ANN, Search()) == 1
    with pytest.raises(StudioError, match="not yours"):
        library.compare(mine.id, theirs.id, ANN)
    with pytest.raises(StudioError, match="not yours"):
        library.lineage(theirs.id, ANN)


def test_lineage_goes_up_to_the_first_and_down_to_what_came_of_it(
    store: Store, library: Library
) -> None:
    first = finished(0)
    second = finished(1, parent=first.id, relation="variation")
    third = finished(2, parent=second.id, relation="input")
    others = finished(3, parent=second.id, owner=BOB.owner)
    store.generations.add([first, second, third, others])
    found = library.lineage(second.id, ANN)
    assert (found.parents, found.children) == ((first,), (third,))
    assert library.lineage(third.id, ANN).parents == (second, first)
    assert library.lineage(others.id, BOB).parents == ()


def test_a_line_that_bites_its_tail_ends(store: Store, library: Library) -> None:
    first, second = finished(0), finished(1)
    store.generations.add([finished(0, parent=second.id), finished(1, parent=first.id)])
    assert [g.id for g in library.lineage(first.id, ANN).parents] == [second.id]


@pytest.mark.parametrize("target", [0, 1, 2, None])
def test_one_look_into_the_store_finds_an_image_wherever_it_lies(
    store: Store, library: Library, target: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = finished(0, images=(image(0), image(1)))
    store.generations.add([made])
    library.delete([ImageKey(made.id, 1)], ANN)
    looks = 0
    read = Database.read

    def counted(self: Database, work: Callable[..., object]) -> object:
        nonlocal looks
        looks += 1
        return read(self, work)

    monkeypatch.setattr(Database, "read", counted)
    found = library.find(made.id if target is None else ImageKey(made.id, target), ANN)
    numbers = None if found is None else [i.number for i in found.images]
    assert numbers == {0: [0], 1: [1], 2: None, None: [0]}[target]
    assert looks == 1


def test_marks_stay_with_an_image_through_the_bin_and_back(store: Store, library: Library) -> None:
    made = finished(0, images=(image(0), image(1)))
    store.generations.add([made])
    one = ImageKey(made.id, 1)
    library.rate([one], ANN, 4)
    library.favour([one], ANN, True)
    library.note(one, ANN, "the best")
    library.tag([one], ANN, add=["sea"])
    library.collect([one], ANN, "print", True)
    marked = store.generations.get(made.id)
    library.delete([one], ANN)
    library.delete([made.id], ANN)
    binned = library.binned(made.id, ANN)
    assert binned is not None
    assert (binned.marks_of(1).rating, binned.marks_of(1).note) == (4, "the best")
    library.restore([made.id], ANN)
    library.restore([one], ANN)
    assert store.generations.get(made.id) == marked
