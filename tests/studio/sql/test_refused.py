"""What the SQL box refuses: files, the network, settings, whatever is no question."""

import json
from pathlib import Path

import pytest

from storage.store import Store
from studio.errors import StudioError
from studio.sql.sandbox import Sandbox
from tests.studio.sql.conftest import ANN

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
