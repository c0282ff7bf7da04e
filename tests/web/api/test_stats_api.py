"""Statistics as files over real HTTP: formats, periods, owners kept apart, every refusal."""

import csv
import io
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import httpx
import pytest

from storage.export import QUESTIONS
from storage.records import Status
from tests.support.records import generation, node_run
from tests.support.served import Served
from tests.web.conftest import ACCOUNTS, small


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One generation of ann's yesterday, one of bob's a year ago."""
    with small(tmp_path_factory.mktemp("data"), auth=ACCOUNTS) as made:
        fill(made, time.time())
        yield made


def fill(made: Served, now: float) -> None:
    for number, (owner, age) in enumerate((("ann", 1), ("bob", 365))):
        at = now - age * 86_400
        one = generation(number, created_at=at, owner=f"user:{owner}", checkpoint=f"={owner}")
        made.store.generations.add([one])
        made.store.generations.complete(
            one.id,
            node_runs=[node_run("sampling", at + 1)],
            status=Status.FINISHED,
            started_at=at + 1,
            finished_at=at + 4,
            fetched_at=at + 5,
        )


def rows(client: httpx.Client, table: str, **query: str) -> list[dict[str, str]]:
    answer = client.get(f"/api/stats/{table}.csv", params=query).raise_for_status()
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"].startswith("attachment")
    return list(csv.DictReader(io.StringIO(answer.text)))


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_is_both_kinds_of_file(served: Served, name: str) -> None:
    ann = served.login()
    assert ann.get(f"/api/stats/{name}.csv").raise_for_status().text
    answer = ann.get(f"/api/stats/{name}.parquet?days=7").raise_for_status()
    assert answer.content.startswith(b"PAR1")


def test_one_sees_ones_own_rows_alone(served: Served) -> None:
    for name in ("ann", "bob"):
        client = served.login(name)
        for table in ("speed", "trends", "trend", "cold_and_warm", "what_if"):
            found = rows(client, table, days="0")
            assert {row["checkpoint"] for row in found} == {f"'={name}"}, table


def test_days_say_how_far_back(served: Served) -> None:
    bob = served.login("bob")
    assert sum(int(row["generations"]) for row in rows(bob, "per_day", days="30")) == 0
    assert sum(int(row["generations"]) for row in rows(bob, "per_month", days="0")) == 1
    assert len(rows(bob, "per_day")) == 30


def test_questions_can_be_told_more(served: Served) -> None:
    ann = served.login()
    assert len(rows(ann, "per_period", unit="week", days="7")) == 2
    assert list(rows(ann, "speed", by="server")[0])[:2] == ["server", "generations"]
    one = {"checkpoint": "=ann", "width": "512", "height": "768", "server": ""}
    assert rows(ann, "trend", **one)[0]["generations"] == "1"
    assert rows(ann, "trend", **(one | {"checkpoint": "=bob"})) == []
    hers, his = (
        served.store.generations.page(owner=f"user:{name}")[0].id for name in ("ann", "bob")
    )
    assert [row["activity"] for row in rows(ann, "waterfall", id=hers)][1] == "sampling"
    assert rows(ann, "waterfall", id=his) == []


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("speed.xlsx", 404, "no such table"),
        ("nothing.csv", 404, "no such table"),
        ("..%2Fspeed.csv", 404, ""),
        ("speed.csv?days=-1", 400, "days is a whole number"),
        ("speed.csv?days=1e3", 400, "days is a whole number"),
        ("speed.csv?days=99999999999999999999", 400, "days is a whole number"),
        ("speed.csv?by=prompt", 400, "by is one of"),
        ("per_period.csv?unit=hour", 400, "unit is one of"),
        ("trend.csv?checkpoint=x&width=x", 400, "width is a whole number"),
    ],
)
def test_what_cannot_be_answered_is_said(served: Served, path: str, status: int, said: str) -> None:
    answer = served.login().get(f"/api/stats/{path}")
    assert answer.status_code == status
    assert said in answer.json()["error"]


def test_a_stranger_gets_nothing(served: Served) -> None:
    assert served.browser().get("/api/stats/speed.csv").status_code == 401


def test_a_parquet_file_holds_the_same(served: Served, tmp_path: Path) -> None:
    file = tmp_path / "speed.parquet"
    file.write_bytes(served.login().get("/api/stats/speed.parquet").content)
    with duckdb.connect() as connection:
        found = connection.sql(f"SELECT checkpoint, generations FROM '{file}'").fetchall()
    assert found == [("=ann", 1)]


def test_hours_are_by_the_clock_that_is_given(served: Served) -> None:
    ann = served.login()

    def hour(offset: str) -> int:
        found = rows(ann, "by_hour_of_week", offset=offset)
        return next(int(row["hour"]) for row in found if row["generations"] == "1")

    assert (hour("10800") - hour("0")) % 24 == 3
    assert (hour("-7200") - hour("0")) % 24 == 22


@pytest.mark.parametrize("offset", ["x", "99999", "-99999", "1.5", "", "--1", "²"])
def test_an_odd_clock_is_refused_in_a_sentence(served: Served, offset: str) -> None:
    answer = served.login().get("/api/stats/speed.csv", params={"offset": offset})
    assert answer.status_code == 400
    assert "offset is" in answer.json()["error"]
