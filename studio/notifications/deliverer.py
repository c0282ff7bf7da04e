"""Takes letters from the outbox to their hooks, on one thread: each at least once, in order.

What is told is removed from the outbox only afterwards, so a kill in between tells it again, under
the same id. A hook that fails waits, longer each time, and its letters with it; others go on.
Owners take turns, and one whose hooks take long to answer waits in proportion, with all of them, so
that nobody has the thread for themselves.
"""

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from comfy.client.threads import Threaded
from storage.errors import StorageError, StoreClosed
from storage.hooks import Hook, Letter
from storage.store import Store
from studio.notifications.bundles import HOLD, bundle, press_of
from studio.notifications.calls import Outcome

log = logging.getLogger(__name__)

MAX_AGE = 86_400.0
"""Seconds after which a letter is dropped."""
MAX_WAITING = 1_000
"""Letters to one hook that wait; older ones are dropped."""
REFUSED_TRIES = 5
"""How often a letter is sent to a hook that answers, but refuses it."""
PAY = 4.0
"""Seconds that an owner lets others go first for each second that a hook of theirs took."""
TIDY_EVERY = 60.0
AFTER_TROUBLE = 5.0
"""Seconds until the next look where the store failed."""
IDLE = 3_600.0

MESSAGE = "message"
"""The kind of hook that is told of all that waits at once."""

Send = Callable[[Hook, Sequence[Letter]], Outcome]
"""Tells a hook of letters; a "message" of several."""
Going = Callable[[str], Collection[str]]
"""The presses of an owner that are not over."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: after the first failure, at the most after many, between two looks, two messages."""

    first_retry: float = 5.0
    max_retry: float = 3_600.0
    look: float = 2.0
    message: float = 10.0


USUAL_PACE = Pace()


@dataclass(slots=True)
class _Line:
    """How one hook does: failures in a row, and when (monotonic) it may go again, and went.

    `told` has when (epoch seconds) a message last told of a press.
    """

    failures: int = 0
    not_before: float = 0.0
    went: float = 0.0
    told: dict[str, float] = field(default_factory=dict)


class Deliverer(Threaded):
    """The thread. *send* has a way for each kind of hook; messages wait for presses to end."""

    def __init__(
        self, store: Store, send: Mapping[str, Send], going: Going, pace: Pace = USUAL_PACE
    ) -> None:
        super().__init__()
        self._store = store
        self._send = send
        self._going = going
        self._pace = pace
        self._woken = threading.Event()
        self._lines: dict[str, _Line] = {}
        self._owners: dict[str, float] = {}
        self._tidied = -TIDY_EVERY
        self._runs("deliver notifications", self._run)
        store.generations.listen(self._changed)

    def wake(self) -> None:
        """Look now: there is a new hook."""
        self._woken.set()

    def _changed(self, _: object) -> None:
        """Something became of a job, which a hook may want to be told."""
        if self._lines:
            self._woken.set()

    def _rouse(self) -> None:
        self._woken.set()

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                pause = self._round()
            except StoreClosed:
                return
            except StorageError as error:
                log.warning("Notifications wait: %s", error)
                pause = AFTER_TROUBLE
            except Exception:
                log.exception("Notifications could not be delivered")  # the next round may do
                pause = AFTER_TROUBLE
            if pause and not self._ending.is_set():
                self._woken.wait(pause)
            self._woken.clear()

    def _round(self) -> float:
        """Tell each hook whose turn it is of what is next; seconds until the next look."""
        hooks = {hook.id: hook for hook in self._store.hooks.all()}
        self._lines = {id_: self._lines.get(id_, _Line()) for id_ in hooks}
        now = time.monotonic()
        self._owners = {owner: at for owner, at in self._owners.items() if at > now}
        if not hooks:
            return IDLE
        self._tidy()
        waiting = self._waiting(
            hook
            for id_, hook in hooks.items()
            if self._lines[id_].not_before <= now and hook.owner not in self._owners
        )
        ready = {id_: self._ready(hooks[id_], letters) for id_, letters in waiting.items()}
        turn = self._turn([hooks[id_] for id_, letters in ready.items() if letters])
        for hook in turn:
            if not self._ending.is_set():
                self._tell(hook, ready[hook.id])
        return 0.0 if turn else self._until_next()

    def _waiting(self, due: Iterable[Hook]) -> dict[str, list[Letter]]:
        """What each of *due* is to be told next, or whatever may go into one message."""
        due = tuple(due)
        calls = [hook.id for hook in due if hook.kind != MESSAGE]
        messages = [hook.id for hook in due if hook.kind == MESSAGE]
        found = self._store.hooks.waiting(calls, 1) if calls else {}
        return found | (self._store.hooks.waiting(messages, MAX_WAITING) if messages else {})

    def _turn(self, hooks: Sequence[Hook]) -> Sequence[Hook]:
        """One of each owner: the one that went longest ago."""
        longest_ago = sorted(hooks, key=lambda hook: self._lines[hook.id].went, reverse=True)
        return list({hook.owner: hook for hook in longest_ago}.values())

    def _until_next(self) -> float:
        """Seconds until a hook that waits has its turn, or until the next look."""
        now = time.monotonic()
        waits = (*(line.not_before for line in self._lines.values()), *self._owners.values())
        ahead = (until - now for until in waits if until > now)
        return min(self._pace.look, *ahead, self._pace.look)

    def _ready(self, hook: Hook, letters: Sequence[Letter]) -> Sequence[Letter]:
        """Of *letters* the one to tell *hook* next, or all that go into one message."""
        if hook.kind != MESSAGE:
            return letters
        told = self._lines[hook.id].told
        return bundle(letters, self._going(hook.owner), told, time.time())

    def _tidy(self) -> None:
        if time.monotonic() - self._tidied >= TIDY_EVERY:
            self._store.hooks.tidy(time.time() - MAX_AGE, MAX_WAITING)
            self._tidied = time.monotonic()

    def _tell(self, hook: Hook, letters: Sequence[Letter]) -> None:
        line, begun = self._lines[hook.id], time.monotonic()
        outcome = self._sent(hook, letters)
        line.went = time.monotonic()
        took = line.went - begun
        self._owners[hook.owner] = line.went + took * PAY
        if outcome.worked:
            line.failures = 0
            if hook.kind == MESSAGE:
                line.not_before = line.went + self._pace.message
                _remember(line, letters)
            self._settle(hook, letters, outcome)
            return
        line.failures += 1
        pause = min(self._pace.max_retry, self._pace.first_retry * 2 ** (line.failures - 1))
        line.not_before = line.went + pause
        log.info("hook %s, try %d: %s", hook.id, line.failures, outcome.sentence)
        if outcome.gone or (outcome.refused and line.failures >= REFUSED_TRIES):
            line.failures = 0
            self._settle(hook, letters, outcome, dropped=len(letters))
        else:
            self._settle(hook, (), outcome)

    def _sent(self, hook: Hook, letters: Sequence[Letter]) -> Outcome:
        try:
            return self._send[hook.kind](hook, letters)
        except Exception:  # of this hook alone: the others have their turn
            log.exception("hook %s could not be told", hook.id)
            sentence = "It could not be told: the log says why."
            return Outcome(worked=False, sentence=sentence, refused=True)

    def _settle(
        self, hook: Hook, letters: Sequence[Letter], outcome: Outcome, dropped: int = 0
    ) -> None:
        self._store.hooks.settle(
            hook.id,
            letters,
            at=time.time(),
            worked=outcome.worked,
            result=outcome.sentence,
            dropped=dropped,
        )


def _remember(line: _Line, letters: Sequence[Letter]) -> None:
    """Note of which presses *letters* told just now."""
    now = time.time()
    recent = {press: at for press, at in line.told.items() if now - at <= HOLD}
    line.told = recent | dict.fromkeys(map(press_of, letters), now)
