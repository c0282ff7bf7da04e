import json
import os
import threading
import zipfile
from pathlib import Path

import pytest

from storage.engine.database import FILE_NAME
from storage.errors import BackupRefused, StorageError
from storage.files import atomic_write, kept_files
from storage.records import Generation, Status
from storage.store import Store
from storage.transfer.backup import Backup, backup, restore
from storage.transfer.portable import MANIFEST
from tests.support.records import count, generation, image, node_run


def _fill(folder: Path) -> list[bytes]:
    store = Store(folder)
    contents = [f"file {n}".encode() for n in range(3)]
    for n, content in enumerate(contents):
        store.generations.add([generation(n)])
        kept = kept_files.keep(folder, generation(n).id, 0, content, "x.txt")
        store.generations.complete(
            generation(n).id, node_runs=[node_run()], images=(kept,), status=Status.FINISHED
        )
    (folder / "secret").write_text("key")
    (folder / "secret").chmod(0o600)
    store.close()
    return contents


def test_a_restored_backup_has_every_record_and_file(tmp_path: Path) -> None:
    contents = _fill(tmp_path / "data")
    made = backup(tmp_path / "data", tmp_path / "it's a backup.zip")
    assert made == Backup(number := 1 + len(contents) + 1)
    assert restore(tmp_path / "it's a backup.zip", tmp_path / "new" / "data") == number
    store = Store(tmp_path / "new" / "data")
    for n, content in enumerate(contents):
        found = store.generations.get(generation(n).id)
        assert found is not None
        assert atomic_write.locate(store.folder, found.images[0].path).read_bytes() == content
        assert store.generations.node_runs(found.id) == [node_run()]
    assert (store.folder / "secret").read_text() == "key"
    assert (store.folder / "secret").stat().st_mode & 0o777 == 0o600
    store.generations.add([generation(0)])
    assert count(store, None) == 3
    store.close()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data", "it's a backup.zip", "new"]


def test_a_backup_of_a_store_at_work_is_of_one_moment(store: Store, tmp_path: Path) -> None:
    stop = threading.Event()

    def over(number: int) -> Generation:
        return generation(number, status=Status.FINISHED, images=(image(), image(1)))

    def work() -> None:
        n = 0
        while not stop.is_set():
            store.generations.add([over(n)])
            n += 1

    worker = threading.Thread(target=work)
    worker.start()
    try:
        while count(store, None) < 20:
            pass
        store.backup(tmp_path / "b.zip")
    finally:
        stop.set()
        worker.join()
    restore(tmp_path / "b.zip", tmp_path / "new")
    restored = Store(tmp_path / "new")
    found = restored.generations.page(owner=None, limit=500)
    assert len(found) >= 20
    assert found == [over(n) for n in reversed(range(len(found)))]
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


ODD = (
    b"Screenshot 2026-11-25 12:30:00.png",
    b"back\\slash.txt",
    b"Notes.txt",
    b"notes.txt",
    b"caf\xe9.txt",
    "😀 grüße\u0301 .txt".encode(),
    b"n" * 255,
    b" ",
    b"new\nline",
    b"images/IMAGE.png",
    b"images/image.png",
    b"deep/" * 30 + b"x.txt",
)


def contents(folder: Path) -> dict[str, bytes]:
    """Every plain file under *folder* but the database, by its path."""
    found = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*")}
    return {
        name: path.read_bytes()
        for name, path in found.items()
        if path.is_file() and not path.is_symlink() and not name.startswith(FILE_NAME)
    }


def test_a_folder_of_odd_names_comes_back_but_for_what_is_said(tmp_path: Path) -> None:
    data = tmp_path / "data"
    _fill(data)
    for number, name in enumerate(ODD):
        path = data / os.fsdecode(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"%d" % number)
    (data / "link").symlink_to(tmp_path)
    (data / "dangling.png").symlink_to("nowhere")
    os.mkfifo(data / "pipe")
    (data / "empty").mkdir()
    (data / "client.id").write_text("mine")
    made = backup(data, tmp_path / "b.zip")
    assert restore(tmp_path / "b.zip", tmp_path / "new") == made.files
    before, after = contents(data), contents(tmp_path / "new")
    lost = {
        "Screenshot 2026-11-25 12:30:00.png", "back\\slash.txt", "Notes.txt", "images/IMAGE.png",
        os.fsdecode(b"caf\xe9.txt"), "client.id",
    }  # fmt: skip
    assert after == {name: data for name, data in before.items() if name not in lost}
    assert made.left_out.startswith("Left out: ")
    assert "and 5 more" in made.left_out  # with two links and the pipe
    restore(tmp_path / "b.zip", tmp_path / "again")
    assert contents(tmp_path / "again") == after


def test_what_is_left_out_is_named_with_its_reason(tmp_path: Path) -> None:
    _fill(tmp_path / "data")
    (tmp_path / "data" / "12:30.png").write_bytes(b"x")
    made = backup(tmp_path / "data", tmp_path / "b.zip")
    assert made.left_out == ("Left out: “12:30.png” (its name is not possible on every system).")


def test_what_is_restored_is_private_whatever_the_archive_says(tmp_path: Path) -> None:
    _fill(tmp_path / "data")
    (tmp_path / "data" / "secret").chmod(0o644)
    (tmp_path / "data" / "images").chmod(0o777)
    backup(tmp_path / "data", tmp_path / "b.zip")
    restore(tmp_path / "b.zip", tmp_path / "new")
    for path in (tmp_path / "new", *(tmp_path / "new").rglob("*")):
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


def test_an_archive_damaged_anywhere_is_refused_by_a_sentence_or_comes_back_whole(
    tmp_path: Path,
) -> None:
    data = tmp_path / "data"
    Store(data).close()
    (data / "images").mkdir()
    (data / "images" / "a.png").write_bytes(bytes(range(256)))
    backup(data, tmp_path / "good.zip")
    good = (tmp_path / "good.zip").read_bytes()
    whole = contents(data)
    refused = 0
    for number, place in enumerate(range(0, len(good), max(1, len(good) // 200))):
        bad = bytearray(good)
        bad[place] ^= (0xFF, 0x55, 0x01)[number % 3]
        (tmp_path / "bad.zip").write_bytes(bad)
        new = tmp_path / f"new{number}"
        try:
            restore(tmp_path / "bad.zip", new)
        except StorageError:
            refused += 1
            assert not new.exists()
        else:
            assert contents(new) == whole
            Store(new).close()
    assert refused > 150


def test_nothing_of_a_restored_backup_runs_by_itself(tmp_path: Path) -> None:
    store = Store(tmp_path / "data")
    states = (Status.QUEUED, Status.SUBMITTED, Status.RUNNING, Status.FINISHED)
    store.generations.add([generation(n, status=s, server="gpu") for n, s in enumerate(states)])
    store.generations.add(
        [generation(9, status=Status.RUNNING, cancel_asked=True, retry_on_loss=True)]
    )
    store.backup(tmp_path / "b.zip")
    store.close()
    restore(tmp_path / "b.zip", tmp_path / "new")
    store = Store(tmp_path / "new")
    waiting, sent, running, finished = (store.generations.get(generation(n).id) for n in range(4))
    assert waiting
    assert sent
    assert running
    assert finished
    assert (waiting.status, waiting.held) == (Status.QUEUED, True)
    assert "Release it" in waiting.warning
    assert [sent.status, running.status] == [Status.LOST] * 2
    assert "was running on gpu when the backup was made" in running.error
    assert sent.finished_at is not None
    assert (finished.status, finished.held, finished.error) == (Status.FINISHED, False, "")
    assert [g.id for g in store.generations.unfinished()] == [waiting.id]
    asked = store.generations.get(generation(9).id)
    assert asked is not None
    assert asked.status is Status.CANCELLED
    store.close()
