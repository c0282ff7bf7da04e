"""What the full view's script asks about what is made of an image next."""

from collections.abc import Callable

from studio.errors import StudioError
from studio.workflows.follow_ups import Act
from ui.library.actions import whole
from ui.shell.context import Parts
from ui.shell.rpc import Answer, Ask
from ui.workflows.actions import FormActions


class NextAnswers:
    """Answers to the page's script; each takes what the viewer asks and gives a JSON object."""

    def __init__(self, parts: Parts) -> None:
        self._studio = parts.studio
        self._continuing = parts.studio.continuing
        self._forms = FormActions(parts)

    @property
    def functions(self) -> dict[str, Callable[[Ask], Answer]]:
        """By the name under which scripts call them."""
        return {"gal_next": self.next, "gal_link": self.link}

    def next(self, ask: Ask) -> Answer:
        """The form for `act` on image `n` of generation `id`, and the key to `paint` a mask at.

        `generate` is said where the Generate tab's own form is the one.
        """
        act, id_ = _act(ask.text("act")), ask.text("id")
        if self._continuing.is_for_generate(ask.viewer, act, id_):
            return {"generate": True}
        seen, key = self._continuing.open(ask.viewer, act, (id_, whole(ask, "n")))
        return {"form": self._forms.whole(seen), "paint": key if act is Act.INPAINT else ""}

    def link(self, ask: Ask) -> Answer:
        """The private link of a generation of one's own, as the query of the page's address."""
        record = self._studio.generations.seen(ask.text("id"), ask.viewer)
        return {"link": self._studio.links.query(record, ask.viewer)}


def _act(name: str) -> Act:
    try:
        return Act(name)
    except ValueError:
        raise StudioError("Nothing of this name can be made of an image.") from None
