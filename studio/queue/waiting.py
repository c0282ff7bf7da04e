"""Why a generation waits, in words: the one place where that is decided. Pure.

The page, the queue and the API all say what `wait_of` says, so none of them can promise a start
that will not come.
"""

from dataclasses import dataclass
from enum import StrEnum

from comfy.client.reconcile.freshness import Freshness, Link
from comfy.progress.advance import Phase
from studio.snapshot import Snapshot


class Why(StrEnum):
    """What keeps a generation from running, the strongest reason first."""

    HELD = "held"  # its owner holds it back
    PAUSED = "paused"  # its owner's queue is paused
    DENIED = "denied"  # the server wants a login
    UNREACHABLE = "unreachable"  # no server that could run it answers
    CONNECTING = "connecting"  # no server has been heard from yet
    RETRY = "retry"  # it was sent before and waits to be sent again
    BEHIND = "behind"  # other jobs come first
    NEXT = "next"  # nothing comes first


@dataclass(frozen=True, slots=True)
class Wait:
    """Why a generation waits.

    `title` is a few words, `sentence` says what will happen and what to do; `since` is when the
    reason began, by `comfy.clock` (None where that is not known); `ahead` how many jobs come first.
    """

    why: Why
    title: str
    sentence: str
    since: float | None = None
    ahead: int = 0

    @property
    def is_stuck(self) -> bool:
        """True where no place in the queue helps: something has to change first."""
        return self.why not in (Why.BEHIND, Why.NEXT)


def wait_of(snapshot: Snapshot) -> Wait | None:
    """Why *snapshot*'s generation waits; None where it runs or is over."""
    progress = snapshot.progress
    if snapshot.is_final or snapshot.keeping or (progress and progress.phase is not Phase.QUEUED):
        return None
    freshness = snapshot.freshness
    if snapshot.server_name:
        return _unreachable(freshness) or _retry(snapshot) or _sent(snapshot)
    return (
        _own(snapshot)
        or _unreachable(freshness)
        or _connecting(freshness)
        or _retry(snapshot)
        or _turn(snapshot)
    )


def _own(snapshot: Snapshot) -> Wait | None:
    """What its owner did."""
    if snapshot.record.held:
        sentence = "This job starts after you release it in the queue."
        # A restored backup says there why it is held.
        return Wait(Why.HELD, "Held back", snapshot.record.warning or sentence)
    if snapshot.paused:
        return Wait(Why.PAUSED, "Your queue is paused", "This job starts after you resume it.")
    return None


def _unreachable(freshness: Freshness) -> Wait | None:
    if freshness.link is not Link.UNREACHABLE:
        return None
    why, title, then = Why.UNREACHABLE, "Server unreachable", "the server is back"
    if freshness.denied:
        why, title, then = Why.DENIED, "The server wants a login", "the server lets Stepglass in"
    sentence = f"{freshness.error} Jobs start when {then}.".strip()
    return Wait(why, title, sentence, freshness.since)


def _connecting(freshness: Freshness) -> Wait | None:
    if freshness.link is not Link.RECONNECTING:
        return None
    sentence = "Jobs start when the connection stands."
    return Wait(Why.CONNECTING, "Connecting to the server", sentence, freshness.since)


def _retry(snapshot: Snapshot) -> Wait | None:
    if not snapshot.notice:
        return None
    title = "Waiting for the server" if snapshot.server_name else "Waiting to be sent again"
    return Wait(Why.RETRY, title, snapshot.notice, ahead=max(0, snapshot.place - 1))


def _sent(snapshot: Snapshot) -> Wait:
    """Its place on its server, from 1 behind the job that runs there."""
    if snapshot.place > 1:
        return _behind(snapshot.place)
    sentence = "The server has this job and runs it after the present one."
    return Wait(Why.NEXT, "Next in line", sentence)


def _turn(snapshot: Snapshot) -> Wait:
    """Its place among all that wait here, from 1 behind what servers have."""
    if snapshot.place > 1:
        return _behind(snapshot.place - 1)
    return Wait(Why.NEXT, "Next in line", "It starts in a moment.")


def _behind(ahead: int) -> Wait:
    title = "1 job ahead" if ahead == 1 else f"{ahead} jobs ahead"
    those = "it" if ahead == 1 else "them"
    sentence = f"This job starts after {those}. You may close this page."
    return Wait(Why.BEHIND, title, sentence, ahead=ahead)
