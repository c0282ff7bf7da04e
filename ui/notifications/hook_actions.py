"""What the dialog asks about hooks: the viewer's own, added, tried and removed."""

from collections.abc import Callable

from studio.notifications.hooks import WEBHOOK, Hook
from ui.shell.context import Parts
from ui.shell.rpc import Answer, Ask
from ui.shell.wire import ShownHook


class HookAnswers:
    """Answers to the dialog's script. A secret is shown as its hook is added, and never again."""

    def __init__(self, parts: Parts) -> None:
        self._hooks = parts.studio.hooks

    @property
    def functions(self) -> dict[str, Callable[[Ask], Answer]]:
        """By the name under which the page's script calls them."""
        return {
            "nt_hooks": self.hooks,
            "nt_add": self.add,
            "nt_remove": self.remove,
            "nt_test": self.test,
        }

    def hooks(self, ask: Ask) -> Answer:
        """The viewer's hooks."""
        return {"hooks": [shown(hook) for hook in self._hooks.of(ask.viewer)]}

    def add(self, ask: Ask) -> Answer:
        """Add one for {url, kind, events}, the events with spaces between them."""
        events, kind = ask.text("events").split(), ask.text("kind") or WEBHOOK
        hook = self._hooks.add(ask.viewer, ask.text("url"), events, kind)
        return {**self.hooks(ask), "secret": hook.secret}

    def remove(self, ask: Ask) -> Answer:
        """Remove the one with {id}."""
        self._hooks.remove(ask.viewer, ask.text("id"))
        return self.hooks(ask)

    def test(self, ask: Ask) -> Answer:
        """Try the one with {id}, and say how that went."""
        outcome = self._hooks.test(ask.viewer, ask.text("id"))
        return {**self.hooks(ask), "worked": outcome.worked, "said": outcome.sentence}


def shown(hook: Hook) -> ShownHook:
    """What the script draws."""
    return {
        "id": hook.id,
        "kind": hook.kind,
        "url": hook.label,
        "events": list(hook.events),
        "tried": hook.tried_at,
        "worked": hook.worked,
        "result": hook.result,
        "dropped": hook.dropped,
    }
