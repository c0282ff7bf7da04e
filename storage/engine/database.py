"""The open DuckDB file: one connection, a cursor for each use, opened anew after a fatal error."""

import logging
import shutil
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import duckdb

from storage.engine.migrate import migrate
from storage.error_translation import disk_full, explain, explain_opening, is_fatal
from storage.errors import DiskFull, StorageError, StoreClosed
from storage.stats import rollups

FILE_NAME = "stepglass.duckdb"
RESERVE = 64 * 2**20
"""Bytes that must be free for a write to begin: DuckDB needs some 30 MB to fold in its log."""
LONG_LOG = 16 * 2**20
"""Bytes of DuckDB's log from which on it is folded into the file."""
IDLE_LOG = 2**20
"""The same while nothing else is to be written: until then DuckDB keeps it in memory, too."""
REOPEN_WAIT = 30.0
"""Seconds for which other readers may hold up opening anew."""
CLOSE_WAIT = 5.0
"""Seconds that readers are given to end by themselves, then after being interrupted."""

T = TypeVar("T")
_log = logging.getLogger(__name__)


class Database:
    """`folder`/stepglass.duckdb, open. Raises StorageError where it cannot be.

    `_gate` guards the connection and the cursors in use.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._gate = threading.Condition()
        self._cursors: set[duckdb.DuckDBPyConnection] = set()
        self._broken = False
        self._closed = False
        self._connection: duckdb.DuckDBPyConnection | None
        self._connection, self._is_behind = _open(folder)

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor for the calling thread alone. Never nest: it may have to wait for the others.

        DuckDB's errors leave as they are, for whoever may try again; see `read`.
        """
        cursor, fatal = self._enter(), False
        try:
            yield cursor
        except duckdb.Error as error:
            fatal = is_fatal(error)
            raise
        finally:
            self._leave(cursor, fatal=fatal)

    def read(self, work: Callable[[duckdb.DuckDBPyConnection], T]) -> T:
        """What *work* makes of a cursor; DuckDB's errors become StorageError.

        It is done again where the database had to be opened anew meanwhile.
        """
        for is_last in (False, True):
            try:
                with self.cursor() as cursor:
                    return work(cursor)
            except duckdb.Error as error:
                if is_last or not is_fatal(error):
                    raise explain(error, self.folder) from error
        raise AssertionError  # the second time returned or raised

    def view(self, work: Callable[[duckdb.DuckDBPyConnection], T]) -> T:
        """The same, *work*'s questions all answered from one moment; it must change nothing."""

        def within(cursor: duckdb.DuckDBPyConnection) -> T:
            cursor.begin()
            try:
                return work(cursor)
            finally:
                roll_back(cursor)

        return self.read(within)

    def prepare(self) -> None:
        """Make ready for a write: raise DiskFull where it had better not begin.

        Where a full disk has kept the log from being folded in, that is done first. Raises
        duckdb.Error where it still fails.
        """
        if not self._has_room():
            raise disk_full(self.folder)
        if self._is_behind:
            with self.cursor() as cursor:
                cursor.execute("CHECKPOINT")
            self._is_behind = False

    def fold(self, least: int | None = None) -> None:
        """Fold a log of *least* bytes, or a long one, into the file.

        Where that fails nothing is lost: it is tried again.

        DuckDB would do so within a commit, and a full disk would then make a commit that is
        durable look like one that failed.
        """
        log = self.folder / f"{FILE_NAME}.wal"
        try:
            if log.stat().st_size < (LONG_LOG if least is None else least) or not self._has_room():
                return
            with self.cursor() as cursor:
                cursor.execute("CHECKPOINT")
                _give_back(cursor)
        except FileNotFoundError:
            return
        except (duckdb.Error, OSError, StorageError) as error:
            _log.warning("The database's log is not folded in yet: %s", error)

    def _has_room(self) -> bool:
        try:
            return shutil.disk_usage(self.folder).free >= RESERVE
        except OSError as error:
            raise explain(error, self.folder) from error

    def copy_to(self, file: Path) -> None:
        """Write a copy as of one moment into the new database *file*. Raises duckdb.Error."""
        name, path = f"copy_{uuid.uuid4().hex}", str(file).replace("'", "''")
        with self.cursor() as cursor:
            source = cursor.execute("SELECT current_database()").fetchall()[0][0]
            cursor.execute(f"ATTACH '{path}' AS {name}")
            try:
                cursor.execute(f'COPY FROM DATABASE "{source}" TO {name}')
                cursor.execute(f"CHECKPOINT {name}")
            finally:
                cursor.execute(f"DETACH {name}")

    def close(self) -> None:
        """Wait for those still reading, interrupting them when it takes long, and close."""
        with self._gate:
            self._closed = True
            if not self._gate.wait_for(lambda: not self._cursors, CLOSE_WAIT):
                for cursor in self._cursors:
                    cursor.interrupt()
                self._gate.wait_for(lambda: not self._cursors, CLOSE_WAIT)
            if self._connection:
                self._connection.close()
                self._connection = None

    def _enter(self) -> duckdb.DuckDBPyConnection:
        with self._gate:
            free = self._gate.wait_for(lambda: not (self._broken and self._cursors), REOPEN_WAIT)
            if self._closed:
                raise StoreClosed("Stepglass is shutting down: nothing can be read or stored.")
            if not free:
                raise StorageError(f"The database in {self.folder} must be opened anew: wait.")
            if self._connection is None:
                self._connection, self._is_behind = _open(self.folder)
                self._broken = False
            cursor = self._connection.cursor()
            self._cursors.add(cursor)
            return cursor

    def _leave(self, cursor: duckdb.DuckDBPyConnection, *, fatal: bool) -> None:
        cursor.close()
        with self._gate:
            self._cursors.discard(cursor)
            self._broken = self._broken or fatal
            if self._broken and not self._cursors and self._connection:
                self._connection.close()
                self._connection = None
            self._gate.notify_all()


def roll_back(cursor: duckdb.DuckDBPyConnection) -> None:
    """End the open transaction of *cursor*, whether an error has ended it already or not."""
    try:
        cursor.rollback()
    except duckdb.Error as error:  # a failed COMMIT has already rolled back
        _log.debug("Nothing to roll back: %s", error)


def _give_back(cursor: duckdb.DuckDBPyConnection) -> None:
    """Let DuckDB give freed memory back to the system, some 60 MB after 16 MB of log.

    It keeps that for itself, and so does its allocator, until its limit is set: to any value.
    """
    ((limit,),) = cursor.execute("SELECT current_setting('memory_limit')").fetchall()
    cursor.execute(f"SET memory_limit = '{limit}'")


def _open(folder: Path) -> tuple[duckdb.DuckDBPyConnection, bool]:
    """The open database, and whether its log is still to be folded in before anything is written.

    That is so where the disk is full: what is stored can be read all the same.
    """
    file = folder / FILE_NAME
    connection, is_behind = None, False
    try:
        folder.mkdir(parents=True, exist_ok=True)
        connection = duckdb.connect(str(file))
        try:
            # First of all, before a crash's log is added to.
            connection.execute("CHECKPOINT")
        except duckdb.Error as error:
            if not isinstance(explain(error, folder), DiskFull):
                raise
            connection.close()
            connection, is_behind = duckdb.connect(str(file)), True
        connection.execute("SET checkpoint_threshold = '1 TB'")  # see `Database.fold`
        connection.execute("SET enable_progress_bar = false")  # it would go to standard output
        migrate(connection)
        rollups.prepare(connection)
        if not is_behind:
            connection.execute("CHECKPOINT")  # before a new schema is used
    except (duckdb.Error, OSError, StorageError) as error:
        if connection:
            connection.close()
        if isinstance(error, StorageError):
            raise
        if isinstance(error, OSError):
            raise explain(error, folder) from error
        raise explain_opening(error, file) from error
    return connection, is_behind
