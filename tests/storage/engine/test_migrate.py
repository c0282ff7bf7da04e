"""A database of any earlier version is brought to this one's schema with nothing lost."""

import json
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pandas as pd
import pytest

from storage.engine.database import FILE_NAME
from storage.engine.migrate import IN_PIECES, MIGRATIONS, migrate
from storage.errors import DatabaseNewer
from storage.export import QUESTIONS
from storage.records import Image, Status
from storage.statistics import Statistics
from storage.store import Store
from tests.storage.stats.test_rollups import fill
from tests.support.paths import ROOT
from tests.support.records import NOON, generation, image, node_run

FIRST = 4
"""The migrations of the older Stepglass: neither labels nor measures nor files in them."""
LAST = len(list(MIGRATIONS.glob("*.sql")))
TABLES = (
    *("generations", "images", "node_runs", "flags", "documents", "labels", "image_marks"),
    *("hooks", "outbox"),
)

_DIE = """
import os, signal, sys
from pathlib import Path
import duckdb
from storage.engine.migrate import migrate
connection = duckdb.connect(sys.argv[1])
connection.execute("CHECKPOINT")
(version,) = connection.execute("SELECT max(version) FROM schema_version").fetchone()
print(version, flush=True)
die = lambda: os.kill(os.getpid(), signal.SIGKILL)
connection.create_function("die", die, [], "BIGINT", side_effects=True)
migrate(connection, Path(sys.argv[2]), piece=7)
connection.execute("SELECT die()")
"""

Rows = dict[str, list[dict[str, Any]]]


def migrations(folder: Path, last: int) -> Path:
    """A new *folder* with the migrations up to *last*."""
    folder.mkdir()
    for file in sorted(MIGRATIONS.glob("*.sql"))[:last]:
        shutil.copy(file, folder)
    return folder


def let_die(file: Path, middle: str) -> None:
    """Let whoever applies *file* die at its end; in pieces, where they come to the id *middle*."""
    sql = file.read_text()
    if IN_PIECES in sql:
        far = f"CASE WHEN generations.id < '{middle}' THEN true ELSE die() = 0 END"
        sql = f"{sql.rstrip().rstrip(';')} AND {far};"
    else:
        sql += "SELECT die();"
    file.write_text(sql)


def rows(store: Store) -> Rows:
    """Everything in the database but what is derived from it, by table."""

    def read(cursor: duckdb.DuckDBPyConnection) -> Rows:
        found: Rows = {}
        for table in TABLES:
            cursor.execute(f"SELECT * FROM {table} ORDER BY ALL")
            names = [column[0] for column in cursor.description or ()]
            found[table] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        return found

    found = store.read(read)
    for row in found["generations"]:
        row["files"] = [Image(**one) for one in json.loads(row["files"])]  # as it is read
    return found


def answer_alike(old: Store, new: Store) -> None:
    one, other = (Statistics(store, clock=lambda: NOON) for store in (old, new))
    for name, ask in QUESTIONS.items():
        pd.testing.assert_frame_equal(ask(one, None, 0), ask(other, None, 0), obj=name)


@pytest.fixture
def today(tmp_path: Path) -> Store:
    """What this version stores, closed; tests may open it anew."""
    store = Store(tmp_path / "today")
    ids = fill(store, Random(3), 0, 40, 200)
    hit = generation(500, started_at=NOON, finished_at=NOON + 1, status=Status.FINISHED)
    files = tuple(image(n, filename=f'"ö\\{n}.png', temporary=n == 1) for n in range(12))
    files = (*files[:-1], replace(files[-1], temporary=True, thumbnail=""))  # it is not shown
    odd = generation(501, seed=2**64 - 1, prompt='ÖL "x"', images=files, texts=("a", "b"))
    store.generations.add([hit, odd, generation(502, status=Status.RUNNING, started_at=NOON)])
    store.generations.complete(hit.id, node_runs=[])  # all of it was cached
    store.generations.complete(
        odd.id, node_runs=[node_run("decoding"), node_run()], status=Status.FINISHED
    )
    store.library.bin([ids[5]], None)
    store.flags.set("paused", on=True)
    store.documents.keep("preset", "user:ann", "mine", {"fields": [1, "ä"]})
    store.close()
    return store


def older(today: Store, folder: Path) -> Path:
    """The database, in the new *folder*, that the older Stepglass had made of the same."""
    folder.mkdir()
    file = folder / FILE_NAME
    with duckdb.connect(str(file)) as connection:
        migrate(connection, migrations(folder / "migrations", FIRST))
        connection.execute(f"ATTACH '{today.folder / FILE_NAME}' AS today (READ_ONLY)")
        known = {name for (name,) in connection.execute("SHOW TABLES").fetchall()}
        for table in known & set(TABLES):
            columns = connection.execute(f"SELECT name FROM pragma_table_info('{table}')")
            chosen = ", ".join(name for (name,) in columns.fetchall())
            connection.execute(
                f"INSERT INTO {table} BY NAME SELECT {chosen} FROM today.{table} ORDER BY ALL"
            )
    return file


def test_records_of_an_older_version_are_taken_along(tmp_path: Path, today: Store) -> None:
    old, new = Store(older(today, tmp_path / "old").parent), Store(today.folder)
    assert rows(old) == rows(new)
    page = old.generations.page(owner=None, limit=200)
    assert page == new.generations.page(owner=None, limit=200)
    assert [len(made.images) for made in page[:3]] == [0, 12, 0]
    assert old.documents.by_name("preset", "user:ann") == {"mine": {"fields": [1, "ä"]}}
    answer_alike(old, new)
    assert old.timings.sum_up(NOON, least=1) == new.timings.sum_up(NOON, least=1) >= 6
    answer_alike(old, new)
    old.library.label([page[1].id], None, "tag", add=["kept"])
    changed = old.generations.change(page[1].id, images=(), steps=3)
    old.close()
    old = Store(old.folder)
    assert old.generations.get(page[1].id) == changed
    assert changed.tags == ("kept",)
    old.close()
    new.close()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL here")
def test_sigkill_within_any_migration_loses_nothing(tmp_path: Path, today: Store) -> None:
    """Each process is killed before it has done the next migration, the last one after it."""
    file = older(today, tmp_path / "old")
    with duckdb.connect(str(file)) as connection:
        (middle,) = connection.execute("SELECT quantile_disc(id, 0.5) FROM generations").fetchall()
    found = []
    for last in range(FIRST + 1, LAST + 2):
        folder = migrations(tmp_path / f"until-{last}", last)
        for newest in folder.glob(f"{last:04}_*.sql"):
            let_die(newest, middle[0])
        arguments = [sys.executable, "-c", _DIE, str(file), str(folder)]
        done = subprocess.run(arguments, cwd=ROOT, capture_output=True, timeout=100, check=False)
        assert done.returncode == -signal.SIGKILL, done.stderr
        found.append(int(done.stdout))
    assert found == [FIRST, *range(FIRST, LAST)]
    old, new = Store(file.parent), Store(today.folder)
    assert rows(old) == rows(new)
    old.close()
    new.close()


def test_a_migration_that_fails_leaves_the_schema_before_it(tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_a.sql").write_text("CREATE TABLE a (x INTEGER);")
    connection = duckdb.connect(str(tmp_path / "x.duckdb"))
    assert migrate(connection, folder) == 1
    (folder / "0002_b.sql").write_text("CREATE TABLE b (x INTEGER); SELECT nonsense;")
    with pytest.raises(duckdb.Error):
        migrate(connection, folder)
    connection.close()
    connection = duckdb.connect(str(tmp_path / "x.duckdb"))
    tables = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    assert sorted(t[0] for t in tables) == ["a", "schema_version"]
    (folder / "0002_b.sql").write_text("CREATE TABLE b (x INTEGER); INSERT INTO b VALUES (1);")
    assert migrate(connection, folder) == migrate(connection, folder) == 2
    connection.close()


def test_a_newer_schema_is_refused_with_a_sentence(tmp_path: Path) -> None:
    Store(tmp_path).close()
    with duckdb.connect(str(tmp_path / FILE_NAME)) as connection:
        connection.execute("INSERT INTO schema_version VALUES (999, '0999_later.sql')")
    for _ in range(2):
        with pytest.raises(DatabaseNewer, match=r"schema 999, this Stepglass knows \d+: start"):
            Store(tmp_path)


def test_the_schema_has_no_secondary_index_and_no_foreign_key(tmp_path: Path) -> None:
    Store(tmp_path).close()
    with duckdb.connect(str(tmp_path / FILE_NAME)) as connection:
        assert connection.execute("SELECT * FROM duckdb_indexes()").fetchall() == []
        kinds = connection.execute(
            "SELECT DISTINCT constraint_type FROM duckdb_constraints()"
        ).fetchall()
    assert {k[0] for k in kinds} <= {"PRIMARY KEY", "NOT NULL", "UNIQUE"}
