"""How often we look, how long we wait, when we give up: all of it in seconds. Pure.

docs/protocol.md says what they answer to. Whoever needs others (tests, benchmarks) hands them in.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cadence:
    """All in seconds."""

    connect: float = 5.0
    """Until a connection stands, HTTP or socket."""
    answer: float = 30.0
    """Until the server answers a request."""
    fetch: float = 120.0
    """Longest silence while a file is being sent."""

    tick: float = 1.0
    """How long a read of the socket waits before pings and requests to stop are looked at."""
    ping: float = 20.0
    pong: float = 10.0
    """A ping after that much silence, and how long its answer may take."""
    first_backoff: float = 0.3
    max_backoff: float = 15.0
    """Before connecting again; doubled each time."""

    healthy: float = 10.0
    """Between two looks while the socket is up and heard from."""
    queue_news: float = 1.0
    """A look for our places when the server says that its queue changed, at most this often."""
    eager: float = 1.0
    eager_for: float = 10.0
    """After trouble: this often, for this long; then somewhere between the next two."""
    troubled: tuple[float, float] = (2.0, 5.0)
    lost_after: float = 2.0
    """A prompt is lost after two looks, this far apart, that find it nowhere."""
    settle: tuple[float, ...] = (0.1, 0.2, 0.4, 0.8, 1.6, 2.0)
    """Between looks at the history once the server said that a prompt is over."""
    settle_patience: float = 60.0
    """How long such a prompt may be missing from queue and history."""
    unreadable_patience: float = 600.0
    """How long its history may be no history, while the server answers everything else."""
    silent_after: float = 30.0
    renew_every: float = 60.0
    """No frame for the first while a prompt runs: reconnect, at most once in the second."""
    stalled_after: float = 600.0
    """Nothing at all has changed for this long."""

    hand_out: float = 1.0
    """How long a server's line waits for work before it looks at its own health again."""
    put_back: float = 0.5
    """After a job was put back, so that an ill server is not hammered."""
    doubt: float = 6.0
    """How long a prompt whose answer never came is looked for before it counts as never arrived:
    it may still be on its way into the server's queue."""
    first_retry: float = 0.5
    max_retry: float = 15.0
    """Before a step that failed (fetching, keeping, storing) is tried again; doubled each time."""
    fetch_patience: float = 600.0
    """How long fetching a file may fail while the server answers everything else."""
    note: float = 2.0
    """Between two times that it is stored how far a bar has come."""
    cancel_again: float = 2.0
    """A cancel that shows no effect is sent again."""
    aftermath: tuple[float, ...] = (0.0, 2.0, 10.0, 60.0)
    """After the end of a prompt that was sent more than once, looks for one that came late."""
    heartbeat: float = 2.0
    """How often a watcher looks at the connection where nothing else happens."""


USUAL = Cadence()
