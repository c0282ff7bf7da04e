"""How long downloads on servers are waited for. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds.

    Between two looks; for which a server may be `away`, and a finished file `unlisted`; until a
    server that tells nothing is asked whether it is at it; between two looks for `routes`.
    """

    look: float = 0.7
    away: float = 180.0
    unlisted: float = 15.0
    quiet: float = 5.0
    routes: float = 300.0


USUAL_PATIENCE = Patience()
