"""What of a prompt is no language, and must come back as it is: found, compared, put back. Pure.

LoRAs (``<lora:name:0.8>``), embeddings, wildcards (``__name__``), choices (``{a|b}``), weights
(``(a:1.2)``) and ``BREAK``.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["angle", "embedding", "wildcard", "choice", "weight", "break"]
_SIMPLE: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("angle", re.compile(r"<[a-zA-Z][\w-]*:[^<>\n]*>")),
    ("embedding", re.compile(r"embedding:[^\s,(){}|<>\\]+", re.IGNORECASE)),
    ("wildcard", re.compile(r"__(?![\s_])[^\n{}|<>()]{1,100}?__")),
    ("break", re.compile(r"\bBREAK\b")),
)
_ENDS_IN_WEIGHT = re.compile(r":\s*[+-]?(\d+\.?\d*|\.\d+)\s*$")
_CLOSING = {"{": "}", "(": ")"}
_SPACES = re.compile(r"[ \t]{2,}")
_COMMAS = re.compile(r"\s*,(\s*,)+")


@dataclass(frozen=True, slots=True)
class Token:
    """One of them, and where it stands."""

    kind: Kind
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where it is over."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Restored:
    """An answer in which all is as it was; what it had `lost`, and what it had `made_up`."""

    text: str
    lost: tuple[str, ...] = ()
    made_up: tuple[str, ...] = ()


def tokens(text: str) -> tuple[Token, ...]:
    """All in *text*, from left to right; what stands in another belongs to that."""
    return tuple(_tokens(text))


def is_kept(original: str, text: str) -> bool:
    """Whether *text* has all that *original* has, and nothing more but weights."""
    before, after = _counted(original), _counted(text)
    if before - after:
        return False
    return all(kind == "weight" for kind, _ in after - before)


def restored(original: str, answer: str) -> Restored:
    """*answer* with all of *original* in it, and nothing of it that is made up but weights.

    What was changed stands where it was; what was left out stands at the end.
    """
    lost = _missing(original, answer)
    extra = [one for one in _extra(original, answer) if one.kind != "weight"]
    changed = [one for one in _extra(original, answer) if one.kind == "weight"]
    made_up, text, shift = [one.text for one in extra], answer, 0
    left = list(lost)
    for one in sorted((*extra, *changed), key=lambda token: token.start):
        same = next((other for other in left if other.kind == one.kind), None)
        if same is None and one.kind == "weight":
            continue
        put = same.text if same else ""
        text = text[: one.start + shift] + put + text[one.end + shift :]
        shift += len(put) - len(one.text)
        if same:
            left.remove(same)
    ends = [one.text for one in left]
    joined = ", ".join([text.strip().rstrip(",").strip(), *ends]) if ends else text
    clean = _COMMAS.sub(",", _SPACES.sub(" ", joined)).strip(" ,")
    return Restored(clean, tuple(one.text for one in lost), tuple(made_up))


def _missing(original: str, text: str) -> list[Token]:
    """Those of *original* that are not in *text*."""
    return _beyond(tokens(original), _counted(text))


def _extra(original: str, text: str) -> list[Token]:
    """Those of *text* that are not in *original*."""
    return _beyond(tokens(text), _counted(original))


def _beyond(those: tuple[Token, ...], known: "Counter[tuple[Kind, str]]") -> list[Token]:
    left, found = Counter(known), []
    for one in those:
        if left[one.kind, one.text] > 0:
            left[one.kind, one.text] -= 1
        else:
            found.append(one)
    return found


def _counted(text: str) -> "Counter[tuple[Kind, str]]":
    return Counter((one.kind, one.text) for one in tokens(text))


def _tokens(text: str) -> Iterator[Token]:
    at = 0
    while at < len(text):
        token = _token(text, at)
        if token:
            yield token
        at = token.end if token else at + (2 if text[at] == "\\" else 1)


def _token(text: str, at: int) -> Token | None:
    if text[at] in _CLOSING:
        end = _closed(text, at)
        inner = text[at + 1 : end - 1] if end else ""
        if end and text[at] == "{" and ("|" in inner or "$$" in inner):
            return Token("choice", text[at:end], at)
        if end and text[at] == "(" and _ENDS_IN_WEIGHT.search(inner):
            return Token("weight", text[at:end], at)
        return None
    for kind, pattern in _SIMPLE:
        if found := pattern.match(text, at):
            return Token(kind, found[0], at)
    return None


def _closed(text: str, at: int) -> int:
    """Where the bracket at *at* has been closed; 0 where it is not."""
    opening, closing, depth = text[at], _CLOSING[text[at]], 0
    while at < len(text):
        if text[at] == "\\":
            at += 2
            continue
        depth += (text[at] == opening) - (text[at] == closing)
        at += 1
        if depth == 0:
            return at
    return 0
