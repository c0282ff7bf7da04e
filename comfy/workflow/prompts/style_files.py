"""Files of styles: the CSV of A1111 and Forge, the JSON of Fooocus; read and written. Pure."""

import codecs
import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from comfy.errors import WorkflowError
from comfy.workflow.prompts.styles import MAX_NAME, MAX_TEXT, Style, tidy

MAX_BYTES = 2 * 2**20
MAX_ROWS = 2_000
MAX_SAID = 20
"""Rows that are told of one by one."""
COLUMNS = ("name", "prompt", "negative_prompt")
_OLD = "text"
"""What early versions call the column of the prompt."""
_SHOWN = 40
"""Characters of a name that a sentence repeats."""
_UNSENDABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class StyleFile:
    """The `styles` of a file; `left_out` are sentences about rows that are none."""

    styles: tuple[Style, ...]
    left_out: tuple[str, ...] = ()


def read_styles(data: bytes, filename: str) -> StyleFile:
    """Read a file of styles. Raises WorkflowError with one sentence where it is none."""
    name = tidy(filename)[:80]
    if len(data) > MAX_BYTES:
        raise WorkflowError(
            f"“{name}” has {len(data) / 2**20:.1f} MB; a file of styles is at most "
            f"{MAX_BYTES // 2**20} MB."
        )
    text = _decoded(data)
    if text is None:
        raise WorkflowError(f"“{name}” is not text: styles are a CSV or JSON file.")
    is_json = text.lstrip()[:1] in ("[", "{")
    rows = _of_json(text, name) if is_json else _of_csv(text, name)
    if len(rows) > MAX_ROWS:
        raise WorkflowError(
            f"“{name}” has {len(rows):,} rows; {MAX_ROWS:,} can be imported at once: split it."
        )
    return _read(rows, 1 if is_json else 2)


def written(styles: Sequence[Style]) -> str:
    """*styles* as the CSV that A1111 reads, with the mark by which programs know its encoding."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    rows.writerows((one.name, one.prompt, one.negative) for one in styles)
    return "\ufeff" + out.getvalue()


def fault(style: Style) -> str:
    """A sentence on what keeps *style* from being kept; "" where nothing does."""
    if not style.name:
        return "A style needs a name."
    if len(style.name) > MAX_NAME:
        return f"Its name has {len(style.name):,} characters; {MAX_NAME} are possible."
    if not (style.prompt.strip() or style.negative.strip()):
        return "It has neither a prompt nor a negative prompt."
    for text in (style.prompt, style.negative):
        if len(text) > MAX_TEXT:
            return f"One of its texts has {len(text):,} characters; {MAX_TEXT:,} are possible."
        if _UNSENDABLE.search(text):
            return "It has a character that cannot be sent."
    return ""


def _read(rows: Sequence[Any], first: int) -> StyleFile:
    """What *rows* say; the first of them is called *first*."""
    styles, left = [], []
    for number, row in enumerate(rows, first):
        style = _style(row)
        if style is None:
            left.append(f"Row {number}: It is no style.")
        elif why := fault(style):
            name = style.name[:_SHOWN]
            left.append(f"Row {number} (“{name}”): {why}" if name else f"Row {number}: {why}")
        else:
            styles.append(style)
    if (more := len(left) - MAX_SAID) > 0:
        left = [*left[:MAX_SAID], f"{more:,} more rows were left out."]
    return StyleFile(tuple(styles), tuple(left))


def _style(row: Any) -> Style | None:
    if not isinstance(row, Mapping) or "name" not in row:
        return None
    texts = [row.get(column) or "" for column in COLUMNS]
    if not texts[1]:
        texts[1] = row.get(_OLD) or ""
    if not all(isinstance(text, str) for text in texts):
        return None
    return Style(tidy(texts[0]), *(text.replace("\r\n", "\n") for text in texts[1:]))


def _of_json(text: str, name: str) -> list[Any]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise WorkflowError(f"“{name}” is damaged: it is not whole JSON.") from None
    if not isinstance(data, list) or not any(isinstance(row, dict) for row in data):
        raise WorkflowError(
            f"“{name}” is JSON, but no list of styles with name, prompt and negative_prompt."
        )
    return data


def _of_csv(text: str, name: str) -> list[Any]:
    reader = _rows(text)
    try:
        columns = [tidy(one).casefold() for one in next(reader, [])]
        if "name" not in columns or not {"prompt", _OLD} & {*columns}:
            raise WorkflowError(
                f"“{name}” is no table of styles: its first row does not name the columns name, "
                "prompt and negative_prompt."
            )
        return [dict(zip(columns, row, strict=False)) for row in reader if any(row)]
    except csv.Error:
        raise WorkflowError(
            f"“{name}” is no table: a quotation mark is missing, or one of its texts is too long."
        ) from None


def _rows(text: str) -> Iterator[list[str]]:
    """The rows of a table, with the separator that its first line has: Excel's may be another."""
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator)


def _decoded(data: bytes) -> str | None:
    """The text of *data* in the encoding that its mark names, in UTF-8, else in Windows' own."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    if b"\x00" in data:
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    strange = sum(not (c.isprintable() or c in "\r\n\t") or c == "\ufffd" for c in text)
    return None if strange * 20 > len(text) else text
