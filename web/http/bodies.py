"""Bodies of events: JSON that holds to its own rules, and the files that it names. No network."""

import contextlib
import json
import math
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from starlette.types import Message, Receive, Send

from web.http.refusal import Refusal

MAX_VALUES = 1_000_000
"""Values within one body, by its punctuation; a workflow of 5,000 nodes has a quarter of that."""
_FILE = "gradio.FileData"


def json_of(body: bytes) -> Any:
    """The JSON in *body*. Raises Refusal with 400 for all else, NaN and infinities included.

    Each value takes up to a hundred times in memory what it takes in the body, so there is a limit
    of values, too (413).
    """
    if sum(body.count(mark) for mark in (b",", b"[", b"{")) > MAX_VALUES:
        raise Refusal(413, f"The body holds more than {MAX_VALUES:,} values: send less.")
    try:
        return json.loads(body, parse_constant=_no_number, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        why = str(error)[:200] or "it holds itself too often"
        raise Refusal(400, f"The body is not JSON: {why}.") from error


def file_paths(data: Any) -> Iterator[str]:
    """Every text under the name ``path``, however deep: so does each component name its files."""
    stack = [data]
    while stack:
        part = stack.pop()
        if isinstance(part, dict):
            if isinstance(part.get("path"), str):
                yield part["path"]
            stack.extend(part.values())
        elif isinstance(part, list):
            stack.extend(part)


def replay(body: bytes, receive: Receive) -> Receive:
    """What hands *body* on as though it came now, then what *receive* has."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return messages.pop() if messages else await receive()

    return again


def handing(
    send: Send, folder: str, note: Callable[[Sequence[str]], None], *, is_upload: bool
) -> Send:
    """Return *send* that first tells *note* which files of *folder* an answer hands out.

    Those are the uploads that were taken in (*is_upload*), and what any component is to show. A
    text that only reads like a path, as somebody's prompt may, is no file.
    """
    marks = [json.dumps(folder, ensure_ascii=plain)[1:-1].encode() for plain in (True, False)]
    root = Path(os.path.realpath(folder))

    async def handed(message: Message) -> None:
        body = message.get("body", b"")
        if any(mark in body for mark in marks):
            named = _texts(body) if is_upload else _files(body)
            if paths := [one for one in named if _lies_in(root, one)]:
                note(paths)
        await send(message)

    return handed


def _texts(body: bytes) -> Iterator[str]:
    """The texts of the lists in *body*, as an upload is answered."""
    for data in _values(body):
        yield from (one for one in data if isinstance(one, str)) if isinstance(data, list) else ()


def _files(body: bytes) -> Iterator[str]:
    """The paths of Gradio's file objects in *body*."""
    stack = list(_values(body))
    while stack:
        part = stack.pop()
        if isinstance(part, dict):
            path, meta = part.get("path"), part.get("meta")
            if isinstance(path, str) and isinstance(meta, dict) and meta.get("_type") == _FILE:
                yield path
            stack.extend(part.values())
        elif isinstance(part, list):
            stack.extend(part)


def _values(body: bytes) -> Iterator[Any]:
    """The JSON values in *body*: itself, or one in each line of a stream of events."""
    for line in body.splitlines():
        with contextlib.suppress(ValueError, RecursionError):
            yield json.loads(line.removeprefix(b"data: "))


def _lies_in(root: Path, path: str) -> bool:
    """Whether *path*, with every link and dot followed, is below *root*."""
    try:
        return Path(os.path.realpath(path)).is_relative_to(root)
    except (OSError, ValueError):
        return False


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"{digits[:20]} is too large a number")
    return number
