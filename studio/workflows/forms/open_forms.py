"""Workflows that people have open: what was typed into their forms outlives page and program.

An open form belongs to one viewer and is named by its id, so two tabs can have two workflows open.
"""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from studio.access.viewer import Viewer
from studio.errors import Absent, StudioError
from studio.workflows.forms.drafts import Drafts
from studio.workflows.forms.open_form import OpenForm, drafted, read_draft
from studio.workflows.workflows import Opened

MAX_OPEN = 400
"""Forms kept in memory over all viewers; those of the longest absent go first."""
MAX_OWN = 12
"""Forms that one viewer has open at once."""
MAX_CLOSED = 50
"""Closed forms that can still be taken back, over all viewers."""


class Gone(Absent):
    """A form that is not open (any more), or somebody else's."""

    def __init__(self) -> None:
        StudioError.__init__(self, "This form was closed meanwhile: open the workflow again.")


class OpenForms:
    """The open forms of everybody; `drafts` outlive a restart. `_lock` guards both dicts.

    Of each owner all forms are in memory, or none. `_closed` are those that can be taken back.
    """

    def __init__(self, drafts: Drafts) -> None:
        self._drafts = drafts
        self._lock = threading.Lock()
        self._open: OrderedDict[str, OrderedDict[str, OpenForm]] = OrderedDict()
        self._closed: OrderedDict[tuple[str, str], OpenForm] = OrderedDict()

    def open(self, viewer: Viewer, opened: Opened, **fields: Any) -> OpenForm:
        """Open a workflow as one more form."""
        notes = tuple(dict.fromkeys(opened.warnings))
        form = OpenForm(
            secrets.token_hex(8),
            viewer.owner,
            opened.name,
            dict(opened.graph),
            notes=notes,
            saved=opened.saved,
            **fields,
        )
        self._put(form)
        return form

    def find(self, viewer: Viewer, id_: str) -> OpenForm | None:
        """The viewer's form of that id, or None."""
        with self._of(viewer.owner) as own:
            return own.get(id_)

    def get(self, viewer: Viewer, id_: str) -> OpenForm:
        """The viewer's form of that id. Raises Gone."""
        return _there(self.find(viewer, id_))

    def latest(self, viewer: Viewer) -> OpenForm | None:
        """The one that the viewer touched last."""
        with self._of(viewer.owner) as own:
            return next(reversed(own.values()), None)

    def all(self, viewer: Viewer) -> tuple[OpenForm, ...]:
        """The viewer's forms, the one touched last first."""
        with self._of(viewer.owner) as own:
            return tuple(reversed(own.values()))

    def change(self, viewer: Viewer, id_: str, **fields: Any) -> OpenForm:
        """Change fields of the viewer's form and return it; none only touches it.

        Raises Gone.
        """
        with self._of(viewer.owner) as own:
            form = _there(own.get(id_))
            changed = own[id_] = replace(form, **fields)
            own.move_to_end(id_)
            if changed != form:  # kept under the lock: of two changes the later stays
                self._drafts.keep(viewer.owner, id_, drafted(changed))
        return changed

    def close(self, viewer: Viewer, id_: str) -> bool:
        """Close the viewer's form, and forget what was typed; False where there is none.

        `reopen` takes that back for a while.
        """
        with self._of(viewer.owner) as own:
            form = own.pop(id_, None)
            if form is None:
                return False
            self._drafts.keep(viewer.owner, id_, None)
            self._closed[viewer.owner, id_] = form
            while len(self._closed) > MAX_CLOSED:
                self._closed.popitem(last=False)
        return True

    def reopen(self, viewer: Viewer, id_: str) -> OpenForm:
        """Take a closing back. Raises StudioError where it is too late."""
        with self._lock:
            form = self._closed.pop((viewer.owner, id_), None)
        if form is None:
            raise StudioError("It is too late to take this back: the form is gone.")
        self._put(form)
        return form

    def upload_names(self) -> frozenset[str]:
        """The kept uploads that open forms name."""
        with self._lock:
            return frozenset(
                name
                for own in self._open.values()
                for form in own.values()
                for name in form.uploads.values()
            )

    def _put(self, form: OpenForm) -> None:
        """Put *form* where it was, or as one more; of too many the longest untouched goes."""
        with self._of(form.owner) as own:
            own[form.id] = form
            self._drafts.keep(form.owner, form.id, drafted(form))
            for _ in range(len(own) - MAX_OWN):
                self._drafts.keep(form.owner, own.popitem(last=False)[0], None)

    @contextmanager
    def _of(self, owner: str) -> Iterator[OrderedDict[str, OpenForm]]:
        """The owner's forms, the one touched last being last; read back where they are not here.

        `_lock` is held meanwhile. Raises StorageError where they cannot be read.
        """
        kept = None
        while True:
            with self._lock:
                if owner in self._open or kept is not None:
                    own = self._open.setdefault(owner, kept or OrderedDict())
                    self._open.move_to_end(owner)
                    yield own
                    self._bound()
                    return
            kept = self._read(owner)

    def _read(self, owner: str) -> OrderedDict[str, OpenForm]:
        drafts = [*self._drafts.of(owner).items()][:MAX_OWN]
        read = ((id_, read_draft(id_, owner, data)) for id_, data in reversed(drafts))
        return OrderedDict((id_, form) for id_, form in read if form)

    def _bound(self) -> None:
        """Let go of those whose owners have not been here for longest; they stay drafts."""
        while sum(max(1, len(own)) for own in self._open.values()) > MAX_OPEN:
            self._open.popitem(last=False)


def _there(form: OpenForm | None) -> OpenForm:
    if form is None:
        raise Gone
    return form
