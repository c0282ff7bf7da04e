"""The present stretch of a run, a step or a node, and how it passes without other news. Pure.

The page reckons by the same curve between two values (``live.js``).
"""

from dataclasses import dataclass

KNEE = 0.85
"""Share of a stretch of known length up to which it is taken to pass evenly."""
NO_KNEE = 0.0
"""The same where nobody knows how long it takes: slower and slower from the beginning."""
LATE = 1.3
"""A stretch is overdue after so many times its expected seconds, the usual range included."""
LATE_SECONDS = 2.0
"""And after so many seconds more than those, at least: short ones vary more."""
NEVER_LATE = 1e9
"""Seconds after which a stretch is overdue whose length is a guess: it has no usual time."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """`rest` seconds after the present stretch: a step, a node without steps, or a pause.

    It began at `since`, None before anything runs, and is expected to take `span` seconds, 0
    where nothing is expected of it; `knee` is for `eased`. `firm` where all that rests on learned
    seconds, or on steps seen after the warm-up; `guess` where nothing but what others usually take
    says how long the stretch is.
    """

    rest: float
    since: float | None = None
    span: float = 0.0
    firm: bool = True
    knee: float = KNEE
    guess: bool = False

    @property
    def patience(self) -> float:
        """Seconds of the stretch after which it is overdue."""
        if self.guess:
            return NEVER_LATE
        return max(LATE * self.span, self.span + LATE_SECONDS)

    def left(self, now: float) -> float:
        """Seconds left at *now*: what is expected of the stretch shrinks, and never is over."""
        gone = 0.0 if self.since is None else now - self.since
        return self.rest + self.span * (1.0 - eased(gone, self.span, self.knee))

    def is_overdue(self, now: float) -> bool:
        """Whether the stretch takes longer than expected: nobody knows what is left, then."""
        return self.since is not None and now - self.since > self.patience


def eased(seconds: float, span: float, knee: float = KNEE) -> float:
    """How far into a stretch of *span* seconds one is after *seconds*: 0 up to, never quite, 1.

    Even up to *knee*, then slower and slower, as if what is left grew with the delay: only the
    server says that a stretch is over.
    """
    if span <= 0 or seconds <= 0:
        return 0.0
    share = seconds / span
    if share <= knee:
        return share
    return 1.0 - (1.0 - knee) ** 2 / (1.0 + share - 2.0 * knee)
