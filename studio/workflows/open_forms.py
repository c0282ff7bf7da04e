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

from studio.workflows.drafts import Drafts
from studio.workflows.open_form import OpenForm, drafted, read_draft
from studio.workflows.workflows import Opened

GONE = "This form was closed meanwhile: open the workflow again."
MAX_OPEN = 400
"""Forms kept in memory over all viewers; those of the longest absent go first."""
MAX_OWN = 12
"""Forms that one viewer has open at once."""


class OpenForms:
    """The open workflows of everybody; `drafts` outlive a restart. `_lock` guards `_open`.

    Of each owner all forms are in memory, or none.
    """

    def __init__(self, drafts: Drafts) -> None:
        self._drafts = drafts
        self._lock = threading.Lock()
        self._open: OrderedDict[str, OrderedDict[str, OpenForm]] = OrderedDict()

    def open(self, owner: str, opened: Opened, **fields: Any) -> OpenForm:
        """Put a workflow open, as one more form."""
        notes = tuple(dict.fromkeys(opened.warnings))
        form = OpenForm(
            secrets.token_hex(8), owner, opened.name, dict(opened.graph), notes=notes, **fields
        )
        self.put(form)
        return form

    def put(self, form: OpenForm) -> None:
        """Put *form* where it was, or as one more; of too many the longest untouched goes."""
        with self._of(form.owner) as own:
            own[form.id] = form
            self._drafts.keep(form.owner, form.id, drafted(form))
            for _ in range(len(own) - MAX_OWN):
                self._drafts.keep(form.owner, own.popitem(last=False)[0], None)

    def get(self, id_: str, owner: str) -> OpenForm | None:
        """The owner's form of that id, or None."""
        with self._of(owner) as own:
            return own.get(id_)

    def latest(self, owner: str) -> OpenForm | None:
        """The one that the owner touched last."""
        with self._of(owner) as own:
            return next(reversed(own.values()), None)

    def all(self, owner: str) -> tuple[OpenForm, ...]:
        """The owner's forms, the one touched last first."""
        with self._of(owner) as own:
            return tuple(reversed(own.values()))

    def change(self, id_: str, owner: str, **fields: Any) -> OpenForm | None:
        """Change fields of the owner's form and return it; None where it is gone."""
        with self._of(owner) as own:
            found = own.get(id_)
            if found is None:
                return None
            changed = own[id_] = replace(found, **fields)
            own.move_to_end(id_)
            if changed != found:  # kept under the lock: of two changes the later stays
                self._drafts.keep(owner, id_, drafted(changed))
        return changed

    def upload_names(self) -> frozenset[str]:
        """The kept uploads that open forms name."""
        with self._lock:
            return frozenset(
                name
                for own in self._open.values()
                for form in own.values()
                for name in form.uploads.values()
            )

    def close(self, id_: str, owner: str) -> OpenForm | None:
        """Clear the owner's form, its draft too, and return what lay there."""
        with self._of(owner) as own:
            found = own.pop(id_, None)
            if found:
                self._drafts.keep(owner, id_, None)
        return found

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
        found = ((id_, read_draft(id_, owner, data)) for id_, data in reversed(drafts))
        return OrderedDict((id_, form) for id_, form in found if form)

    def _bound(self) -> None:
        """Let go of those whose owners have not been here for longest; they stay drafts."""
        while sum(max(1, len(own)) for own in self._open.values()) > MAX_OPEN:
            self._open.popitem(last=False)
