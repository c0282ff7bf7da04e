import json
import threading
import zipfile
from pathlib import Path

import pytest

from storage import files, writing
from storage.backup import MANIFEST, backup, restore
from storage.database import FILE_NAME
from storage.errors import BackupRefused, StorageError
from storage.records import Status
from storage.store import Store
from tests.storage.samples import generation, image, node_run


def _fill(folder: Path) -> list[bytes]:
    store = Store(folder)
    contents = [f"file {n}".encode() for n in range(3)]
    for n, content in enumerate(contents):
        store.add([generation(n)])
        kept = files.keep(folder, generation(n).id, 0, content, "x.txt")
        store.complete(
            generation(n).id, node_runs=[node_run()], images=(kept,), status=Status.FINISHED
        )
    (folder / "secret").write_text("key")
    (folder / "secret").chmod(0o600)
    store.close()
    return contents


def test_a_restored_backup_has_every_record_and_file(tmp_path: Path) -> None:
    contents = _fill(tmp_path / "data")
    number = backup(tmp_path / "data", tmp_path / "it's a backup.zip")
    assert number == 1 + len(contents) + 1
    assert restore(tmp_path / "it's a backup.zip", tmp_path / "new" / "data") == number
    store = Store(tmp_path / "new" / "data")
    for n, content in enumerate(contents):
        found = store.get(generation(n).id)
        assert found is not None
        assert writing.locate(store.folder, found.images[0].path).read_bytes() == content
        assert store.node_runs(found.id) == [node_run()]
    assert (store.folder / "secret").read_text() == "key"
    assert (store.folder / "secret").stat().st_mode & 0o777 == 0o600
    store.add([generation(0)])
    assert store.count(owner=None) == 3
    store.close()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data", "it's a backup.zip", "new"]


def test_a_backup_of_a_store_at_work_is_of_one_moment(store: Store, tmp_path: Path) -> None:
    stop = threading.Event()

    def work() -> None:
        n = 0
        while not stop.is_set():
            store.add([generation(n, images=(image(), image(1)))])
            n += 1

    worker = threading.Thread(target=work)
    worker.start()
    try:
        while store.count(owner=None) < 20:
            pass
        store.backup(tmp_path / "b.zip")
    finally:
        stop.set()
        worker.join()
    restore(tmp_path / "b.zip", tmp_path / "new")
    restored = Store(tmp_path / "new")
    found = restored.page(owner=None, limit=500)
    assert len(found) >= 20
    assert found == [generation(n, images=(image(), image(1))) for n in reversed(range(len(found)))]
    restored.close()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    _fill(tmp_path / "data")
    (tmp_path / "b.zip").write_text("mine")
    with pytest.raises(BackupRefused, match="exists already"):
        backup(tmp_path / "data", tmp_path / "b.zip")
    assert (tmp_path / "b.zip").read_text() == "mine"
    with pytest.raises(BackupRefused, match="not empty"):
        restore(tmp_path / "b.zip", tmp_path / "data")
    with pytest.raises(BackupRefused, match="holds no Stepglass"):
        backup(tmp_path / "nowhere", tmp_path / "c.zip")
    assert not (tmp_path / "nowhere").exists()
    with pytest.raises(StorageError, match="missing"):
        backup(tmp_path / "data", tmp_path / "missing" / "c.zip")


def _archive(file: Path, members: dict[str, bytes], manifest: object = None) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        made = {"format": 1, "files": len(members)} if manifest is None else manifest
        archive.writestr(MANIFEST, json.dumps(made))


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "/etc/evil",
        "a/../../evil",
        "a\\..\\evil",
        "C:evil",
        "a//b",
        "./a",
        FILE_NAME.upper(),
    ],
)
def test_an_archive_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    _archive(tmp_path / "b.zip", {FILE_NAME: b"", name: b"evil"})
    with pytest.raises(BackupRefused, match="cannot be restored"):
        restore(tmp_path / "b.zip", tmp_path / "new")
    assert [p.name for p in tmp_path.iterdir()] == ["b.zip"]


def test_a_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("images")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr(link, "/etc")
        archive.writestr(FILE_NAME, b"")
        archive.writestr(MANIFEST, json.dumps({"format": 1, "files": 2}))
    with pytest.raises(BackupRefused, match="no path"):
        restore(tmp_path / "b.zip", tmp_path / "new")


def test_what_is_no_whole_backup_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    _fill(tmp_path / "data")
    backup(tmp_path / "data", tmp_path / "good.zip")
    good = (tmp_path / "good.zip").read_bytes()
    flipped = bytearray(good)
    flipped[good.index(b"file 1") + 2] ^= 1
    cases: dict[str, bytes] = {
        "empty": b"",
        "text": b"hello",
        "cut": good[: len(good) // 2],
        "flipped": bytes(flipped),
    }
    for name, content in cases.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(BackupRefused, match="cannot be restored"):
            restore(tmp_path / name, tmp_path / "new")
    _archive(tmp_path / "other.zip", {"a": b"b"})
    _archive(tmp_path / "short.zip", {FILE_NAME: b""}, {"format": 1, "files": 9})
    _archive(tmp_path / "list.zip", {FILE_NAME: b""}, [1])
    _archive(tmp_path / "later.zip", {FILE_NAME: b""}, {"format": 2, "files": 1})
    _archive(tmp_path / "nodb.zip", {FILE_NAME: b"not a database" * 1000})
    for name in ("other.zip", "short.zip", "list.zip", "later.zip", "nodb.zip", "absent.zip"):
        with pytest.raises(StorageError):
            restore(tmp_path / name, tmp_path / "new")
    assert not (tmp_path / "new").exists()
    (tmp_path / "new").mkdir()
    with pytest.raises(StorageError):
        restore(tmp_path / "nodb.zip", tmp_path / "new")
    assert not list((tmp_path / "new").iterdir())
    assert not list(tmp_path.glob(".stepglass-*"))


def test_restoring_into_an_empty_folder_works(tmp_path: Path) -> None:
    _fill(tmp_path / "data")
    backup(tmp_path / "data", tmp_path / "data" / "inside.zip")
    (tmp_path / "new" / "lost+found").mkdir(parents=True)
    restore(tmp_path / "data" / "inside.zip", tmp_path / "new")
    assert not (tmp_path / "new" / "inside.zip").exists()
