r"""A text → its parts. Anything can be read; what is no choice and no wildcard is plain text. Pure.

``{a|b}`` is a choice, ``{3::a|b}`` one with weights, ``{2$$a|b|c}`` and ``{1-2$$ and $$a|b|c}``
pick several; all of it stands in one another as one likes. ``__name__`` is a line of a wildcard
list. Braces that never close, or hold neither ``|`` nor ``$$``, are just braces; ``\{``, ``\|``,
``\}`` and ``\__name__`` are the characters themselves. In the names of LoRAs and embeddings
underscores are a part of the name.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from comfy.workflow.prompts.limits import (
    MAX_NESTING,
    MAX_PICKED,
    MAX_TEXT,
    MAX_WEIGHT,
    ExpandError,
)
from comfy.workflow.prompts.tree import Choice, Option, Part, Parts, Wildcard

JOINER = ", "
"""Between several that are picked, where nothing else is said."""
_NAME = r"[^\W_*][\w\-/. *]{0,99}?|\*[\w\-/. *]{0,99}?"
_WILDCARD = re.compile(rf"__({_NAME})__")
_MARK = re.compile(
    r"\\(?:[{}|]|__)|[{}|]|__"
    r"|<(?:lora|lyco|hypernet):[^<>{}|\\\n]*>"
    r"|embedding:[^\s,(){}|<>\\]+",
    re.IGNORECASE,
)
_WHOLE_NAME = re.compile(rf":__({_NAME})__(?=[:>]|$)")
"""Where the whole name of a LoRA or an embedding is a wildcard."""
_WEIGHT = re.compile(r"\s*(\d{1,9}(?:\.\d{1,9})?)::")
_HEAD = re.compile(r"\s*(?:(\d{1,4})?(-)?(\d{1,4})?)\$\$(?:((?:\\[{}|]|[^${}|\\]){0,100})\$\$)?")
_ESCAPED = re.compile(r"\\([{}|])")
_READ = re.compile(rf"[{{}}|]|__(?:{_NAME})__")


@dataclass(slots=True)
class _Opened:
    """A brace that is open: what stands between it and its options, and the options so far.

    Each option begins with its weight as it was written.
    """

    head: str = ""
    least: int = 1
    most: int = 1
    joiner: str | None = None
    weights: list[str] = field(default_factory=list)
    options: list[list[Part]] = field(default_factory=lambda: [[]])


def parse(text: str) -> Parts:
    """Read *text*. Raises ExpandError where it is too long, or nested too deeply."""
    if len(text) > MAX_TEXT:
        raise ExpandError(f"The text has {len(text):,} characters; the most is {MAX_TEXT:,}.")
    stack, at = [_Opened()], 0
    while found := _MARK.search(text, at):
        now = stack[-1].options[-1]
        now.append(text[at : found.start()])
        mark, at = found[0], found.end()
        if mark == "{":
            if len(stack) > MAX_NESTING:
                raise ExpandError(f"Braces stand over {MAX_NESTING} deep in one another.")
            stack.append(_opened(text, at))
            at = _weighed(stack[-1], text, at + len(stack[-1].head))
        elif mark == "|" and len(stack) > 1:
            stack[-1].options.append([])
            at = _weighed(stack[-1], text, at)
        elif mark == "}" and len(stack) > 1:
            _close(stack)
        elif mark in ("__", "\\__"):
            at = _named(now, text, found.start(), mark)
        elif mark[0] == "\\":
            now.append(mark[1:])
        else:
            now += _whole(mark) if len(mark) > 1 else [mark]
    stack[-1].options[-1].append(text[at:])
    while len(stack) > 1:
        opened = stack.pop()
        stack[-1].options[-1] += _as_text(opened)
    return _joined(stack[0].options[0])


def is_plain(text: str) -> bool:
    """Whether *text* stands for nothing but itself. Raises ExpandError."""
    return parse(text) == ((text,) if text else ())


def escaped(text: str) -> str:
    """The text that is drawn as *text*, which is that itself where nothing in it is drawn."""
    try:
        return text if is_plain(text) else _READ.sub(r"\\\g<0>", text)
    except ExpandError:
        return _READ.sub(r"\\\g<0>", text)


def read_option(line: str) -> Option:
    """A line of a wildcard list, which may begin with its weight. Raises ExpandError."""
    found = _WEIGHT.match(line)
    weight = min(float(found[1]), MAX_WEIGHT) if found else 1.0
    return Option(parse(line[found.end() :] if found else line), weight)


def weight_of(line: str) -> float:
    """The weight that a line of a wildcard list begins with, else 1."""
    found = _WEIGHT.match(line)
    return min(float(found[1]), MAX_WEIGHT) if found else 1.0


def _opened(text: str, at: int) -> _Opened:
    """The brace that opens before *at*: how many are picked, where it says so."""
    found = _HEAD.match(text, at)
    if not found or not (found[1] or found[3]):
        return _Opened()
    least = min(int(found[1] or 0), MAX_PICKED)
    ranged, end = bool(found[2]), min(int(found[3] or MAX_PICKED), MAX_PICKED)
    least, most = sorted((least, end)) if ranged else (least, least)
    joiner = JOINER if found[4] is None else _ESCAPED.sub(r"\1", found[4])
    return _Opened(found[0], least, most, joiner)


def _weighed(opened: _Opened, text: str, at: int) -> int:
    """Note the weight of the option that begins at *at*; return where its text begins."""
    found = _WEIGHT.match(text, at)
    opened.weights.append(found[0] if found else "")
    return found.end() if found else at


def _close(stack: list[_Opened]) -> None:
    opened = stack.pop()
    if len(opened.options) == 1 and opened.joiner is None:
        stack[-1].options[-1] += [*_as_text(opened), "}"]
        return
    weights = (min(float(w.strip()[:-2]), MAX_WEIGHT) if w else 1.0 for w in opened.weights)
    options = tuple(
        Option(_joined(parts), weight)
        for parts, weight in zip(opened.options, weights, strict=True)
    )
    choice = Choice(options, opened.least, opened.most, opened.joiner or "")
    stack[-1].options[-1].append(choice)


def _as_text(opened: _Opened) -> Iterator[Part]:
    """An open brace as the characters that it is made of."""
    yield "{" + opened.head
    for number, (weight, parts) in enumerate(zip(opened.weights, opened.options, strict=True)):
        yield ("|" if number else "") + weight
        yield from parts


def _named(now: list[Part], text: str, at: int, mark: str) -> int:
    """Take the wildcard at *at*, or its characters where it is escaped or none; return its end."""
    start = at + len(mark) - 2
    found = _WILDCARD.match(text, start)
    if not found:
        now.append(mark)
        return start + 2
    now.append(Wildcard(found[1]) if mark == "__" else found[0])
    return found.end()


def _whole(tag: str) -> Iterator[Part]:
    """A LoRA or an embedding: text, unless its name is a wildcard."""
    found = _WHOLE_NAME.search(tag)
    if not found:
        yield tag
        return
    yield tag[: found.start() + 1]
    yield Wildcard(found[1])
    yield tag[found.end() :]


def _joined(parts: list[Part]) -> Parts:
    """*parts* with texts that follow one another as one."""
    joined: list[Part] = []
    text: list[str] = []
    for part in parts:
        if isinstance(part, str):
            text.append(part)
            continue
        joined += filter(None, ("".join(text),))
        joined.append(part)
        text = []
    return (*joined, *filter(None, ("".join(text),)))
