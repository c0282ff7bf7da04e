"""The SQL box, attacked: no files, no network, no settings, no rows of others, no end of it."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from storage.records import Status
from storage.store import Store
from studio.access.viewer import Viewer
from studio.errors import StudioError
from studio.sql.sandbox import MAX_ROWS, MAX_SQL, Answer, Sandbox
from tests.support.records import NOON, generation, image, node_run

ANN, ADMIN = Viewer("user:ann"), Viewer("user:root", is_admin=True)
SECRET = "bob's own secret"
SECONDS = 8.0
"""For what must be answered; ENDLESS is for what must be killed."""
ENDLESS = 2.0
FOREVER = "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT max(n) FROM t"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = Store(tmp_path_factory.mktemp("filled"))
    made = [
        generation(
            n,
            owner="user:bob" if n % 3 == 0 else ANN.owner,
            prompt=SECRET if n % 3 == 0 else "a quiet sea",
            server="gpu-1",
            images=(image(0, filename=SECRET if n % 3 == 0 else "sea.png"),),
            forecast_seconds=3.0 + n,
        )
        for n in range(30)
    ]
    opened.generations.add(made)
    for one in made:
        runs = [node_run(title=SECRET if one.prompt == SECRET else "KSampler")]
        times: dict[str, Any] = {
            "started_at": NOON,
            "finished_at": NOON + 5,
            "fetched_at": NOON + 6,
        }
        opened.generations.complete(one.id, node_runs=runs, status=Status.FINISHED, **times)
    opened.library.bin([made[1].id], None)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def box(store: Store) -> Iterator[Sandbox]:
    made = Sandbox(store, SECONDS)
    yield made
    made.close()


def value(box: Sandbox, sql: str, viewer: Viewer = ANN) -> object:
    """The one value that *sql* finds."""
    ((found,),) = box.run(sql, viewer).rows
    return found


@pytest.mark.parametrize("title", [title for title, _ in Sandbox.examples])
def test_every_example_is_answered(box: Sandbox, title: str) -> None:
    answer = box.run(dict(Sandbox.examples)[title], ANN)
    assert answer.rows
    assert len(answer.columns) == len(answer.rows[0])


def test_what_is_asked_is_answered_in_its_order(box: Sandbox) -> None:
    answer = box.run("SELECT id, seed FROM generations ORDER BY seed DESC", ANN)
    seeds = [row[1] for row in answer.rows]
    assert answer.columns == ("id", "seed")
    assert seeds == sorted((n for n in range(30) if n % 3 and n != 1), reverse=True)
    assert not answer.truncated
    assert 0 < answer.seconds < SECONDS


FORBIDDEN = (
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('records.duckdb')",
    "SELECT * FROM read_json('/etc/passwd')",
    "SELECT * FROM read_parquet('/etc/passwd')",
    "SELECT * FROM parquet_metadata('/etc/passwd')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM '/etc/passwd.csv'",
    "SELECT * FROM 'https://example.com/x.parquet'",
    "SELECT * FROM glob('/*')",
    "SELECT * FROM glob('*')",
    "SELECT * FROM query('SELECT * FROM read_text(''/etc/passwd'')')",
    "SELECT * FROM query('COPY generations TO ''/tmp/stepglass-box.csv''')",
    "SELECT getenv('PATH')",
    "SELECT * FROM sqlite_scan('/tmp/x', 'y')",
    "SELECT * FROM asked",  # a variable of the process
    "SELECT * FROM settings",
    "COPY generations TO '/tmp/stepglass-box.csv'",
    "COPY (SELECT 1) TO '/dev/stdout'",
    "EXPORT DATABASE '/tmp/stepglass-box'",
    "IMPORT DATABASE '/tmp'",
    "ATTACH '/tmp/stepglass-box.duckdb'",
    "ATTACH 'records.duckdb' AS again",
    "DETACH records",
    "USE system",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "SET memory_limit = '100GB'",
    "RESET enable_external_access",
    "RESET lock_configuration",
    "PRAGMA enable_external_access = true",
    "PRAGMA enable_profiling = 'json'",
    "CALL enable_logging(storage := 'file', storage_path := '/tmp/stepglass-box')",
    "CREATE SECRET s (TYPE s3)",
    "CREATE TEMP TABLE x AS SELECT 1",
    "CREATE MACRO m() AS 1",
    "INSERT INTO generations SELECT * FROM generations",
    "DELETE FROM generations",
    "DROP TABLE generations",
    "PREPARE x AS SELECT 1",
    "CHECKPOINT",
    "SELECT 1; SELECT 2",
    "SELECT 1; SET enable_external_access = true; SELECT 2",
    "SELECT nothing FROM generations",
    "SELECT $1",
    "SELECT '\x00'' FROM",
    "-- nothing",
    "   ",
    "",
    "SELECT ((((",
)


@pytest.mark.parametrize("sql", FORBIDDEN)
def test_what_is_no_question_about_the_tables_is_refused(box: Sandbox, sql: str) -> None:
    with pytest.raises(StudioError) as refused:
        box.run(sql, ANN)
    said = str(refused.value)
    assert said
    assert "Traceback" not in said
    assert "root:" not in said
    assert not list(Path("/tmp").glob("stepglass-box.*"))


@pytest.mark.parametrize(
    "function",
    [
        "enable_profiling(save_location := '{}', format := 'json')",
        "enable_logging(storage := 'file', storage_path := '{}', level := 'trace')",
    ],
)
def test_no_function_writes_a_file(box: Sandbox, tmp_path: Path, function: str) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text("precious")
    for target in (kept, tmp_path / "new.json"):
        try:
            box.run(f"SELECT count(*) FROM {function.format(target)}, range(9999)", ANN)
        except StudioError:
            continue  # refusing it is fine too
    assert [(f.name, f.read_text()) for f in tmp_path.iterdir()] == [("kept.txt", "precious")]


def test_no_setting_names_a_folder_of_ours_or_lets_out(box: Sandbox, store: Store) -> None:
    answer = box.run("SELECT name, value FROM duckdb_settings()", ANN)
    settings = dict(answer.rows)
    assert settings["enable_external_access"] == "false"
    assert settings["lock_configuration"] == "true"
    assert str(store.folder) not in json.dumps(answer.rows)
    assert str(Path.home()) not in json.dumps(answer.rows)
    assert str(store.folder) not in json.dumps(box.run("FROM duckdb_databases()", ANN).rows)


LOOKS = (
    "FROM generations", "FROM images", "FROM nodes", "SUMMARIZE generations", "SUMMARIZE images",
    "SUMMARIZE nodes", "FROM duckdb_tables()", "FROM duckdb_columns()", "FROM duckdb_views()",
    "FROM duckdb_databases()", "FROM duckdb_constraints()", "FROM duckdb_schemas()",
    "FROM duckdb_settings()", "FROM duckdb_secrets()", "FROM duckdb_variables()",
    "FROM information_schema.tables", "FROM information_schema.columns",
    "FROM pragma_storage_info('generations')", "FROM pragma_table_info('generations')",
    "FROM pragma_database_list", "FROM sqlite_master", "FROM pg_catalog.pg_tables", "SHOW TABLES",
    "FROM duckdb_logs", "FROM duckdb_temporary_files()",
    "SELECT stats(prompt) FROM generations",
)  # fmt: skip


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_of_another_owner_is_there(box: Sandbox, look: str) -> None:
    seen = json.dumps(box.run(look, ANN).rows)
    assert SECRET not in seen
    assert "bob" not in seen


def test_tables_are_three_and_hold_ones_own(box: Sandbox) -> None:
    names = box.run("SELECT table_name FROM duckdb_tables() ORDER BY ALL", ANN).rows
    assert names == (("generations",), ("images",), ("nodes",))
    for table in ("generations", "images", "nodes"):
        assert value(box, f"SELECT count(*) FROM {table}") == 19  # one is in the bin
    columns = {row[0] for row in box.run("DESCRIBE generations", ANN).rows}
    assert not columns & {"owner", "request", "graph", "error_detail", "deleted_at"}


def test_an_admin_sees_whose(box: Sandbox) -> None:
    answer = box.run("SELECT owner, count(*) FROM generations GROUP BY ALL ORDER BY ALL", ADMIN)
    assert answer.rows == (("user:ann", 19), ("user:bob", 10))


def test_the_copys_bytes_hold_nothing_of_another_owner(store: Store) -> None:
    box = Sandbox(store, SECONDS)
    box.run("SELECT 1", ANN)
    assert box._folder
    (file,) = box._folder.rglob("*.duckdb")
    data = file.read_bytes()
    assert b"quiet sea" in data
    assert SECRET.encode() not in data
    box.close()


@pytest.mark.parametrize(
    "sql",
    [
        FOREVER,
        "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range * b.range % 7 = 8",
        "SELECT sleep_ms(600000)",
        "SELECT sum(sin(range)) FROM range(1000000000000)",
    ],
)
def test_what_never_ends_is_killed_and_the_next_is_answered(store: Store, sql: str) -> None:
    box = Sandbox(store, ENDLESS)
    try:
        box.run("SELECT 1", ANN)
        began = time.monotonic()
        with pytest.raises(StudioError, match="longer than 2 seconds"):
            box.run(sql, ANN)
        assert time.monotonic() - began < ENDLESS + 3
        assert not children()
        assert value(box, "SELECT 42") == 42
    finally:
        box.close()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT repeat('x', 3000000000)",
        "SELECT string_agg(a.range, ' ') FROM range(100000) a, range(100000) b",
    ],
)
def test_too_much_memory_gets_a_sentence(box: Sandbox, sql: str) -> None:
    with pytest.raises(StudioError, match=r"more memory|longer than"):
        box.run(sql, ANN)
    assert value(box, "SELECT 42") == 42


def test_megabytes_of_sql_are_not_read(box: Sandbox) -> None:
    began = time.monotonic()
    for sql in ("SELECT '" + "x" * 10_000_000 + "'", "-" * (MAX_SQL + 1)):
        with pytest.raises(StudioError, match="20,000 characters"):
            box.run(sql, ANN)
    assert time.monotonic() - began < 1


def test_nesting_without_end_gets_a_sentence(box: Sandbox) -> None:
    for sql in ("SELECT " + "(" * 9000 + "1" + ")" * 9000, "SELECT " + "1+" * 9900 + "1"):
        try:
            box.run(sql, ANN)
        except StudioError as error:
            assert str(error)  # noqa: PT017 - DuckDB may as well answer


@pytest.mark.parametrize(
    ("rows", "truncated"), [(MAX_ROWS - 1, False), (MAX_ROWS, False), (MAX_ROWS + 1, True)]
)
def test_more_rows_than_shown_is_said(box: Sandbox, rows: int, truncated: bool) -> None:
    answer = box.run(f"FROM range({rows})", ANN)
    assert (len(answer.rows), answer.truncated) == (min(rows, MAX_ROWS), truncated)


def test_an_answer_of_many_bytes_is_cut(box: Sandbox) -> None:
    answer = box.run("SELECT repeat('x', 100000) FROM range(1000)", ANN)
    assert all(len(row[0]) == 4000 for row in answer.rows)
    many = ", ".join(f"repeat('x', 4000) AS c{n}" for n in range(90))
    assert box.run(f"SELECT {many} FROM range(1000)", ANN).truncated


STRANGE = {
    "'nan'::DOUBLE": None,
    "'infinity'::DOUBLE": None,
    "-'infinity'::FLOAT": None,
    "NULL": None,
    "'abc'::BLOB": "616263",
    "INTERVAL 90 SECONDS": 90.0,
    "18446744073709551615::UBIGINT": "18446744073709551615",
    "(1::HUGEINT << 100)": "1267650600228229401496703205376",
    "12.5::DECIMAL(10, 2)": 12.5,
    "[[1, 2], [NULL], ['nan'::DOUBLE]]": [[1, 2], [None], [None]],
    "{'a': 1, 'b': [{'c': 'infinity'::DOUBLE}]}": {"a": 1, "b": [{"c": None}]},
    "MAP {1: 'x'}": {"1": "x"},
    "DATE '290000-01-01'": "290000-01-01",
    "TIMESTAMP '2026-01-02 03:04:05'": "2026-01-02T03:04:05",
    "TIMESTAMPTZ '2026-01-02 03:04:05+02:00'": "2026-01-02T01:04:05+00:00",
    "TIME '12:30'": "12:30:00",
    "'00000000-0000-4000-8000-000000000000'::UUID": "00000000-0000-4000-8000-000000000000",
    "'101'::BIT": "101",
    "'x'::ENUM('x', 'y')": "x",
    "chr(0) || '\u202e<b>'": "\0\u202e<b>",
    "true": True,
    "'{\"a\": 1}'::JSON": '{"a": 1}',
}


def test_values_that_json_has_not_become_ones_it_has(box: Sandbox) -> None:
    """One process for all of them: each takes a quarter of a second."""
    answer = box.run(f"SELECT {', '.join(STRANGE)}", ANN)
    assert list(answer.rows[0]) == list(STRANGE.values())
    json.dumps(answer.rows, allow_nan=False)


def test_now_is_as_the_tables_are(box: Sandbox) -> None:
    """Times are UTC there, whatever the clock of the machine shows."""
    assert value(box, "SELECT current_setting('TimeZone')") in ("UTC", "Etc/UTC")
    assert value(box, "SELECT abs(epoch(now()) - epoch(now()::TIMESTAMP)) < 0.001") is True


def test_two_columns_of_one_name_are_both_shown(box: Sandbox) -> None:
    assert box.run("SELECT 1 AS a, 2 AS a", ANN).rows == ((1, 2),)


def test_closing_kills_what_is_asked_and_leaves_nothing(store: Store) -> None:
    box = Sandbox(store, 60.0)
    value(box, "SELECT 1")
    folder = box._folder
    said: list[str] = []

    def ask() -> None:
        try:
            box.run(FOREVER, ANN)
        except StudioError as error:
            said.append(str(error))

    thread = threading.Thread(target=ask)
    thread.start()
    until = time.monotonic() + 20
    while not children() and time.monotonic() < until:
        thread.join(0.01)
    box.close()
    thread.join(5)
    assert not thread.is_alive()
    assert not children()
    assert ["shutting down" in one for one in said] == [True]
    assert folder
    assert not folder.exists()
    with pytest.raises(StudioError, match="shutting down"):
        box.run("SELECT 1", ANN)
    assert not folder.exists()


def test_many_ask_at_once(box: Sandbox) -> None:
    answers: list[Answer] = []
    threads = [
        threading.Thread(target=lambda: answers.append(box.run("SELECT count(*) FROM nodes", ANN)))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.rows for one in answers] == [((19,),)] * 6


def children() -> list[psutil.Process]:
    """The processes of boxes that live."""
    return [
        child
        for child in psutil.Process().children()
        if child.is_running() and any("child.py" in part for part in _line(child))
    ]


def _line(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []
