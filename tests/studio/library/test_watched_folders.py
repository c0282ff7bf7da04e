"""What comes into a folder that somebody watches is theirs, once it is whole."""

import errno
import os
import threading
import time
from pathlib import Path
from typing import BinaryIO

import pytest

from storage.files.thumbnailer import Previews
from storage.records import Generation
from storage.search.query import Search
from storage.store import Store
from studio.errors import StudioError
from studio.library import watched_folders
from studio.library.folder_files import FolderFiles
from studio.library.importer import Importer
from studio.library.watched_folders import WatchedFolders
from tests.studio.library.imports import ANN, BOB, png


@pytest.fixture
def watched(store: Store, source: Path) -> WatchedFolders:
    return watching(store, source)


def watching(store: Store, source: Path, *people: str) -> WatchedFolders:
    """What watches *source*, for *people* or whoever there is, as after a start."""
    previews = Previews(store.folder)
    importer = Importer(store, previews, [source], is_private=False)
    return WatchedFolders(
        store,
        previews,
        importer.checked,
        importer.may_import,
        may_come=lambda owner: not people or owner in people,
        every=0.01,
    )


def owners(store: Store) -> list[str]:
    return sorted(g.owner for g in store.library.search(Search(), owner=None))


def test_a_file_is_imported_once_two_looks_found_it_the_same(
    watched: WatchedFolders, store: Store, source: Path
) -> None:
    watched.watch(str(source), ANN)
    whole = png()
    (source / "a.png").write_bytes(whole[:100])
    watched.look()
    assert owners(store) == []
    (source / "a.png").write_bytes(whole)
    watched.look()
    assert owners(store) == []
    for _ in range(3):
        watched.look()
    assert owners(store) == [ANN.owner]
    (source / "b.png").write_bytes(png("red"))
    for _ in range(2):
        watched.look()
    assert owners(store) == [ANN.owner] * 2


def test_each_sees_and_leaves_their_own(
    watched: WatchedFolders, store: Store, source: Path
) -> None:
    watched.watch(str(source), ANN)
    watched.watch(str(source), BOB)
    watched.leave(str(source), BOB)
    assert (watched.of(ANN), watched.of(BOB)) == ((str(source),), ())
    (source / "a.png").write_bytes(png())
    for _ in range(2):
        watched.look()
    assert owners(store) == [ANN.owner]
    watched.leave(str(source), ANN)
    (source / "b.png").write_bytes(png("red"))
    for _ in range(2):
        watched.look()
    assert owners(store) == [ANN.owner]


def test_a_damaged_file_is_tried_again_only_when_it_changes(
    watched: WatchedFolders, store: Store, source: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", watched_folders.__name__)
    watched.watch(str(source), ANN)
    (source / "a.png").write_bytes(png()[:100])
    for _ in range(4):
        watched.look()
    assert caplog.messages == [f"Of {source} 0 files came in, 1 failed"]
    (source / "a.png").write_bytes(png())
    for _ in range(4):
        watched.look()
    assert caplog.messages[1:] == [f"Of {source} 1 files came in, 0 failed"]
    assert owners(store) == [ANN.owner]


def test_what_was_deleted_for_good_does_not_come_back_after_a_restart_and_new_files_do(
    watched: WatchedFolders, store: Store, source: Path
) -> None:
    watched.watch(str(source), ANN)
    (source / "a.png").write_bytes(png())
    for _ in range(3):
        watched.look()
    (there,) = store.library.search(Search(), owner=ANN.owner)
    store.library.bin([there.id], ANN.owner)
    store.library.purge(time.time() + 1, owner=ANN.owner)
    # What is copied, or moved, may be of any age.
    (source.parent / "old.png").write_bytes(png("red"))
    os.utime(source.parent / "old.png", (1e9, 1e9))
    again = watching(store, source)
    again.watch(str(source), ANN)  # asking twice forgets nothing
    (source.parent / "old.png").rename(source / "old.png")
    for _ in range(3):
        again.look()
    assert [g.images[0].filename for g in store.library.search(Search(), owner=None)] == ["old.png"]


def test_what_could_not_be_stored_is_tried_again_also_after_a_restart(
    watched: WatchedFolders, store: Store, source: Path
) -> None:
    watched.watch(str(source), ANN)
    (source / "a.png").write_bytes(png())
    images = store.folder / "images"
    images.write_bytes(b"in the way of the folder")
    for _ in range(3):
        watched.look()
    assert owners(store) == []
    again = watching(store, source)
    again.look()
    images.unlink()
    for one in (watched, again):
        one.look()
    assert owners(store) == [ANN.owner]


def test_what_could_not_be_read_is_tried_again_and_keeps_nothing_else_from_being_done(
    watched: WatchedFolders, store: Store, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.watch(str(source), ANN)
    for name in ("a", "b"):
        (source / f"{name}.png").write_bytes(png(name=name))
    opened, broken = FolderFiles.open, [source / "a.png"]

    def open_(files: FolderFiles, path: Path) -> BinaryIO:
        if path in broken:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return opened(files, path)

    monkeypatch.setattr(FolderFiles, "open", open_)
    for _ in range(4):
        watched.look()
    assert owners(store) == [ANN.owner]
    (there,) = store.library.search(Search(), owner=ANN.owner)
    store.library.bin([there.id], ANN.owner)
    store.library.purge(time.time() + 1, owner=ANN.owner)
    again = watching(store, source)
    for _ in range(2):
        again.look()
    assert owners(store) == []  # what was done with is so after a restart
    broken.clear()
    watched.look()
    assert owners(store) == [ANN.owner]


def test_a_folder_that_was_emptied_takes_what_comes_in_the_same_moment(
    watched: WatchedFolders, store: Store, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marks = WatchedFolders._marks

    def coarse(self: WatchedFolders, folder: Path, owner: str) -> watched_folders.Marks:
        found = marks(self, folder, owner)
        return {path: mark._replace(changed_at=1) for path, mark in found.items()}

    monkeypatch.setattr(WatchedFolders, "_marks", coarse)
    watched.watch(str(source), ANN)
    for name in ("a", "b"):
        (source / f"{name}.png").write_bytes(png(name=name))
        for _ in range(2):
            watched.look()
        (source / f"{name}.png").unlink()
        watched.look()
    assert owners(store) == [ANN.owner] * 2


def test_the_folders_of_who_cannot_be_here_rest(
    watched: WatchedFolders, store: Store, source: Path
) -> None:
    for viewer in (ANN, BOB):
        watched.watch(str(source), viewer)
    (source / "a.png").write_bytes(png())
    for _ in range(2):
        watching(store, source, BOB.owner).look()
    of_bobs = watching(store, source, BOB.owner)
    for _ in range(2):
        of_bobs.look()
    assert owners(store) == [BOB.owner]
    assert watched.of(ANN) == (str(source),)


def test_who_stops_watching_while_it_is_looked_at_watches_no_more(
    watched: WatchedFolders, store: Store, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.watch(str(source), ANN)
    (source / "a.png").write_bytes(png())
    watched.look()
    add = store.generations.add

    def leaving(records: list[Generation]) -> None:
        watched.leave(str(source), ANN)
        add(records)

    monkeypatch.setattr(store.generations, "add", leaving)
    watched.look()
    assert owners(store) == [ANN.owner]
    assert watched.of(ANN) == ()


def test_only_so_many_and_only_what_may_be_imported(
    watched: WatchedFolders, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watched_folders, "MAX_FOLDERS", 1)
    with pytest.raises(StudioError, match="may be imported"):
        watched.watch(str(source.parent), ANN)
    watched.watch(str(source), ANN)
    watched.watch(str(source), ANN)
    (source / "below").mkdir()
    with pytest.raises(StudioError, match="stop watching one"):
        watched.watch(str(source / "below"), ANN)
    (source / "below").rmdir()
    watched.look()


def test_its_thread_looks_by_itself_and_ends(
    watched: WatchedFolders, store: Store, source: Path
) -> None:
    (source / "a.png").write_bytes(png())
    watched.start()
    watched.watch(str(source), ANN)
    while not owners(store):
        threading.Event().wait(0.01)
    watched.close(20)
    assert not any(thread.is_alive() for thread in watched._threads)
