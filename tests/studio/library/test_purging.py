"""Files that are removed for good, while the same ones come anew."""

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image as Pillow

from storage.engine.purges import Gone
from storage.files.kept_files import keep
from storage.files.thumbnailer import Previews
from storage.library import Library
from storage.records import Status, Target
from storage.search.usage import Rule
from storage.store import Store
from studio.access.viewer import ONE, Viewer
from studio.library.cleanup import DAY, Upkeep
from studio.library.import_job import Import
from tests.support.records import generation

OWNER = "user:ann"


class Interrupted(Store):
    """A store in which somebody comes by at a point of a purge."""

    after_purge: Callable[[], object] = staticmethod(lambda: None)
    while_removing: Callable[[], object] = staticmethod(lambda: None)

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.library = InterruptedLibrary(self)


class InterruptedLibrary(Library):
    def __init__(self, store: Interrupted) -> None:
        super().__init__(store._database, store._writer)
        self._store = store

    def purge(
        self, before: float, *, owner: str | None = None, targets: Sequence[Target] | None = None
    ) -> list[Gone]:
        gone = super().purge(before, owner=owner, targets=targets)
        if gone:
            self._store.after_purge()
        return gone

    def named_by(self, ids: object) -> frozenset[str]:
        named = super().named_by(ids)  # type: ignore[arg-type] # handed on
        self._store.while_removing()
        return named


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Interrupted]:
    opened = Interrupted(tmp_path / "data")
    yield opened
    opened.close()


def bring(store: Store, source: Path) -> int:
    report = Import(store, source, OWNER, Previews(store.folder), lambda _: None)
    return report.run(lambda: False).added


def images_in(folder: Path, count: int = 20) -> Path:
    folder.mkdir()
    for number in range(count):
        Pillow.new("RGB", (8, 8), (number, 0, 0)).save(folder / f"{number}.png")
    return folder


def binned(store: Store, source: Path) -> None:
    assert bring(store, source) == 20
    store.library.bin([record.id for record in store.generations.page(owner=OWNER)], OWNER)


def check_whole(store: Store, count: int = 20) -> None:
    kept = store.generations.page(owner=OWNER)
    assert len(kept) == count
    assert all((store.folder / record.images[0].path).is_file() for record in kept)


def test_what_is_imported_anew_before_the_files_go_keeps_them(
    store: Interrupted, tmp_path: Path
) -> None:
    source = images_in(tmp_path / "source")
    binned(store, source)
    store.after_purge = lambda: bring(store, source)
    Upkeep(store, store.folder, is_private=True).purge(OWNER, time.time() + 1)
    check_whole(store)


def test_what_is_imported_while_the_files_go_waits_for_that(
    store: Interrupted, tmp_path: Path
) -> None:
    source = images_in(tmp_path / "source")
    binned(store, source)
    importer = threading.Thread(target=bring, args=[store, source])
    store.while_removing = importer.start
    Upkeep(store, store.folder, is_private=True).purge(OWNER, time.time() + 1)
    importer.join()
    check_whole(store)


def old(path: Path) -> Path:
    os.utime(path, (time.time() - 3 * DAY,) * 2)
    return path


def test_a_file_that_got_its_record_since_it_was_found_is_no_orphan(
    store: Interrupted,
) -> None:
    made = generation(1, owner=OWNER, status=Status.FINISHED)
    image = keep(store.folder, made.id, 0, b"ten bytes.")
    old(store.folder / image.path)
    upkeep = Upkeep(store, store.folder, is_private=True)
    orphans = upkeep._orphans(Viewer(ONE))
    first = next(orphans)
    store.generations.add([replace(made, images=(image,))])
    assert upkeep._remove(iter([first])).files == 0
    check_whole(store, 1)


def test_what_is_kept_of_a_generation_that_waits_for_the_rest_is_no_orphan(
    store: Interrupted,
) -> None:
    made = generation(1, owner=OWNER, status=Status.RUNNING)
    store.generations.add([made])
    path = old(store.folder / keep(store.folder, made.id, 0, b"ten bytes.").path)
    nobodys = old(store.folder / keep(store.folder, "nobody", 0, b"ten bytes.").path)
    freed = Upkeep(store, store.folder, is_private=True).clean(Viewer(ONE), Rule.ORPHANS, 0)
    assert (freed.files, path.exists(), nobodys.exists()) == (1, True, False)
