"""Who asks, for what a browser keeps: told apart from others, and never named."""

import hashlib
from typing import Annotated

from starlette.routing import BaseRoute
from typing_extensions import TypedDict

from web.http.fields import says
from web.http.router import Caller, Router

CHARACTERS = 32


class Me(TypedDict):
    """Who asks."""

    person: Annotated[str, says("Stands for whoever asks: the same each time, no one else's.")]


def routes() -> list[BaseRoute]:
    """Return the route."""
    router = Router("Access")
    router.get("/api/me", me)
    return [*router.routes]


def me(viewer: Caller) -> Me:
    """Say who you are, as a text that is the same each time and nobody else's."""
    return {"person": hashlib.sha256(viewer.owner.encode()).hexdigest()[:CHARACTERS]}
