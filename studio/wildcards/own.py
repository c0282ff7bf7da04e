"""Wildcard lists that people keep: a text each, one entry a line, under a name like a path."""

import re
from collections.abc import Mapping

from comfy.workflow.prompts.lists import read_lines
from storage.store import Store
from studio.access.viewer import Viewer
from studio.errors import Absent, Invalid, StudioError

KIND = "wildcards"
MAX_NAME = 100
MAX_TEXT = 2**19
"""Characters of one list."""
MAX_ENTRIES = 20_000
MAX_LISTS = 500
MAX_ALL = 2**23
"""Characters of all lists of a person."""
_NAME = re.compile(r"(?!.*__)[^\W_][\w\-/. ]*(?<![_/. ])", re.DOTALL)


def checked_name(name: str) -> str:
    """*name* trimmed. Raises Invalid where a prompt could not call a list so."""
    name = name.strip()
    if len(name) > MAX_NAME or not _NAME.fullmatch(name) or "//" in name or ".." in name:
        said = (
            f"A list's name has 1 to {MAX_NAME} letters, digits, spaces and - . _ /, and begins "
            "and ends with a letter or digit."
        )
        raise Invalid(said, {"name": said})
    return name


class OwnLists:
    """Everybody's own lists."""

    def __init__(self, store: Store) -> None:
        self._documents = store.documents

    def texts(self, owner: str) -> dict[str, str]:
        """The texts of the owner's lists by name, in order."""
        kept = self._documents.by_name(KIND, owner)
        return {name: str(kept[name].get("text", "")) for name in sorted(kept)}

    def save(self, viewer: Viewer, name: str, text: str, was: str = "") -> str:
        """Keep a list, that was called *was* or is new; return its name.

        A new one takes nobody's place. Raises StudioError.
        """
        texts, name = self.texts(viewer.owner), checked_name(name)
        if was:
            self._own(texts, was)
        if name in texts and name != was:
            said = f"There is a list “{name}” already: choose another name."
            raise Invalid(said, {"name": said})
        self._keep(viewer, {name: text}, without=was)
        return name

    def add(self, viewer: Viewer, found: Mapping[str, str]) -> list[str]:
        """Keep several lists beside those there are; return their names, which may be new ones.

        What is there with the same text stays. Raises StudioError, and keeps none then.
        """
        there, new = self.texts(viewer.owner), dict[str, str]()
        for name, text in found.items():
            one, number = name, 1
            while one in new or there.get(one, text) != text:
                number += 1
                one = f"{name[: MAX_NAME - 5]} {number}"
            new[one] = text
        self._keep(viewer, new)
        return list(new)

    def delete(self, viewer: Viewer, name: str) -> str:
        """Remove a list and return its text, which can be saved again. Raises StudioError."""
        text = self._own(self.texts(viewer.owner), name)
        self._documents.drop(KIND, viewer.owner, name)
        return text

    def _own(self, texts: Mapping[str, str], name: str) -> str:
        if name not in texts:
            raise Absent("list")
        return texts[name]

    def _keep(self, viewer: Viewer, new: Mapping[str, str], without: str = "") -> None:
        for name, text in new.items():
            _check_size(name, text)
        together = {**self.texts(viewer.owner), **new}
        if without not in new:
            together.pop(without, None)
        if len(together) > MAX_LISTS:
            raise StudioError(f"That would be {len(together):,} lists; the most is {MAX_LISTS}.")
        if sum(map(len, together.values())) > MAX_ALL:
            raise StudioError(f"All lists together have {MAX_ALL:,} characters at the most.")
        for name, text in new.items():
            self._documents.keep(KIND, viewer.owner, name, {"text": text})
        if without and without not in new:
            self._documents.drop(KIND, viewer.owner, without)


def _check_size(name: str, text: str) -> None:
    """Raise Invalid where a list is too large."""
    said = ""
    if len(text) > MAX_TEXT:
        said = f"“{name}” has {len(text):,} characters; the most is {MAX_TEXT:,}."
    elif (entries := len(read_lines(text))) > MAX_ENTRIES:
        said = f"“{name}” has {entries:,} entries; the most is {MAX_ENTRIES:,}."
    if said:
        raise Invalid(said, {"text": said})
