"""Stores for tests: the empty database of a new one is made once a process, and copied."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from storage.engine.database import FILE_NAME
from storage.store import Store


def open_store(folder: Path) -> Store:
    """The store in *folder*; where none is there, an empty one, without running every migration.

    Its database has one thread: workers share the processors, and what tests store is small.
    """
    file = folder / FILE_NAME
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_empty_database())
    store = Store(folder)
    store.read(lambda cursor: cursor.execute("SET threads = 1"))
    return store


@cache
def _empty_database() -> bytes:
    with TemporaryDirectory() as name:
        Store(Path(name)).close()
        return Path(name, FILE_NAME).read_bytes()
