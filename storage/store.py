"""The store: generations, their images and node runs, kept in one DuckDB file."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import duckdb

from storage.documents import Documents, Flags, Owners
from storage.engine.database import Database
from storage.engine.writer import Writer
from storage.files import atomic_write
from storage.generations import Generations
from storage.hooks import Hooks
from storage.library import Library
from storage.timings import Timings
from storage.transfer import backup

T = TypeVar("T")


class Store:
    """`folder`/stepglass.duckdb, opened and brought to this version's schema, in parts.

    Every method of the parts may be called from any thread, and blocks. What writes returns once
    it is durable; what fails raises StorageError, has changed nothing, and may be called again.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.naming = threading.Lock()
        """Held while files come or go whose paths others may name: until that is stored, or
        between asking whether a record names them and removing them."""
        self._database = Database(folder)
        atomic_write.sweep(folder)
        self._writer = Writer(self._database)
        both = (self._database, self._writer)
        self.generations = Generations(*both)
        self.library = Library(*both)
        self.documents = Documents(*both)
        self.flags = Flags(*both)
        self.owners = Owners(*both)
        self.timings = Timings(*both)
        self.hooks = Hooks(*both)

    def close(self) -> None:
        """Write what is waiting, end the writer's thread, close the file. May be called twice."""
        self._writer.close()
        self._database.close()

    def read(self, work: Callable[[duckdb.DuckDBPyConnection], T]) -> T:
        """What *work* makes of a cursor of its own; it may be called a second time, never nest."""
        return self._database.read(work)

    def view(self, work: Callable[[duckdb.DuckDBPyConnection], T]) -> T:
        """The same, with all of *work*'s questions answered from one moment."""
        return self._database.view(work)

    def backup(self, file: Path) -> backup.Backup:
        """Write everything into the new archive *file* meanwhile; see `storage.transfer.backup`."""
        return backup.backup_open(self._database, file)
