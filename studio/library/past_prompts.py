"""The prompts that somebody used, the latest first, each once."""

from collections.abc import Iterator
from dataclasses import dataclass

from storage.records import Generation, Status
from storage.search.query import Search
from studio.access.viewer import Viewer
from studio.library.library import Library
from studio.requested import typed_prompts

MOST = 100
"""Prompts that are told."""
LOOKED_AT = 3
"""Pages of generations that are looked through for them."""
PAGE = 500
_ANY = tuple(Status)


@dataclass(frozen=True, slots=True)
class PastPrompt:
    """A prompt as it was typed, what was to be avoided with it when it was used last, and when.

    `at` are epoch seconds.
    """

    prompt: str
    negative: str
    at: float


def past_prompts(library: Library, viewer: Viewer, words: str = "") -> list[PastPrompt]:
    """Those of the viewer's with *words* in them, as the gallery searches. Raises StudioError."""
    found: dict[str, PastPrompt] = {}
    # An administrator, who sees everybody's, looks for their own here.
    search = Search(words=words, statuses=_ANY, owner=viewer.owner)
    for record in _latest(library, viewer, search):
        prompt, negative = typed_prompts(record)
        prompt = prompt.strip()
        if prompt and prompt not in found:
            found[prompt] = PastPrompt(prompt, negative, record.created_at)
            if len(found) == MOST:
                break
    return list(found.values())


def _latest(library: Library, viewer: Viewer, search: Search) -> Iterator[Generation]:
    after = ""
    for _ in range(LOOKED_AT):
        page = library.page(viewer, search, after, PAGE)
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].id
