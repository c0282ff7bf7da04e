"""The ways in which hooks are told, by their kind."""

from collections.abc import Mapping, Sequence

from storage.hooks import Hook, Letter
from studio.notifications.calls import Outcome, call
from studio.notifications.deliverer import MESSAGE, Send
from studio.notifications.messages import send


def senders(*, allow_private: bool) -> Mapping[str, Send]:
    """A way for each kind; private addresses are refused unless *allow_private*."""

    def webhook(hook: Hook, letters: Sequence[Letter]) -> Outcome:
        return call(hook, letters[0], allow_private=allow_private)

    def message(hook: Hook, letters: Sequence[Letter]) -> Outcome:
        return send(hook, letters, allow_private=allow_private)

    return {"webhook": webhook, MESSAGE: message}
