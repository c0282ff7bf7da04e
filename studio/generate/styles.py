"""Everybody's table of styles: those of one's own, in one's own order, and those that ship."""

import re
import threading
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from comfy.workflow.prompts.shipped_styles import SHIPPED
from comfy.workflow.prompts.style_files import MAX_ROWS, StyleFile, fault
from comfy.workflow.prompts.styles import MAX_NAME, Style, free, named, nearest, tidy
from storage.store import Store
from studio.access.viewer import Viewer
from studio.errors import Invalid, StudioError

KIND = "styles"
TABLE = "table"
"""The name of the document that has it all; what another owner's browser brought has another."""
MAX_STYLES = MAX_ROWS
MAX_BYTES = 2**22
"""Characters of all texts of one person's styles."""

_TEXTS = ("name", "prompt", "negative")
_NUMBER = re.compile(r" \(\d+\)$")


@dataclass(frozen=True, slots=True)
class Table:
    """A person's `own` styles in order, and the names of shipped ones that are `hidden`."""

    own: tuple[Style, ...] = ()
    hidden: frozenset[str] = frozenset()

    @property
    def shipped(self) -> tuple[Style, ...]:
        """Those that ship; one's own of the same name stands in the place of one."""
        names = {one.name.casefold() for one in self.own}
        return tuple(one for one in SHIPPED if one.name.casefold() not in names)

    @property
    def offered(self) -> tuple[Style, ...]:
        """What there is to choose from."""
        return (*self.own, *(one for one in self.shipped if one.name not in self.hidden))

    @property
    def all(self) -> tuple[Style, ...]:
        """What can be named: what is hidden, too, for an earlier image may have it."""
        return (*self.own, *self.shipped)


@dataclass(frozen=True, slots=True)
class Removed:
    """A style that was deleted, and `at` which place of the table it stood."""

    style: Style
    at: int


@dataclass(frozen=True, slots=True)
class Added:
    """What an import added, how many it had that were there already, and sentences on others."""

    names: tuple[str, ...]
    known: int = 0
    said: tuple[str, ...] = ()


class Styles:
    """The tables. `_lock` lets one change come after the other."""

    def __init__(self, store: Store) -> None:
        self._documents = store.documents
        self._lock = threading.Lock()

    def table(self, viewer: Viewer) -> Table:
        """The viewer's styles."""
        kept = self._documents.by_name(KIND, viewer.owner)
        own: list[Style] = []
        hidden: set[str] = set()
        for name in sorted(kept, key=lambda name: (name != TABLE, name)):
            own += _styles(kept[name].get("styles"), {one.name.casefold() for one in own})
            hidden |= _names(kept[name].get("hidden"))
        return Table(tuple(own), frozenset(hidden))

    def chosen(self, viewer: Viewer, names: Sequence[str]) -> tuple[Style, ...]:
        """The styles called *names*, in order. Raises Invalid, which says the nearest name."""
        if not names:
            return ()
        known = self.table(viewer).all
        try:
            return tuple(_known(name, known) for name in names)
        except StudioError as error:
            raise Invalid(str(error), {"styles": str(error)}) from error

    def keep(self, viewer: Viewer, style: Style, old: str = "") -> tuple[Style, Table]:
        """Add *style*, or let it take the place of the one called *old*; return it as it is kept.

        Raises StudioError with a sentence.
        """
        style = replace(style, name=tidy(style.name))
        if why := fault(style):
            raise StudioError(why)
        with self._lock:
            table = self.table(viewer)
            replaced, other = named(old, table.own), named(style.name, table.own)
            if other is not None and other != replaced:
                raise StudioError(f"There is a style “{other.name}” already: choose another name.")
            if replaced:
                own = tuple(style if one == replaced else one for one in table.own)
            else:
                own = (*table.own, style)
            return style, self._store(viewer, replace(table, own=own))

    def delete(self, viewer: Viewer, names: Iterable[str]) -> tuple[Removed, ...]:
        """Remove styles of one's own; `restore` takes that back. Raises StudioError for others."""
        with self._lock:
            table = self.table(viewer)
            gone = {_own(name, table).name for name in names}
            removed = [Removed(s, n) for n, s in enumerate(table.own) if s.name in gone]
            own = tuple(one for one in table.own if one.name not in gone)
            self._store(viewer, replace(table, own=own))
        return tuple(removed)

    def restore(self, viewer: Viewer, removed: Iterable[Removed]) -> Table:
        """Put styles back where they stood; what has its name by now stays. Raises StudioError."""
        with self._lock:
            table = self.table(viewer)
            own = list(table.own)
            for one in sorted(removed, key=lambda one: one.at):
                style = replace(one.style, name=tidy(one.style.name))
                if why := fault(style):
                    raise StudioError(why)
                if named(style.name, own) is None:
                    own.insert(max(0, one.at), style)
            return self._store(viewer, replace(table, own=tuple(own)))

    def move(self, viewer: Viewer, name: str, to: int) -> Table:
        """Let a style of one's own stand at place *to*, from 0. Raises StudioError."""
        with self._lock:
            table = self.table(viewer)
            style = _own(name, table)
            own = [one for one in table.own if one != style]
            own.insert(min(max(0, to), len(own)), style)
            return self._store(viewer, replace(table, own=tuple(own)))

    def hide(self, viewer: Viewer, name: str, *, on: bool) -> Table:
        """Offer a shipped style no more, or again. Raises StudioError where none is called so."""
        with self._lock:
            table = self.table(viewer)
            style = _known(name, SHIPPED)
            hidden = table.hidden | {style.name} if on else table.hidden - {style.name}
            return self._store(viewer, replace(table, hidden=hidden))

    def add(self, viewer: Viewer, file: StyleFile) -> Added:
        """Add the styles of a *file*: what is there already is passed over, nothing is replaced.

        Raises StudioError where they are too many; none is added then.
        """
        with self._lock:
            table = self.table(viewer)
            own, known = list(table.own), 0
            taken, there = {one.name.casefold() for one in own}, {_as_imported(one) for one in own}
            said = list(file.left_out)
            added = []
            for style in file.styles:
                if _as_imported(style) in there:
                    known += 1
                    continue
                new = replace(style, name=free(style.name, taken))
                if new.name != style.name:
                    said.append(f"“{style.name}” is another one here: it came as “{new.name}”.")
                taken.add(new.name.casefold())
                there.add(_as_imported(new))
                own.append(new)
                added.append(new.name)
            if added:
                self._store(viewer, replace(table, own=tuple(own)))
        return Added(tuple(added), known, tuple(said))

    def _store(self, viewer: Viewer, table: Table) -> Table:
        """Keep *table*; within `_lock`. Raises StudioError where it is too much."""
        if len(table.own) > MAX_STYLES:
            raise StudioError(f"{MAX_STYLES:,} styles can be kept: delete some first.")
        if sum(len(one.prompt) + len(one.negative) for one in table.own) > MAX_BYTES:
            raise StudioError("Your styles are too long together: delete some first.")
        data = {"styles": [asdict(one) for one in table.own], "hidden": sorted(table.hidden)}
        self._documents.keep(KIND, viewer.owner, TABLE, data)
        for name in self._documents.by_name(KIND, viewer.owner):
            if name != TABLE:
                self._documents.drop(KIND, viewer.owner, name)
        return table


def _as_imported(style: Style) -> tuple[str, str, str]:
    """What two styles have in common of which one got a number as it came."""
    return _NUMBER.sub("", style.name).casefold(), style.prompt, style.negative


def _known(name: str, styles: Sequence[Style]) -> Style:
    if found := named(name, styles):
        return found
    shown = tidy(name)[:MAX_NAME]
    if near := nearest(name, styles):
        raise StudioError(f"There is no style “{shown}”; the nearest is “{near}”.")
    raise StudioError(f"There is no style “{shown}”.")


def _own(name: str, table: Table) -> Style:
    found = named(name, table.own)
    if found is None:
        raise StudioError(f"There is no style “{tidy(name)[:MAX_NAME]}” of yours.")
    return found


def _styles(stored: Any, taken: set[str]) -> list[Style]:
    """What is stored, whichever version wrote it; of a name that is *taken* with a number."""
    found = []
    for one in stored if isinstance(stored, list) else ():
        texts = [one.get(key) for key in _TEXTS] if isinstance(one, dict) else []
        words = [text for text in texts if isinstance(text, str)]
        if len(words) == len(_TEXTS):
            name = free(words[0], taken)
            taken.add(name.casefold())
            found.append(Style(name, *words[1:]))
    return found


def _names(stored: Any) -> set[str]:
    return {one for one in stored if isinstance(one, str)} if isinstance(stored, list) else set()
