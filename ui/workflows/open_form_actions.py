"""Forms that somebody has open: listed, taken up again, closed, and a closing taken back."""

from collections.abc import Callable

from studio.workflows.forms.forms import Forms, Seen
from studio.workflows.forms.open_form import OpenForm
from ui.shell.rpc import Answer, Ask


class OpenFormActions:
    """Answers to the page's script; *whole* says what it draws of a form."""

    def __init__(self, forms: Forms, whole: Callable[[Seen], Answer]) -> None:
        self._forms = forms
        self._whole = whole

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
        return {"forms": [_shown(form) for form in self._forms.all(ask.viewer)]}

    def resume(self, ask: Ask) -> Answer:
        """Go on with one."""
        return self._whole(self._forms.resume(ask.viewer, ask.text("bench")))

    def close(self, ask: Ask) -> Answer:
        """Close one, and forget what was typed; `reopen` takes that back for a while."""
        self._forms.close(ask.viewer, ask.text("bench"))
        return self.forms(ask)

    def reopen(self, ask: Ask) -> Answer:
        """Take a closing back."""
        self._forms.reopen(ask.viewer, ask.text("bench"))
        return self.forms(ask)


def _shown(form: OpenForm) -> Answer:
    return {"bench": form.id, "name": form.title, "about": form.about}
