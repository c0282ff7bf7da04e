"""The texts that the page's scripts name: what is first in `t(…)`, and what `plural(…)` counts."""

import json
import re
from collections.abc import Iterator

_CALL = re.compile(r"(?<![\w.])(t|plural)\(")
_TOKEN = re.compile(
    r'"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`|//[^\n]*|[()\[\]{},?:]|[^"`()\[\]{},?:/]+|/'
)


def texts(script: str) -> Iterator[str]:
    """Every text of *script*, as often as it is there."""
    for found in _CALL.finditer(script):
        parts = list(_arguments(script, found.end()))
        if found[1] == "t":
            yield from _choices(parts[0])
        elif len(parts) > 1 and (names := _strings("".join(parts[1]))):
            many = _strings("".join(parts[2])) if len(parts) > 2 else [f"{names[0]}s"]
            yield "{count} " + (many or names)[0]


def _arguments(script: str, start: int) -> Iterator[list[str]]:
    """The tokens of each argument of the call whose bracket opens before *start*."""
    depth, argument = 0, list[str]()
    for token in (found[0] for found in _TOKEN.finditer(script, start)):
        if token.startswith("//"):
            continue
        if depth == 0 and token in (",", ")"):
            yield argument
            argument = []
            if token == ")":
                return
            continue
        depth += (token in "([{") - (token in ")]}") if len(token) == 1 else 0
        argument.append(token)


def _choices(tokens: list[str]) -> list[str]:
    """The texts of a literal, or of each outcome of a conditional."""
    if not any(token == "?" for token in tokens):
        return _strings("".join(tokens))
    outcomes = [
        token
        for before, token in zip(["", *tokens], tokens, strict=False)
        if token.startswith('"') and _follows(tokens, token, before)
    ]
    return [json.loads(token) for token in outcomes]


def _follows(tokens: list[str], token: str, before: str) -> bool:
    where = tokens.index(token)
    kept = [one for one in tokens[:where] if one.strip()]
    return bool(before) and bool(kept) and kept[-1].strip() in ("?", ":")


def _strings(source: str) -> list[str]:
    return [json.loads(found) for found in re.findall(r'"(?:[^"\\]|\\.)*"', source)]
