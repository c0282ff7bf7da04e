"""Other processes, damaged files, no room, no rights, SIGKILL: all real."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from storage.engine.database import FILE_NAME
from storage.error_translation import explain_opening
from storage.errors import DatabaseNewer, DatabaseUnreadable, FolderInUse, StorageError
from storage.records import Status
from storage.store import Store
from tests.support.paths import ROOT
from tests.support.records import count, generation, image, node_run

_HOLD = """
from tests.support.records import count, generation
from pathlib import Path
from storage.store import Store
import sys
store = Store(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
store.close()
"""

_WRITE_FOR_EVER = """
import itertools, sys, threading
from pathlib import Path
from storage.records import Status
from storage.store import Store
from tests.support.records import count, generation, image, node_run
store = Store(Path(sys.argv[1]))
start, lock = int(sys.argv[2]), threading.Lock()

def work(thread):
    for n in itertools.count(start + thread, 4):
        made = generation(n)
        store.generations.add([made])
        store.generations.complete(
            made.id, node_runs=[node_run()], images=(image(),), status=Status.FINISHED
        )
        with lock:
            print(n, flush=True)

for thread in range(4):
    threading.Thread(target=work, args=(thread,)).start()
sys.stdin.read()
"""

_FILL_UP = """
import os, resource, sys
from pathlib import Path
from storage.errors import DiskFull
from storage.store import Store
from tests.support.records import count, generation
limit = int(sys.argv[2])
store = Store(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
stored, refused, n = [], [], 0
while len(refused) < 3:
    made = generation(n, error_detail=os.urandom(250_000).hex())
    try:
        store.generations.add([made])
        stored.append(made)
    except DiskFull as error:
        assert "is full: free some space" in str(error)
        refused.append(made)
    n += 1
assert len(store.generations.page(owner=None, limit=500)) == min(500, len(stored))
assert count(store, None) == len(stored)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
for made in refused:
    store.generations.add([made])
store.generations.change(stored[0].id, steps=7)
store.close()
store = Store(Path(sys.argv[1]))
assert count(store, None) == len(stored) + len(refused)
assert all(store.generations.get(g.id) == g for g in stored[1:] + refused)
store.close()
print("done")
"""

_AS_STRANGER = """
import os, sys
from pathlib import Path
from storage.files import kept_files as files
from storage.errors import FolderReadOnly, StorageError
from storage.store import Store
folder = Path(sys.argv[1])
if os.geteuid() == 0:  # root may write anywhere
    os.setgid(65534)
    os.setuid(65534)
for ask in (lambda: Store(folder), lambda: files.keep(folder, "a-1", 0, b"text")):
    try:
        ask()
    except FolderReadOnly as error:
        assert str(folder) in str(error) and "--data-folder" in str(error), error
    else:
        raise AssertionError("written where nothing may be")
print("done")
"""


@contextmanager
def _process(code: str, *arguments: object) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _succeeds(code: str, *arguments: object) -> None:
    with _process(code, *arguments) as process:
        out, errors = process.communicate(timeout=100)
        assert out.strip() == "done", errors


def test_a_second_process_is_refused_and_told_the_first(tmp_path: Path) -> None:
    with _process(_HOLD, tmp_path) as other:
        assert other.stdout
        assert other.stdout.readline() == "open\n"
        with pytest.raises(FolderInUse, match=rf"in use by process {other.pid}: stop") as caught:
            Store(tmp_path)
        assert str(tmp_path) in str(caught.value)
        assert other.stdin
        other.stdin.close()
        assert other.wait() == 0
    Store(tmp_path).close()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL here")
def test_nothing_acknowledged_is_lost_by_sigkill(tmp_path: Path) -> None:
    acknowledged: list[int] = []
    for round_ in range(5):
        with _process(_WRITE_FOR_EVER, tmp_path, len(acknowledged) * 10) as writer:
            assert writer.stdout
            fresh = [int(writer.stdout.readline()) for _ in range(7 + round_ * 5)]
            writer.send_signal(signal.SIGKILL)
            fresh += map(int, writer.stdout.read().split())
        acknowledged += fresh
        store = Store(tmp_path)
        for n in fresh:
            found = store.generations.get(generation(n).id)
            assert found == generation(n, status=Status.FINISHED, images=(image(),))
            assert store.generations.node_runs(found.id) == [node_run()]
        assert len(acknowledged) <= count(store, None) <= len(acknowledged) + 4 * (round_ + 1)
        store.close()


@pytest.mark.skipif(os.name == "nt", reason="limits of a process's files are POSIX")
@pytest.mark.parametrize("limit", [10_000_000, 20_000_000])
def test_a_full_disk_is_said_and_work_goes_on_when_there_is_room(
    tmp_path: Path, limit: int
) -> None:
    """At the lower limit the log cannot grow, at the higher one it cannot be folded in."""
    _succeeds(_FILL_UP, tmp_path, limit)


@pytest.mark.skipif(os.name == "nt", reason="rights are POSIX here")
@pytest.mark.parametrize("is_new", [True, False])
def test_a_folder_that_may_not_be_written_is_said(tmp_path: Path, *, is_new: bool) -> None:
    if not is_new:
        Store(tmp_path).close()
    for folder in list(tmp_path.parents)[:2]:
        folder.chmod(0o755)
    tmp_path.chmod(0o555)
    try:
        _succeeds(_AS_STRANGER, tmp_path)
    finally:
        tmp_path.chmod(0o755)


def _checksum(block: bytes | bytearray) -> bytes:
    """As DuckDB's headers carry it (src/common/checksum.cpp)."""
    result = 5381
    for place in range(0, len(block), 8):
        word = int.from_bytes(block[place : place + 8], "little")
        result ^= word * 0xBF58476D1CE4E5B9 & 2**64 - 1
    return result.to_bytes(8, "little")


def test_a_newer_file_format_is_refused_with_a_sentence(tmp_path: Path) -> None:
    Store(tmp_path).close()
    file = tmp_path / FILE_NAME
    content = bytearray(file.read_bytes())
    assert content[:8] == _checksum(content[8:4096])
    content[12:20] = (9_999).to_bytes(8, "little")  # the storage version in DuckDB's header
    content[:8] = _checksum(content[8:4096])
    file.write_bytes(content)
    with pytest.raises(DatabaseNewer, match=r"newer DuckDB: start"):
        Store(tmp_path)


@pytest.mark.parametrize("content", [b"hello " * 1000, b"\0" * 5000, b"SQLite format 3\0" * 300])
def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    with pytest.raises(DatabaseUnreadable, match=r"cannot be read .*: restore a backup"):
        Store(tmp_path)
    assert (tmp_path / FILE_NAME).read_bytes() == content


def test_a_damaged_database_is_said(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.generations.add([generation(n, error_detail="x" * 5000) for n in range(100)])
    store.close()
    file = tmp_path / FILE_NAME
    content = bytearray(file.read_bytes())
    for place in range(4096, len(content), 1000):
        content[place] ^= 0xFF
    file.write_bytes(content)
    with pytest.raises(DatabaseUnreadable, match="restore a backup"):
        Store(tmp_path)


def test_too_little_memory_to_open_is_no_damage(tmp_path: Path) -> None:
    """Nobody is told to move a database away that more memory would open."""
    file = tmp_path / FILE_NAME
    said = explain_opening(duckdb.OutOfMemoryException("failed to allocate 128.0 KiB"), file)
    assert not isinstance(said, DatabaseUnreadable)
    assert f"{file} takes more memory than there is" in str(said)
    assert "Nothing in it is lost" in str(said)


def test_a_torn_log_loses_only_its_end(tmp_path: Path) -> None:
    """A crash may leave the last entry of the log half written; it was never acknowledged."""
    with _process(_WRITE_FOR_EVER, tmp_path, 0) as writer:
        assert writer.stdout
        acknowledged = [int(writer.stdout.readline()) for _ in range(10)]
        writer.kill()
        writer.wait()
    log = tmp_path / f"{FILE_NAME}.wal"
    with log.open("ab") as file:
        file.write(b"\x07" * 11)
    store = Store(tmp_path)
    assert all(store.generations.get(generation(n).id) for n in acknowledged)
    store.close()


def test_another_connection_writing_the_same_row_is_only_a_reason_to_try_again(
    tmp_path: Path,
) -> None:
    store = Store(tmp_path)
    store.generations.add([generation()])
    other = duckdb.connect(str(tmp_path / FILE_NAME))
    other.begin()
    other.execute("UPDATE generations SET attempts = 5")
    with pytest.raises(StorageError):
        store.generations.change(generation().id, attempts=6)
    other.commit()
    assert store.generations.change(generation().id, steps=6).attempts == 5
    other.close()
    store.close()
