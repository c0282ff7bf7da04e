"""Who may import which folder, from the page and from the terminal."""

import threading
from pathlib import Path

import pytest

from storage.files.thumbnailer import Previews
from storage.store import Store
from studio.access.viewer import BROWSER, GUEST, ONE, Viewer
from studio.cli.archive import carry_out
from studio.cli.commands import read_command
from studio.errors import StudioError
from studio.library.import_job import ImportState
from studio.library.importer import Importer, ImportWork
from studio.library.watched_folders import WatchedFolders
from tests.studio.library.imports import ANN, BOB, png, tally
from tests.support.picture_folders import make_folder
from tests.support.stores import open_store

ME, GUEST_THERE = Viewer(ONE), Viewer(f"{GUEST}{'a' * 32}")


def _importer(store: Store, *allowed: Path, is_private: bool = False) -> Importer:
    return Importer(store, Previews(store.folder), allowed, is_private=is_private)


def test_from_the_page_only_named_folders_may_be_imported(store: Store, source: Path) -> None:
    inside, outside = source / "inside", source.parent / "outside"
    for folder in (inside, outside):
        folder.mkdir()
    (source / "way out").symlink_to(outside)
    importer = _importer(store, source)
    refused = [str(outside), str(source / "way out"), str(source / ".." / "outside"), "", "~", "."]
    for typed in (*refused, "/etc", str(source) + "2", "a\0b"):
        with pytest.raises(StudioError, match=r"\.$"):
            importer.start(typed, ANN)
    with pytest.raises(StudioError, match="--import-folder"):
        _importer(store).start(str(source), ANN)
    assert importer.start(str(inside), ANN).running
    importer.close(20)
    assert importer.folders(ANN) == (str(source),)


def test_on_a_page_of_ones_own_what_lies_below_home_may_but_our_data(
    store: Store, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(source.parent))
    importer = _importer(store, is_private=True)
    inside = (str(store.folder), str(store.folder / "images"), str(source / "none"))
    for typed in (*inside, "/etc", "/", str(source.parent.parent), "~root"):
        with pytest.raises(StudioError):
            importer.start(typed, ME)
    assert importer.start(str(source), ME).folder == str(source)
    importer.close(20)


def test_guests_of_a_page_of_ones_own_import_nothing_and_browsers_not_from_home(
    store: Store, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(source.parent))
    (source / "way out").symlink_to(source.parent)
    for named in ((), (source,)):
        importer = _importer(store, *named, is_private=True)
        with pytest.raises(StudioError, match="Guests import no folders"):
            importer.start(str(source), GUEST_THERE)
        assert not importer.folders(GUEST_THERE)
        for viewer in (ANN, Viewer(f"{BROWSER}{'b' * 32}"), GUEST_THERE):
            assert not importer.takes_home(viewer.owner)
            assert not importer.may_import(source.parent, viewer.owner)
            with pytest.raises(StudioError):
                importer.start(str(source.parent), viewer)
            with pytest.raises(StudioError):
                importer.start(str(source / "way out"), viewer)
    watched = WatchedFolders(
        store, Previews(store.folder), importer.checked, importer.may_import, every=0.01
    )
    with pytest.raises(StudioError, match="Guests import no folders"):
        watched.watch(str(source), GUEST_THERE)


def test_one_import_a_viewer_whose_state_nobody_else_sees(store: Store, source: Path) -> None:
    make_folder(source, 120, side=64)
    importer = _importer(store, source)
    importer.start(str(source), ANN)
    with pytest.raises(StudioError, match="running already"):
        importer.start(str(source), ANN)
    assert importer.state(BOB) == ImportState()
    importer.cancel(BOB)
    work = ImportWork(importer, Previews(store.folder))
    while importer.state(ANN).running:
        threading.Event().wait(0.01)
    state = importer.state(ANN)
    assert tally(state) == (120, 120, 120, 0, 0)
    assert state.finished_at is not None
    work.stop()
    with pytest.raises(StudioError, match="shutting down"):
        importer.start(str(source), ANN)
    assert not any(thread.name == "import" for thread in threading.enumerate())


def test_the_terminal_imports_for_whom_it_is_told(
    tmp_path: Path, source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (source / "one.png").write_bytes(png())
    (source / "notes.txt").write_text("x")
    data = tmp_path / "fresh"
    command = ["import", str(source), "--data-folder", str(data), "--people", "browsers"]
    assert carry_out(read_command(command)) == 1
    assert "--owner" in capsys.readouterr().err
    for added in (1, 0):
        assert carry_out(read_command([*command, "--owner", "ann"])) == 0
        said = capsys.readouterr()
        assert f"{added} added" in said.out
        assert "notes.txt" in said.err
    assert carry_out(read_command(command)) == 0  # there is one gallery alone
    assert carry_out(read_command(["import", str(data), "--data-folder", str(data)])) == 1
    opened = open_store(data)
    assert [g.owner for g in opened.generations.page(owner=None)] == [ANN.owner]
    opened.close()


@pytest.mark.parametrize("words", [["import"], ["serve", "--owner", "ann"], ["import", "a", "b"]])
def test_commands_that_make_no_sense_are_refused(words: list[str]) -> None:
    with pytest.raises(SystemExit):
        read_command(words)
