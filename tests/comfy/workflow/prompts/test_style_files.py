"""Files of styles: what other programs write comes in, and whatever else gets one sentence."""

import csv
import io
import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comfy.errors import WorkflowError
from comfy.workflow.prompts.style_files import (
    MAX_BYTES,
    MAX_ROWS,
    MAX_SAID,
    fault,
    read_styles,
    written,
)
from comfy.workflow.prompts.styles import MAX_NAME, MAX_TEXT, Style, tidy

A1111 = (
    "name,prompt,negative_prompt\r\n"
    'Photo,"photo of {prompt}, sharp","drawing, ""flat"""\r\n'
    '"Two lines","first\nsecond",\r\n'
)
FOOOCUS = [
    {"name": "ads-car", "prompt": "car ad of {prompt} . sharp", "negative_prompt": "drawing"},
    {"name": "only words", "prompt": "ink", "negative_prompt": ""},
]
names = st.text(min_size=1, max_size=MAX_NAME).map(tidy).filter(bool)
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=50)


@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_a_table_of_a1111_comes_in(start: str) -> None:
    file = read_styles(f"{start}{A1111}".encode(), "styles.csv")
    assert file.styles == (
        Style("Photo", "photo of {prompt}, sharp", 'drawing, "flat"'),
        Style("Two lines", "first\nsecond", ""),
    )
    assert file.left_out == ()


@pytest.mark.parametrize(
    ("table", "styles"),
    [
        ("name,text\nInk,ink of {prompt}\n", (Style("Ink", "ink of {prompt}"),)),
        ("negative_prompt,name,prompt\nred,A,b\n", (Style("A", "b", "red"),)),
        ("Name; Prompt; Negative_prompt\r\nA;b, c;d\r\n", (Style("A", "b, c", "d"),)),
        ("name\tprompt\nA\tb\n", (Style("A", "b"),)),
        (
            "name,prompt,negative_prompt\n\n,,\nA,b\nB,c,d,e\n",
            (Style("A", "b"), Style("B", "c", "d")),
        ),
        ("name,prompt,negative_prompt\n", ()),
    ],
)
def test_tables_as_other_programs_and_versions_have_them_come_in(
    table: str, styles: tuple[Style, ...]
) -> None:
    assert read_styles(table.encode(), "styles.csv").styles == styles


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_a_table_that_windows_wrote_is_read(encoding: str) -> None:
    text = "name,prompt\nCafé,café at night\n"
    assert read_styles(text.encode(encoding), "x.csv").styles == (Style("Café", "café at night"),)


def test_a_list_of_fooocus_comes_in() -> None:
    file = read_styles(json.dumps(FOOOCUS).encode(), "sdxl_styles_sai.json")
    assert [one.name for one in file.styles] == ["ads-car", "only words"]
    assert file.styles[0] == Style("ads-car", "car ad of {prompt} . sharp", "drawing")


@given(
    st.lists(st.builds(Style, names, texts, texts).filter(lambda one: not fault(one)), max_size=5)
)
def test_what_is_written_is_read_again(styles: list[Style]) -> None:
    file = read_styles(written(styles).encode(), "styles.csv")
    assert file.styles == tuple(styles)
    assert file.left_out == ()


def test_what_is_no_style_is_said_row_by_row() -> None:
    rows = [
        ["name", "prompt", "negative_prompt"],
        ["", "a", ""],
        ["--- Photos ---", "", ""],
        ["n" * 10_000, "a", ""],
        ["Long", "p" * (MAX_TEXT + 1), ""],
        ["Bell", "a\x07", ""],
        ["<img src=x onerror=alert(1)>", "<b>{prompt}</b>", ""],
    ]
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    file = read_styles(out.getvalue().encode(), "styles.csv")
    assert file.styles == (Style("<img src=x onerror=alert(1)>", "<b>{prompt}</b>"),)
    assert file.left_out == (
        "Row 2: A style needs a name.",
        "Row 3 (“--- Photos ---”): It has neither a prompt nor a negative prompt.",
        f"Row 4 (“{'n' * 40}”): Its name has 10,000 characters; 100 are possible.",
        "Row 5 (“Long”): One of its texts has 5,001 characters; 5,000 are possible.",
        "Row 6 (“Bell”): It has a character that cannot be sent.",
    )


def test_entries_of_a_list_that_are_no_styles_are_said() -> None:
    data = [{"name": "A", "prompt": "a"}, 7, {"prompt": "x"}, {"name": "B", "prompt": ["x"]}]
    file = read_styles(json.dumps(data).encode(), "x.json")
    assert file.styles == (Style("A", "a"),)
    assert file.left_out == tuple(f"Row {n}: It is no style." for n in (2, 3, 4))


def test_of_very_many_rows_that_are_none_the_first_are_said_and_the_rest_counted() -> None:
    file = read_styles(("name,prompt\n" + "x,\n" * 100).encode(), "x.csv")
    assert len(file.left_out) == MAX_SAID + 1
    assert file.left_out[-1] == f"{100 - MAX_SAID} more rows were left out."


NOISE = random.Random(1).randbytes(5_000)
RUBBISH = {
    "large": (b"name,prompt\n" + b"a" * MAX_BYTES, "has 2.0 MB"),
    "ten": (b"x" * (10 * 2**20), "has 10.0 MB"),
    "noise": (NOISE, "is not text"),
    "no zeros": (NOISE.replace(b"\0", b""), "is not text"),
    "png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is not text"),
    "empty": (b"", "is no table of styles"),
    "page": (b"<!DOCTYPE html><script>alert(1)</script>", "is no table of styles"),
    "other": (b"id,value\n1,2\n", "is no table of styles"),
    "rows": (b"name,prompt\n" + b"a,b\n" * 100_000, "has 100,000 rows; 2,000 can be"),
    "quote": (b'name,prompt\nA,"' + b"x" * 200_000, "is no table"),
    "json": (b'[{"name": "a"', "is not whole JSON"),
    "deep": (b"[" * 100_000, "is not whole JSON"),
    "object": (b'{"nodes": []}', "no list of styles"),
    "numbers": (b"[1, 2]", "no list of styles"),
    "list": (json.dumps([{"name": "a"}] * (MAX_ROWS + 1)).encode(), "has 2,001 rows"),
}


@pytest.mark.parametrize("kind", RUBBISH)
def test_rubbish_gets_one_sentence_that_names_the_file(kind: str) -> None:
    data, said = RUBBISH[kind]
    with pytest.raises(WorkflowError) as refused:
        read_styles(data, "my\u202estyles.csv")
    assert said in str(refused.value)
    assert str(refused.value).startswith("“my styles.csv” ")


@given(st.binary(max_size=300), st.sampled_from([b"", b"name,prompt\n", b"[{", b"\xff\xfe"]))
def test_whatever_a_file_holds_it_is_read_or_refused_in_a_sentence(
    end: bytes, start: bytes
) -> None:
    try:
        file = read_styles(start + end, "x")
    except WorkflowError:
        return
    assert [fault(one) for one in file.styles if fault(one)] == []
