"""What the gallery's script asks about imports and the disk, answered with JSON."""

from collections.abc import Callable
from dataclasses import asdict

from studio.viewer import Viewer
from ui.parts import Parts
from ui.remote import Answer, Ask

MAX_FAILURES = 100
"""Files listed that could not be imported."""


class UpkeepAnswers:
    """Answers to the page's script."""

    def __init__(self, parts: Parts) -> None:
        self._importer = parts.studio.library.importer

    @property
    def functions(self) -> dict[str, Callable[[Ask], Answer]]:
        """By the name under which the script calls them."""
        return {
            "gal_import": self.start,
            "gal_import_state": self.state,
            "gal_import_cancel": self.cancel,
        }

    def start(self, ask: Ask) -> Answer:
        """Import a folder; how far that is."""
        self._importer.start(ask.text("folder"), ask.viewer)
        return self._state(ask.viewer)

    def state(self, ask: Ask) -> Answer:
        """How far the import is, and which folders may be imported."""
        return self._state(ask.viewer)

    def cancel(self, ask: Ask) -> Answer:
        """End the import; what it has brought in stays."""
        self._importer.cancel(ask.viewer)
        return self._state(ask.viewer)

    def _state(self, viewer: Viewer) -> Answer:
        state = self._importer.state(viewer)
        return {
            **asdict(state),
            "failures": state.failures[:MAX_FAILURES],
            # Not "error": the call itself did not fail.
            "error": "",
            "ended": state.error,
            "allowed": self._importer.folders(viewer),
            "typed": self._importer.takes_any,
        }
