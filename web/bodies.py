"""Bodies of events: JSON that holds to its own rules, and the files that it names. No network."""

import contextlib
import json
import math
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


def noting(send: Send, note: Callable[[Sequence[str]], None]) -> Send:
    """Return *send* that first tells *note* the paths of the files that Gradio has taken in.

    Its answer to an upload is the JSON list of them.
    """
    status = 0
    parts: list[bytes] = []

    async def noted(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            parts.append(message.get("body", b""))
            if status == 200 and not message.get("more_body"):
                note(_paths(b"".join(parts)))
        await send(message)

    return noted


def _paths(answer: bytes) -> list[str]:
    with contextlib.suppress(ValueError):
        listed = json.loads(answer)
        if isinstance(listed, list):
            return [path for path in listed if isinstance(path, str)]
    return []


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"{digits[:20]} is too large a number")
    return number
