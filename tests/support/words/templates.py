"""The texts of a template, as ui/words/markup.js reads them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_SAID = ("title", "placeholder", "aria-label", "alt", "data-nav", "data-name", "data-table-name")
_VOID = ("br", "hr", "img", "input", "link", "meta")
_WORD = re.compile(r"[^\W\d_]")


@dataclass
class _Element:
    said: list[str] = field(default_factory=list)
    children: list["_Element | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(c if isinstance(c, str) else c.text for c in self.children)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [_Element()]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = _Element([_tidy(v) for n, v in attrs if n in _SAID and v and _tidy(v)])
        self.open[-1].children.append(made)
        if tag not in _VOID:
            self.open.append(made)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        children = self.open[-1].children
        if children and isinstance(children[-1], str):
            children[-1] += data
        else:
            children.append(data)


def texts(template: str) -> Iterator[str]:
    """Every text and label of *template*."""
    reader = _Reader()
    reader.feed(template)
    reader.close()
    yield from _walk(reader.open[0])


def _walk(element: _Element) -> Iterator[str]:
    yield from element.said
    texts_here = [c for c in element.children if isinstance(c, str) and _WORD.search(c)]
    inner = [c for c in element.children if isinstance(c, _Element)]
    if texts_here and any(c.text.strip() for c in inner):
        within: list[_Element] = []
        yield _tidy(_key(element, within))
        for one in within:
            yield from one.said
        return
    yield from map(_tidy, texts_here)
    for one in inner:
        yield from _walk(one)


def _key(element: _Element, within: list[_Element]) -> str:
    parts = []
    for child in element.children:
        if isinstance(child, str):
            parts.append(child)
            continue
        within.append(child)
        number = len(within)
        parts.append(f"<{number}>{_key(child, within)}</{number}>")
    return "".join(parts)


def _tidy(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
