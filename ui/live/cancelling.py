"""What the Cancel button does: one job, and an offer of what else could be cancelled or undone."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from studio.access.viewer import Viewer
from studio.errors import StudioError
from studio.generations.cancellation import UNDO_SECONDS, Cancelled, Cancels


@dataclass(frozen=True, slots=True)
class Offer:
    """What a press of the button did, and what it left alone.

    `press` is the id of a job of the press that it concerns; `rest` counts what is left of that,
    `others` what the owner has from other presses; `undo` names, with spaces between, what had
    only waited and can be put back for `seconds`.
    """

    sentence: str
    press: str
    rest: int = 0
    others: int = 0
    undo: str = ""
    seconds: float = UNDO_SECONDS

    def value(self, number: int, group: str) -> dict[str, Any]:
        """What the panel is told; *number* orders what a page receives, *group* names the press."""
        return {"offer": {**asdict(self), "number": number, "group": group}}


def cancel(cancels: Cancels, id_: str, viewer: Viewer) -> Offer:
    """Cancel what runs of the press of *id_*, else what would run next. Raises StudioError."""
    return _offer(cancels, cancels.running(id_, viewer), id_, viewer)


def cancel_rest(cancels: Cancels, id_: str, viewer: Viewer) -> Offer:
    """Cancel all that is left of the press of *id_*. Raises StudioError."""
    return _offer(cancels, cancels.press(id_, viewer), id_, viewer)


def undo(cancels: Cancels, ids: Sequence[str], press: str, viewer: Viewer) -> Offer:
    """Queue again what of *ids* had only waited. Raises StudioError."""
    if not ids:
        raise StudioError("There is nothing to undo.")
    again = cancels.undo(ids, viewer)
    sentence = f"{_jobs(len(again))} back in the queue."
    return Offer(sentence, press)


def sentence_of(cancelled: Cancelled) -> str:
    """What was cancelled, in a sentence: what a server has is only asked for."""
    asked, ended = len(cancelled.asked), len(cancelled.ended)
    if not asked:
        return f"Cancelled {_jobs(ended)} that waited." if ended else "This had ended already."
    first = "Cancelling the running job" if asked == 1 else f"Cancelling {asked} jobs on the server"
    return f"{first}; cancelled {_jobs(ended)} that waited." if ended else f"{first}."


def _offer(cancels: Cancels, cancelled: Cancelled, id_: str, viewer: Viewer) -> Offer:
    left = cancels.remaining(id_, viewer)
    return Offer(
        sentence_of(cancelled),
        id_,
        rest=left.press,
        others=left.owner - left.press,
        undo=" ".join(cancelled.ended),
    )


def _jobs(count: int) -> str:
    return "1 job" if count == 1 else f"{count} jobs"
