"""What the SQL box answers: each example, each kind of value."""

import json

import pytest

from studio.sql.sandbox import Sandbox
from tests.studio.sql.conftest import ANN, SECONDS, value


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
