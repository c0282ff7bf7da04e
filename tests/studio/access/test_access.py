"""Whatever the studio offers about a generation asks who wants to know."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

import studio as package
from storage.records import Generation
from studio.access.viewer import Viewer
from studio.access.visible import Access
from studio.errors import Absent, ReadOnly
from studio.studio import Studio
from tests.support import environment
from tests.support.records import generation
from tests.support.stores import open_store

NAMES = {
    "id", "id_", "ids", "first", "second", "record", "records", "job", "parent",
    "target", "targets",
}  # fmt: skip
"""Parameters that name a generation."""
WITHOUT = {
    "Links.opens": "the key says that whoever has it may look",
    "Sessions.is_open": "the id of a login",
    "Sessions.end": "the id of a login",
}
ROOT = Path(package.__file__).parents[1]
ANN, BOB, ADMIN = Viewer("user:ann"), Viewer("user:bob"), Viewer("user:x", is_admin=True)


def parts(whole: object, seen: set[int]) -> Iterator[object]:
    """*whole* and every part of ours that can be reached from it by public names."""
    if id(whole) in seen or not type(whole).__module__.startswith(("studio.", "storage.")):
        return
    seen.add(id(whole))
    yield whole
    for name, part in vars(whole).items() if hasattr(whole, "__dict__") else ():
        if not name.startswith("_"):
            yield from parts(part, seen)


def methods(whole: object) -> Iterator[tuple[str, inspect.Signature]]:
    for part in parts(whole, set()):
        for name, method in inspect.getmembers(type(part), inspect.isfunction):
            if not name.startswith("_"):
                yield f"{type(part).__name__}.{name}", inspect.signature(method)


def concerns_a_generation(signature: inspect.Signature) -> bool:
    taken = signature.parameters.values()
    return any(p.name in NAMES or "Generation]" in str(p.annotation) for p in taken)


def asks_who(signature: inspect.Signature) -> bool:
    """Storage knows no viewers: there it is the owner, who must be named."""
    owner = signature.parameters.get("owner")
    return any(p.annotation is Viewer for p in signature.parameters.values()) or (
        owner is not None and owner.kind is owner.KEYWORD_ONLY and owner.default is owner.empty
    )


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    settings = environment.settings(tmp_path)
    made = Studio(settings, (), open_store(tmp_path))
    yield made
    made.close()


def test_whatever_takes_a_generation_takes_the_viewer(studio: Studio) -> None:
    found = dict(methods(studio))
    concerned = {name for name, signature in found.items() if concerns_a_generation(signature)}
    assert {"Cancels.one", "Generations.watch", "Queueing.move", "Library.rate"} <= concerned
    careless = {name for name in concerned if not asks_who(found[name])}
    assert careless == set(WITHOUT)


@pytest.mark.parametrize("folder", ["ui", "web"])
def test_no_page_and_no_route_goes_round_it(folder: str) -> None:
    for file in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr.startswith("_"):
                owner = ast.unparse(node.value)
                assert not owner.endswith(("studio", "queue", "library", "cancels")), (file, owner)


def test_absent_and_anothers_are_told_alike() -> None:
    record: Generation = generation(0, owner=ANN.owner)
    access = Access({record.id: record}.get)
    assert access.own(record.id, ANN) is access.own(record.id, ADMIN) is record
    sentences = set()
    for id_, viewer in ((record.id, BOB), ("nothing", ANN), ("nothing", BOB)):
        assert access.get(id_, viewer) is None
        for ask in (access.seen, access.own):
            with pytest.raises(Absent) as refusal:
                ask(id_, viewer)
            sentences.add(str(refusal.value))
    assert len(sentences) == 1


def test_a_private_link_shows_and_changes_nothing() -> None:
    record = generation(0, owner=ANN.owner, note="mine", tags=("a",), rating=4, favourite=True)
    by_link = Viewer(BOB.owner, opened=frozenset({record.id}))
    access = Access({record.id: record}.get)
    seen = access.seen(record.id, by_link)
    assert (seen.id, seen.prompt) == (record.id, record.prompt)
    assert (seen.note, seen.tags, seen.collections, seen.rating, seen.favourite) == (
        "",
        (),
        (),
        0,
        False,
    )
    with pytest.raises(ReadOnly):
        access.own(record.id, by_link)


def test_a_snapshot_by_a_private_link_tells_nothing_of_what_its_owner_noted(
    studio: Studio,
) -> None:
    record = generation(0, owner=ANN.owner, note="mine", tags=("a",))
    studio._store.generations.add([record])
    by_link = Viewer(BOB.owner, opened=frozenset({record.id}))
    own, seen = (
        studio.generations.snapshot(record.id, ANN),
        studio.generations.snapshot(record.id, by_link),
    )
    assert own is not None
    assert seen is not None
    assert (own.record.note, seen.record.note, seen.record.tags) == ("mine", "", ())
    assert studio.generations.snapshot(record.id, BOB) is None
