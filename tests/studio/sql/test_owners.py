"""Whose rows the SQL box has: one's own, and none of others."""

import json

import pytest

from storage.store import Store
from studio.sql.sandbox import Sandbox
from tests.studio.sql.conftest import ADMIN, ANN, SECONDS, SECRET, value

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
