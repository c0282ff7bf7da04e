import csv
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from storage.errors import BackupRefused
from storage.export import QUESTIONS, export
from storage.records import Status
from storage.statistics import Statistics
from storage.store import Store
from storage.transfer.table_files import Format, encode, write_frame
from tests.support.records import NOON, generation, image, node_run
from tests.support.stores import open_store

FORMULAS = ["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"]


def fill(folder: Path, **fields: object) -> None:
    store = open_store(folder)
    made = generation(1, **fields)
    store.generations.add([made])
    store.generations.complete(
        made.id,
        node_runs=[node_run("loading"), node_run("sampling", NOON + 3)],
        status=Status.FINISHED,
        started_at=NOON + 2,
        finished_at=NOON + 8,
        fetched_at=NOON + 9,
        images=(image(0),),
    )
    store.documents.keep("token", "user:ann", "token", {"secret": "s3cret"})
    store.close()


@pytest.mark.parametrize("kind", list(Format))
def test_every_table_and_every_statistic_is_written(tmp_path: Path, kind: Format) -> None:
    fill(tmp_path / "data")
    folder = tmp_path / "new" / "numbers"
    number = export(tmp_path / "data", folder, kind)
    names = {file.name for file in folder.iterdir()}
    assert len(names) == number
    records = ("generations", "images", "image_marks", "node_runs", "labels")
    assert names == {
        *(f"{name}.{kind}" for name in records),
        *(f"statistics_{name}.{kind}" for name in QUESTIONS),
    }
    read = "read_csv" if kind is Format.CSV else "read_parquet"
    with duckdb.connect() as connection:
        for name in ("generations", "images", "statistics_per_day", "statistics_speed"):
            found = connection.sql(f"SELECT count(*) FROM {read}('{folder / name}.{kind}')")
            assert found.fetchall()[0][0] >= 1
    assert not any(b"s3cret" in file.read_bytes() for file in folder.iterdir())


def test_an_export_replaces_its_own_files_and_leaves_others(tmp_path: Path) -> None:
    fill(tmp_path / "data")
    folder = tmp_path / "numbers"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    (folder / "generations.csv").write_text("old")
    export(tmp_path / "data", folder, Format.CSV)
    assert (folder / "notes.txt").read_text() == "mine"
    assert "a red fox" in (folder / "generations.csv").read_text()


def test_an_export_says_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match="holds no Stepglass database"):
        export(tmp_path / "nothing", tmp_path / "numbers", Format.CSV)
    assert not (tmp_path / "nothing").exists()


def test_texts_in_a_csv_file_are_no_formulas(tmp_path: Path) -> None:
    table = pd.DataFrame({"text": FORMULAS, "number": [-1.5] * len(FORMULAS)})
    write_frame(table, tmp_path / "x.csv", Format.CSV)
    with (tmp_path / "x.csv").open(newline="") as file:
        rows = list(csv.reader(file))[1:]
    assert [row[0] for row in rows] == [f"'{text}" for text in FORMULAS]
    assert {row[1] for row in rows} == {"-1.5"}


def test_texts_in_an_exported_table_are_no_formulas(tmp_path: Path) -> None:
    fill(tmp_path / "data", prompt='=HYPERLINK("http://x", "y")')
    export(tmp_path / "data", tmp_path / "numbers", Format.CSV)
    with (tmp_path / "numbers" / "generations.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["prompt"] == '\'=HYPERLINK("http://x", "y")'


def test_texts_in_a_parquet_file_stay_as_they_are(tmp_path: Path) -> None:
    write_frame(pd.DataFrame({"text": FORMULAS}), tmp_path / "x.parquet", Format.PARQUET)
    with duckdb.connect() as connection:
        found = connection.sql(f"SELECT text FROM '{tmp_path / 'x.parquet'}'").fetchall()
    assert [text for (text,) in found] == FORMULAS


@pytest.mark.parametrize("name", QUESTIONS)
def test_an_empty_table_keeps_its_columns(store: Store, name: str) -> None:
    table = QUESTIONS[name](Statistics(store, clock=lambda: NOON), None, 30)
    lines = encode(table, Format.CSV).decode().splitlines()
    assert lines[0].split(",") == list(table.columns)
    assert encode(table, Format.PARQUET).startswith(b"PAR1")
