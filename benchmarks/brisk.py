"""The cadence of long runs of harm."""

from comfy.client.timeouts import Cadence

BRISK = Cadence(
    connect=2.0,
    answer=3.0,
    fetch=5.0,
    ping=2.0,
    pong=1.5,
    tick=0.2,
    max_backoff=2.0,
    healthy=2.0,
    eager=0.3,
    eager_for=3.0,
    troubled=(0.5, 1.0),
    lost_after=1.0,
    settle_patience=15.0,
    unreadable_patience=60.0,
    silent_after=4.0,
    renew_every=5.0,
    stalled_after=20.0,
    hand_out=0.2,
    doubt=0.7,
    max_retry=3.0,
    fetch_patience=60.0,
    cancel_again=0.7,
    aftermath=(0.0, 1.0, 5.0),
)
"""The usual cadence, some five times faster, so that minutes hold more."""
