"""One server, for people to see."""

from dataclasses import dataclass

from comfy.client.reconcile.freshness import Freshness
from comfy.client.server import Server
from studio.servers.catalogues import Offer


@dataclass(frozen=True, slots=True)
class ServerState:
    """One server, for people: no credentials; all counts are of everybody's prompts.

    `running` and `waiting` are of the last look, `remaining` is both as last heard.
    """

    name: str
    url: str
    freshness: Freshness
    version: str = ""
    device: str = ""
    is_demo: bool = False
    running: int = 0
    waiting: int = 0
    remaining: int = 0
    error: str = ""


def state_of(server: Server, offer: Offer) -> ServerState:
    """What is known of *server* now."""
    freshness, queue = server.freshness(), server.queue
    return ServerState(
        server.address.label,
        server.address.url,
        freshness,
        offer.system.version,
        offer.system.device,
        bool(offer.system.engine),
        len(queue.running),
        len(queue.pending),
        server.remaining,
        freshness.error,
    )
