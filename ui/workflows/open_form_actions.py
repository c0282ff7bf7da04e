"""Forms that somebody has open: listed, taken up again, closed, and a closing taken back."""

import threading
from collections import OrderedDict
from collections.abc import Callable

from comfy.workflow.form.text_roles import text_roles
from studio.errors import StudioError
from studio.workflows.open_form import OpenForm
from studio.workflows.open_forms import GONE, OpenForms
from ui.shell.rpc import Answer, Ask

MAX_CLOSED = 50
"""Closed forms that can still be taken back, over all viewers."""
MAX_ABOUT = 160
"""Characters of the prompt by which a form is told from others of its name."""


class Forms:
    """Answers to the page's script; *view* says what it draws. `_lock` guards `_closed`."""

    def __init__(self, benches: OpenForms, view: Callable[[OpenForm], Answer]) -> None:
        self._benches = benches
        self._view = view
        self._lock = threading.Lock()
        self._closed: OrderedDict[tuple[str, str], OpenForm] = OrderedDict()

    @property
    def functions(self) -> dict[str, Callable[[Ask], Answer]]:
        """By the name under which the page's script calls them."""
        return {
            "wf_forms": self.forms,
            "wf_resume": self.resume,
            "wf_close": self.close,
            "wf_reopen": self.reopen,
        }

    def forms(self, ask: Ask) -> Answer:
        """The viewer's open forms, the one touched last first."""
        return {"forms": [_shown(one) for one in self._benches.all(ask.viewer.owner)]}

    def resume(self, ask: Ask) -> Answer:
        """Go on with one."""
        bench = self._benches.change(ask.text("bench"), ask.viewer.owner)
        if bench is None:
            raise StudioError(GONE)
        return self._view(bench)

    def close(self, ask: Ask) -> Answer:
        """Close one, and forget what was typed; `reopen` takes that back for a while."""
        bench = self._benches.close(ask.text("bench"), ask.viewer.owner)
        if bench:
            with self._lock:
                self._closed[bench.owner, bench.id] = bench
                while len(self._closed) > MAX_CLOSED:
                    self._closed.popitem(last=False)
        return self.forms(ask)

    def reopen(self, ask: Ask) -> Answer:
        """Take a closing back."""
        with self._lock:
            bench = self._closed.pop((ask.viewer.owner, ask.text("bench")), None)
        if bench is None:
            raise StudioError("It is too late to take this back: the form is gone.")
        self._benches.put(bench)
        return self.forms(ask)


def _shown(bench: OpenForm) -> Answer:
    return {"bench": bench.id, "name": bench.preset or bench.name, "about": _about(bench)}


def _about(bench: OpenForm) -> str:
    """The first prompt of *bench*, as it is typed; "" where it has none."""
    for key, role in text_roles(bench.graph).items():
        node, _, name = key.rpartition(".")
        text = bench.edits.get(key, bench.graph[node]["inputs"][name])
        if role == "prompt" and isinstance(text, str):
            return text.strip()[:MAX_ABOUT]
    return ""
