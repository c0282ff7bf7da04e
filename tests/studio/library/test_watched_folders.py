"""What comes into a folder that somebody watches is theirs, once it is whole."""

import threading
from pathlib import Path

import pytest

from storage.files.thumbnailer import Previews
from storage.search.query import Search
from storage.store import Store
from studio.errors import StudioError
from studio.library import watched_folders
from studio.library.importer import Importer
from studio.library.watched_folders import WatchedFolders
from tests.studio.library.imports import ANN, BOB, png


@pytest.fixture
def watched(store: Store, source: Path) -> WatchedFolders:
    previews = Previews(store.folder)
    importer = Importer(store, previews, [source], is_private=False)
    return WatchedFolders(store, previews, importer.checked, importer.may_import, every=0.01)


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
