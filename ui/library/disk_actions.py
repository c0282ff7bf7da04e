"""What the gallery's script asks about imports and the disk, answered with JSON."""

from collections.abc import Callable
from dataclasses import asdict

from storage.search.usage import Freed, Rule
from studio.access.viewer import Viewer
from studio.errors import StudioError
from ui.library.actions import whole
from ui.shell.context import Parts
from ui.shell.rpc import Answer, Ask

MAX_BARS = 12
"""Months and checkpoints listed."""
MAX_FAILURES = 100
"""Files listed that could not be imported."""


class UpkeepAnswers:
    """Answers to the page's script."""

    def __init__(self, parts: Parts) -> None:
        self._library = parts.studio.library
        self._importer = parts.studio.library.importer
        self._watched = parts.studio.library.watched

    @property
    def functions(self) -> dict[str, Callable[[Ask], Answer]]:
        """By the name under which the script calls them."""
        return {
            "gal_import": self.start,
            "gal_import_state": self.state,
            "gal_import_cancel": self.cancel,
            "gal_unwatch": self.unwatch,
            "gal_usage": self.usage,
            "gal_clean_plan": self.plan,
            "gal_clean": self.clean,
        }

    def start(self, ask: Ask) -> Answer:
        """Import a folder, and where `watch` says so what comes into it later; how far that is."""
        self._importer.start(ask.text("folder"), ask.viewer)
        if ask.data.get("watch") is True:
            self._watched.watch(ask.text("folder"), ask.viewer)
        return self._state(ask.viewer)

    def unwatch(self, ask: Ask) -> Answer:
        """Watch a folder no more."""
        self._watched.leave(ask.text("folder"), ask.viewer)
        return self._state(ask.viewer)

    def state(self, ask: Ask) -> Answer:
        """How far the import is, and which folders may be imported."""
        return self._state(ask.viewer)

    def cancel(self, ask: Ask) -> Answer:
        """End the import; what it has brought in stays."""
        self._importer.cancel(ask.viewer)
        return self._state(ask.viewer)

    def usage(self, ask: Ask) -> Answer:
        """How much there is; months and checkpoints as [name, generations, bytes]."""
        used = self._library.usage(ask.viewer)
        shown = {"months": used.months[:MAX_BARS], "checkpoints": used.checkpoints[:MAX_BARS]}
        return {**asdict(used), **shown}

    def plan(self, ask: Ask) -> Answer:
        """What a rule would take; `hidden` where this viewer cannot carry it out."""
        rule = _rule(ask)
        try:
            return _freed(self._library.cleanup_plan(ask.viewer, rule, whole(ask, "days")))
        except StudioError:
            if rule is Rule.ORPHANS:
                return {"hidden": True}
            raise

    def clean(self, ask: Ask) -> Answer:
        """Carry a rule out; what it took."""
        return _freed(self._library.cleanup(ask.viewer, _rule(ask), whole(ask, "days")))

    def _state(self, viewer: Viewer) -> Answer:
        state = self._importer.state(viewer)
        return {
            **asdict(state),
            "failures": state.failures[:MAX_FAILURES],
            "skips": state.skips[:MAX_FAILURES],
            "watched": self._watched.of(viewer),
            # Not "error": the call itself did not fail.
            "error": "",
            "ended": state.error,
            "allowed": self._importer.folders(viewer),
            "typed": self._importer.takes_home(viewer.owner),
        }


def _rule(ask: Ask) -> Rule:
    """The rule that *ask* names. Raises StudioError."""
    named = ask.text("rule")
    found = next((rule for rule in Rule if rule.value == named), None)
    if found is None:
        raise StudioError(f"There is no clean-up called “{named[:40]}”.")
    return found


def _freed(freed: Freed) -> Answer:
    return {"generations": freed.generations, "files": freed.files, "bytes": freed.bytes}
