"""Bodies of events: JSON that holds to its own rules, and the files that it names. No network."""

import contextlib
import json
import math
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from starlette.types import Message, Receive, Send

from web.answers import Refusal


def json_of(body: bytes) -> Any:
    """The JSON in *body*. Raises Refusal with 400 for all else, NaN and infinities included."""
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


def handing(send: Send, folder: str, note: Callable[[Sequence[str]], None]) -> Send:
    """Return *send* that first tells *note* which files of *folder* an answer hands out.

    Those are uploads that were taken in, and what any component is to show.
    """
    marks = [json.dumps(folder, ensure_ascii=plain)[1:-1].encode() for plain in (True, False)]

    async def handed(message: Message) -> None:
        body = message.get("body", b"")
        if any(m in body for m in marks) and (
            paths := [p for p in _texts(body) if p.startswith(folder)]
        ):
            note(paths)
        await send(message)

    return handed


_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*"')


def _texts(body: bytes) -> Iterator[str]:
    """The JSON texts in *body*, which may be JSON within lines of something else."""
    for quoted in _TEXT.findall(body):
        with contextlib.suppress(ValueError):
            yield str(json.loads(quoted))


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"{digits[:20]} is too large a number")
    return number
