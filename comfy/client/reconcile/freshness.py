"""How fresh the news from a server is. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Link(StrEnum):
    """How news of a generation reaches us."""

    NONE = "none"  # not on a server yet
    LIVE = "live"  # the socket is up and heard from
    RECONNECTING = "reconnecting"  # the socket is down; HTTP was not asked since
    POLLING = "polling"  # the socket is down or silent; HTTP tells
    UNREACHABLE = "unreachable"  # neither answers
    STALLED = "stalled"  # everything answers, nothing has changed for long


@dataclass(frozen=True, slots=True)
class Freshness:
    """What is known of the connection.

    `heard_at` is the last time the server said anything, by socket or HTTP; `since` when the
    link became what it is; both are of `comfy.clock`. `attempt` counts reconnections in a row;
    `error` is the sentence for why, or "", and `denied` says that it is a login that is missing.
    """

    link: Link = Link.NONE
    heard_at: float | None = None
    since: float | None = None
    attempt: int = 0
    error: str = ""
    denied: bool = False
