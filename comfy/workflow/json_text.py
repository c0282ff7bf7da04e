"""JSON from strangers: bounded in size and depth, without NaN or Infinity. Pure."""

import json
import math
from typing import Any

from comfy.errors import WorkflowError

MAX_BYTES = 64 * 2**20
MAX_DEPTH = 100
"""Lists and objects in one another; a workflow has under ten."""


def parse_json(text: str | bytes, what: str) -> Any:
    """Return what *text* says; *what* names it in errors. NaN and infinities become None.

    Python and ComfyUI write those, JSON does not know them, and nothing further on expects them.
    Raises WorkflowError with a sentence.
    """
    if len(text) > MAX_BYTES:
        raise WorkflowError(
            f"{what} has {len(text) / 2**20:.0f} MB of text; the most is {MAX_BYTES // 2**20} MB."
        )
    try:
        decoded = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        data = json.loads(decoded, parse_constant=lambda _: None, parse_float=_finite)
    except UnicodeDecodeError as error:
        raise WorkflowError(f"{what} is no text in UTF-8, so it cannot be JSON.") from error
    except RecursionError as error:
        raise WorkflowError(_too_deep(what)) from error
    except json.JSONDecodeError as error:
        raise WorkflowError(
            f"{what} is not JSON: {error.msg} in line {error.lineno}, column {error.colno}. "
            "It may be cut short, or edited by hand."
        ) from error
    except ValueError as error:  # a number of more digits than Python reads
        raise WorkflowError(f"{what} holds a number that is too long to read.") from error
    check_depth(data, what)
    return data


def check_depth(data: Any, what: str) -> None:
    """Raise WorkflowError where *data* is nested too deeply to be handled safely."""
    level = [data]
    for _ in range(MAX_DEPTH):
        containers = [one for one in level if isinstance(one, dict | list)]
        if not containers:
            return
        level = [v for one in containers for v in (one.values() if isinstance(one, dict) else one)]
    if any(isinstance(one, dict | list) for one in level):
        raise WorkflowError(_too_deep(what))


def _too_deep(what: str) -> str:
    return f"{what} is nested over {MAX_DEPTH} levels deep, which no workflow is."


def _finite(text: str) -> float | None:
    value = float(text)
    return value if math.isfinite(value) else None
