"""How long until a server is asked again. Pure but for the dice."""

import random
from collections.abc import Iterable

from comfy.client.timeouts import Cadence
from comfy.client.tracker import Tracked


def until_next(cadence: Cadence, troubled: float | None, live: Iterable[Tracked]) -> float:
    """Seconds until the next look at *live* prompts.

    *troubled* is for how many seconds the socket or HTTP has failed, None where both work.
    """
    return min([_pace(cadence, troubled), *(_patience(cadence, tracked) for tracked in live)])


def _pace(cadence: Cadence, troubled: float | None) -> float:
    if troubled is None:
        return cadence.healthy
    if troubled < cadence.eager_for:
        return cadence.eager
    return random.uniform(*cadence.troubled)  # noqa: S311 - spreads load, guards nothing


def _patience(cadence: Cadence, tracked: Tracked) -> float:
    """Seconds until *tracked* wants the next look."""
    if tracked.settling_since is not None:
        steps = cadence.settle
        return steps[min(max(tracked.settle_looks, 1), len(steps)) - 1]
    if tracked.missing_since is not None or tracked.unreadable_since is not None:
        return cadence.lost_after
    return cadence.healthy
