"""No statement to the SQL box takes for ever, nor all memory, nor outlives the application."""

import threading
import time

import psutil
import pytest

from storage.store import Store
from studio.errors import StudioError
from studio.sql.sandbox import MAX_ROWS, MAX_SQL, Answer, Sandbox
from tests.studio.sql.conftest import ANN, value

ENDLESS = 2.0
FOREVER = "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT max(n) FROM t"


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
        answered(box, "SELECT 1")
        with pytest.raises(StudioError, match="longer than 2 seconds"):
            box.run(sql, ANN)
        assert not children()
        assert answered(box, "SELECT 42") == 42
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


def test_megabytes_of_sql_are_not_read(store: Store) -> None:
    box = Sandbox(store, seconds=0.0)  # whatever is begun takes longer
    for sql in ("SELECT '" + "x" * 10_000_000 + "'", "-" * (MAX_SQL + 1)):
        with pytest.raises(StudioError, match="20,000 characters"):
            box.run(sql, ANN)
    box.close()


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


def answered(box: Sandbox, sql: str) -> object:
    """The one value of an *sql* that takes no time, however long a process takes to start."""
    while True:
        try:
            return value(box, sql)
        except StudioError as error:
            assert "longer than" in str(error)  # noqa: PT017 - the machine may be busy


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
