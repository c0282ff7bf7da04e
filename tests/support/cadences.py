"""How often tests let things be looked at, and how long they wait before they give up."""

from dataclasses import replace

from comfy.client.timeouts import USUAL, Cadence

HASTY = Cadence(
    connect=2.0,
    answer=4.0,
    fetch=2.0,
    tick=0.05,
    ping=0.4,
    pong=0.6,
    first_backoff=0.05,
    max_backoff=0.3,
    healthy=0.4,
    eager=0.1,
    eager_for=1.0,
    troubled=(0.1, 0.3),
    lost_after=0.3,
    settle=(0.02, 0.05, 0.1),
    settle_patience=10.0,
    unreadable_patience=20.0,
    silent_after=0.8,
    renew_every=1.0,
    stalled_after=2.0,
    hand_out=0.1,
    put_back=0.05,
    doubt=0.4,
    first_retry=0.05,
    max_retry=0.5,
    fetch_patience=20.0,
    note=0.1,
    cancel_again=0.2,
    aftermath=(0.0, 0.2, 0.5),
    heartbeat=0.1,
)
"""The usual cadence, many times faster: for what a connection does when something fails."""

BRISK = replace(
    HASTY,
    connect=USUAL.connect,
    answer=USUAL.answer,
    fetch=USUAL.fetch,
    ping=USUAL.ping,
    pong=USUAL.pong,
    silent_after=USUAL.silent_after,
    renew_every=USUAL.renew_every,
    stalled_after=USUAL.stalled_after,
    settle_patience=USUAL.settle_patience,
    fetch_patience=USUAL.fetch_patience,
)
"""Looks as often, and gives up as late as usual: for what happens when nothing fails."""
