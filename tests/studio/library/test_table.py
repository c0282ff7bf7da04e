"""What is kept as a table: whole, in one form, and no formula in it."""

import csv
import io
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from storage.records import Generation, Marks
from studio.library.table import BYTE_ORDER_MARK, COLUMNS, lines
from tests.support.records import generation, image


def read(*found: Generation) -> list[dict[str, str]]:
    text = "".join(lines((one, one.shown_images) for one in found))
    assert text.startswith(BYTE_ORDER_MARK)
    table = list(csv.DictReader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline="")))
    assert all(tuple(row) == COLUMNS for row in table)
    return table


def test_each_image_has_a_row_with_its_own_marks_and_its_generation() -> None:
    marks = {0: Marks(rating=5, tags=("a", "b")), 1: Marks(favourite=True, note="two\nlines, both")}
    made = generation(
        3, images=(image(0), image(1, media="video/mp4", seconds=2.5)), image_marks=marks,
        seed=2**64 - 1, prompt='a "fox", red', created_at=0.0,
    )  # fmt: skip
    first, second = read(made)
    assert (first["rating"], first["tags"], first["favourite"]) == ("5", "a, b", "")
    assert (second["favourite"], second["note"]) == ("yes", "two\nlines, both")
    assert (first["number"], second["number"], second["seconds"]) == ("0", "1", "2.5")
    assert first["prompt"] == 'a "fox", red'
    assert (first["seed"], first["created"]) == (str(2**64 - 1), "1970-01-01T00:00:00Z")
    assert (first["started"], first["cfg"], first["steps"]) == ("", "7.0", "20")


def test_what_made_no_file_has_one_row() -> None:
    (row,) = read(generation(0, texts=("forty-two",)))
    assert (row["number"], row["texts"]) == ("", "forty-two")


HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", '=HYPERLINK("http://x")', "\n=1")


def test_no_text_begins_as_a_formula_does() -> None:
    for text in HOSTILE:
        row = read(generation(0, prompt=text, workflow=text, tags=(text,), note=text))[0]
        for column in ("prompt", "workflow", "tags", "note"):
            assert row[column] == f"'{text}"
    assert read(generation(0, cfg=-1.5, request={"cfg": -1.5}))[0]["cfg"] == "-1.5"


@given(st.text(), st.text())
def test_whatever_was_typed_comes_back_from_one_row(prompt: str, name: str) -> None:
    fields: dict[str, Any] = {"prompt": prompt, "images": (image(0, filename=name),)}
    (row,) = read(generation(0, **fields))
    assert row["prompt"].removeprefix("'") == prompt.replace("\0", "").removeprefix("'")
    assert not row["file"].lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))
