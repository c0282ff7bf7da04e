"""The servers, as people see them: how they are, and what they offer."""

from collections.abc import Mapping

from comfy.client.server import Server
from studio.servers.catalogues import Catalogues, Choices
from studio.servers.state import ServerState, state_of


class Servers:
    """All servers, by label. `catalogues` know which nodes each has."""

    def __init__(self, servers: Mapping[str, Server], catalogues: Catalogues) -> None:
        self._servers = servers
        self._catalogues = catalogues

    def __len__(self) -> int:
        return len(self._servers)

    def states(self) -> list[ServerState]:
        """Every server now."""
        return [
            state_of(server, self._catalogues.offer(name)) for name, server in self._servers.items()
        ]

    def choices(self) -> Choices:
        """What the servers offer, as far as is known."""
        return self._catalogues.choices()

    @property
    def edition(self) -> int:
        """Another number whenever `choices` may have become others."""
        return self._catalogues.edition

    def refresh(self) -> Choices:
        """Ask the servers now. Blocks for seconds; raises ComfyError where none answers."""
        self._catalogues.refresh()
        return self._catalogues.choices()
