"""Everybody's own list of tags: one each, kept with what else is theirs."""

import hashlib
from dataclasses import asdict, dataclass

from storage.store import Store
from studio.access.viewer import Viewer
from studio.completion.tag_file import lines, read_tags

LIST, ROWS = "tag_list", "tag_rows"
"""Kinds of documents: what is said of a list, and the list."""
MOST_LISTS, MOST_BYTES = 500, 512 * 2**20
"""Of all people's; those that were brought longest ago give way."""
MAX_FILE_NAME = 120
_ONE = "tags"


@dataclass(frozen=True, slots=True)
class TagList:
    """A list: the name of its file, how many tags it has, and what tells it from others."""

    name: str
    rows: int
    digest: str


class TagLists:
    """The lists, in *store*."""

    def __init__(self, store: Store) -> None:
        self._documents = store.documents

    def keep(self, viewer: Viewer, data: bytes, name: str) -> TagList:
        """Keep the CSV file in *data* in place of the viewer's list. Raises StudioError."""
        tags = read_tags(data)
        text = lines(tags)
        digest = hashlib.sha256(text.encode()).hexdigest()[:32]
        kept = TagList(name.strip()[:MAX_FILE_NAME] or "tags.csv", len(tags), digest)
        self._documents.keep(ROWS, viewer.owner, _ONE, {"text": text})
        self._documents.keep(LIST, viewer.owner, _ONE, asdict(kept))
        self._documents.trim(ROWS, MOST_LISTS, MOST_BYTES)
        return kept

    def kept(self, viewer: Viewer) -> TagList | None:
        """What is said of the viewer's list; None where there is none."""
        found = self._documents.by_name(LIST, viewer.owner).get(_ONE)
        return TagList(**found) if found else None

    def text(self, viewer: Viewer) -> str:
        """The viewer's list, a line a tag: see `tag_file.lines`; "" where there is none."""
        found = self._documents.by_name(ROWS, viewer.owner).get(_ONE)
        return str(found["text"]) if found else ""

    def drop(self, viewer: Viewer) -> None:
        """Remove the viewer's list; nothing happens where there is none."""
        self._documents.drop(LIST, viewer.owner, _ONE)
        self._documents.drop(ROWS, viewer.owner, _ONE)
