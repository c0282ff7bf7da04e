"""Where a person is told of their jobs: webhooks and message addresses, each theirs alone."""

import threading
import time
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from storage.hooks import MAX_HOOKS, Hook, Letter
from storage.mapping.happenings import EVENTS
from storage.store import Store
from studio.access.viewer import Viewer
from studio.errors import Absent, Invalid, StudioError, TooMany
from studio.generations.token_bucket import TokenBucket
from studio.ids import new_id
from studio.notifications.calls import Outcome
from studio.notifications.deliverer import MESSAGE, Deliverer, Send
from studio.notifications.messages import label_of
from studio.notifications.outgoing import check_reachable, checked_url
from studio.notifications.signing import new_secret

__all__ = ["EVENTS", "MAX_HOOKS", "MESSAGE", "WEBHOOK", "Hook", "Hooks"]

WEBHOOK = "webhook"
ENDS = ("finished", "failed", "cancelled")
"""What a message tells of, unless asked for more."""
MAX_TOTAL = 2_000
"""Hooks of everybody."""
TESTS_PER_SECOND, TESTS_AT_ONCE = 0.1, 5.0
"""How often one person may have tests sent."""
ADDS_PER_SECOND, ADDS_AT_ONCE = 0.1, float(MAX_HOOKS)
"""How often one person may have an address looked at, to be told there."""
PEOPLE_REMEMBERED = 1_000
"""Whoever did none of that for longest is forgotten first."""


class Hooks:
    """The hooks of whoever asks. *send* has a way for each kind.

    `_lock` guards `_buckets`, and is held while a hook is added, so that limits hold.
    """

    def __init__(
        self, store: Store, deliverer: Deliverer, send: Mapping[str, Send], *, allow_private: bool
    ) -> None:
        self._store = store
        self._deliverer = deliverer
        self._send = send
        self._allow_private = allow_private
        self._lock = threading.Lock()
        self._buckets: OrderedDict[tuple[str, str], TokenBucket] = OrderedDict()

    def of(self, viewer: Viewer) -> tuple[Hook, ...]:
        """The viewer's own, oldest first, less what only `add` tells: addresses and secrets."""
        return tuple(
            replace(hook, address="", secret="") for hook in self._store.hooks.of(viewer.owner)
        )

    def add(
        self, viewer: Viewer, address: str, events: Iterable[str] = (), kind: str = WEBHOOK
    ) -> Hook:
        """Keep a new hook; what is returned has its secret, which is told this once.

        Without *events*, a webhook is told of all, a message of ends. Raises StudioError (Invalid
        with what is wrong of `url` or `events`), StorageError. Looks names up, which may take long.
        """
        if kind not in (WEBHOOK, MESSAGE):
            sentence = f"The kind is {WEBHOOK} or {MESSAGE}."
            raise Invalid(sentence, {"kind": sentence})
        wanted = _events(events) or (EVENTS if kind == WEBHOOK else ENDS)
        if viewer.is_new:
            raise StudioError("Nobody knows yet who you are: open the page first, or log in.")
        self._check_room(viewer.owner)
        self._check_rate("add", viewer.owner, TokenBucket(ADDS_PER_SECOND, ADDS_AT_ONCE))
        url, label = self._checked(address.strip(), kind)
        at = round(time.time(), 3)  # as it comes back from the store
        secret = new_secret() if kind == WEBHOOK else ""
        hook = Hook(new_id(), viewer.owner, kind, url, label, wanted, at, secret)
        with self._lock:
            self._check_room(viewer.owner)
            self._store.hooks.keep(hook)
        self._deliverer.wake()
        return hook

    def _check_room(self, owner: str) -> None:
        """Raise StudioError where *owner*, or everybody together, has as many as there may be."""
        if len(self._store.hooks.of(owner)) >= MAX_HOOKS:
            raise StudioError(f"You have {MAX_HOOKS} already: remove one first.")
        if len(self._store.hooks.all()) >= MAX_TOTAL:
            raise StudioError("There are too many on this Stepglass already.")

    def _checked(self, address: str, kind: str) -> tuple[str, str]:
        """The address to keep, and what to show of it. Raises Invalid."""
        if kind == MESSAGE:
            return address, label_of(address)
        url = checked_url(address)
        check_reachable(url, allow_private=self._allow_private)
        return url, url

    def remove(self, viewer: Viewer, id_: str) -> None:
        """Forget a hook, and what was still to be told there. Raises Absent."""
        self._store.hooks.drop(self._own(viewer, id_).id, viewer.owner)

    def test(self, viewer: Viewer, id_: str) -> Outcome:
        """Tell a hook of an event "test" now; how that went. Raises Absent, TooMany."""
        hook = self._own(viewer, id_)
        self._check_rate("test", viewer.owner, TokenBucket(TESTS_PER_SECOND, TESTS_AT_ONCE))
        outcome = self._send[hook.kind](hook, [_test_letter()])
        self._store.hooks.settle(
            hook.id, (), at=time.time(), worked=outcome.worked, result=outcome.sentence
        )
        return outcome

    def _own(self, viewer: Viewer, id_: str) -> Hook:
        found = (hook for hook in self._store.hooks.of(viewer.owner) if hook.id == id_)
        hook = next(found, None)
        if hook is None:
            raise Absent("hook")
        return hook

    def _check_rate(self, act: str, owner: str, full: TokenBucket) -> None:
        """Take from the owner's bucket for *act*, at first a *full* one. Raises TooMany."""
        with self._lock:
            bucket = self._buckets.setdefault((act, owner), full)
            self._buckets.move_to_end((act, owner))
            while len(self._buckets) > PEOPLE_REMEMBERED:
                self._buckets.popitem(last=False)
            wait = bucket.take(time.monotonic())
        if wait:
            raise TooMany("You did that often just now: wait a little.", wait)


def _events(wanted: Iterable[str]) -> tuple[str, ...]:
    """*wanted*, each once, in their order. Raises Invalid."""
    chosen: Collection[str] = set(wanted)
    if unknown := sorted(set(chosen) - set(EVENTS)):
        sentence = f"There is no event “{unknown[0][:40]}”: there are {', '.join(EVENTS)}."
        raise Invalid(sentence, {"events": sentence})
    return tuple(event for event in EVENTS if event in chosen)


def _test_letter() -> Letter:
    at = time.time()
    return Letter(f"evt_{new_id()}", "test", at, {"message": "Stepglass can reach you here."})
