"""What a person needs to let a program or a model use their presets: a token, and the names."""

from collections.abc import Callable

from studio.errors import StudioError
from ui.shell.context import Parts
from ui.shell.rpc import Answer, Ask

MAX_NAMES = 60


class Programs:
    """Answers to the page's script about programs. A token is shown to its owner alone."""

    def __init__(self, parts: Parts) -> None:
        self._studio = parts.studio

    @property
    def functions(self) -> dict[str, Callable[[Ask], Answer]]:
        """By the name under which the page's script calls them."""
        return {"wf_programs": self.programs, "wf_token": self.renew}

    def programs(self, ask: Ask) -> Answer:
        """The viewer's token, and the names of their endpoints."""
        try:
            names = [one.name for one in self._studio.endpoints.all(ask.viewer)[:MAX_NAMES]]
        except StudioError:
            names = []  # no server has answered yet
        return {"token": self._studio.tokens.of(ask.viewer.owner), "names": names}

    def renew(self, ask: Ask) -> Answer:
        """End the viewer's token and give them another."""
        self._studio.tokens.renew(ask.viewer.owner)
        return self.programs(ask)
