"""The answer of a language model → a prompt. Pure; an answer is anything at all."""

import json
import re
from collections.abc import Mapping
from typing import Any

from comfy.errors import WorkflowError

MAX_ANSWER = 6_000
_THOUGHT = re.compile(r"<think(ing)?>.*?(</think(ing)?>|$)", re.DOTALL | re.IGNORECASE)
_WRAPPED = re.compile(r"^<prompt>(.*?)(</prompt>)?$", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"^```[\w-]*\n?(.*?)\n?```$", re.DOTALL)
_TITLE = re.compile(
    r"^\W{0,3}(improved |enhanced |better )?prompt\W{0,3}:\W{0,3}\s*", re.IGNORECASE
)
_QUOTES = (('"', '"'), ("“", "”"), ("'", "'"), ("„", "“"), ("«", "»"))
EMPTY = "The language model answered with nothing: try again, or try another model."


def read_answer(body: bytes, *, lines: bool) -> str:
    """The prompt in an answer's *body*, as plain text; on several *lines* where the old one is.

    Raises WorkflowError with a sentence.
    """
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise WorkflowError(
            "The language model's server answered with something else than JSON: check its address."
        ) from error
    choice = _first(data)
    message = choice.get("message")
    inner = message if isinstance(message, Mapping) else {}
    text = _plain(_text(inner.get("content")), lines=lines)
    if choice.get("finish_reason") == "content_filter" or inner.get("refusal"):
        raise WorkflowError("The language model refuses this prompt.")
    if choice.get("finish_reason") == "length":
        raise WorkflowError("The language model's answer was cut off: try again, or a shorter one.")
    if not text:
        raise WorkflowError(EMPTY)
    if len(text) > MAX_ANSWER:
        raise WorkflowError("The language model answered with far too much: try again.")
    return text


def read_error(body: bytes, secret: str) -> str:
    """What a server says of its refusal, bounded and without the *secret*; "" for nothing."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    error = data.get("error") if isinstance(data, Mapping) else None
    message = error.get("message") if isinstance(error, Mapping) else error
    said = _plain(message, lines=False) if isinstance(message, str) else ""
    return (said.replace(secret, "…") if secret else said)[:200]


def _first(data: Any) -> Mapping[str, Any]:
    choices = data.get("choices") if isinstance(data, Mapping) else None
    first = choices[0] if isinstance(choices, list) and choices else None
    if not isinstance(first, Mapping):
        raise WorkflowError(
            "The language model's server does not answer as OpenAI's does: check its address."
        )
    return first


def _text(content: Any) -> str:
    """The text of a message, which some servers give in parts."""
    if isinstance(content, list):
        parts = [one.get("text") for one in content if isinstance(one, Mapping)]
        return "".join(one for one in parts if isinstance(one, str))
    return content if isinstance(content, str) else ""


def _plain(text: str, *, lines: bool) -> str:
    """*text* without what models put around a prompt."""
    text = _THOUGHT.sub("", text).strip()
    for wrapped in (_FENCE, _WRAPPED):
        if found := wrapped.match(text):
            text = found[1].strip()
    text = _TITLE.sub("", text)
    for opens, closes in _QUOTES:
        inner = text[1:-1]
        if len(text) > 1 and text[0] == opens and text[-1] == closes and closes not in inner:
            text = inner.strip()
    text = "".join(c if c.isprintable() or c == "\n" else " " for c in text)
    kept = [" ".join(line.split()) for line in text.split("\n")]
    return ("\n" if lines else " ").join(line for line in kept if line).strip()
