"""Who is asking, and what they may see."""

from dataclasses import dataclass
from typing import Any

ACCOUNT = "user:"
BROWSER = "browser:"
GUEST = "guest:"
"""A browser that came through a proxy to a page that is one person's."""
ONE = "person:one"
"""The only owner there is where a page is one person's."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whoever sent a request.

    `owner` is what their generations are stored under: ``user:NAME`` when people log in, `ONE`
    where the page is one person's, else ``browser:UUID`` from a signed cookie. `name` is for
    greeting, "" for a browser. `opened` are the ids of generations whose private link this
    request carries. `is_new` is true of a browser that has not shown its cookie.
    """

    owner: str
    name: str = ""
    is_admin: bool = False
    opened: frozenset[str] = frozenset()
    is_new: bool = False

    def visible(self, owner: str, id: str = "") -> bool:  # noqa: A002 # `id` is the record's word
        """Whether this viewer may see generation *id*, which belongs to *owner*."""
        return self.is_admin or owner == self.owner or (bool(id) and id in self.opened)

    def may_change(self, owner: str) -> bool:
        """Whether this viewer may cancel or delete what belongs to *owner*; a link only shows."""
        return self.is_admin or owner == self.owner


SCOPE_KEY = "stepglass.viewer"
"""Where `web.access.middleware` leaves the viewer in a request's ASGI scope."""


def viewer_of(request: Any) -> Viewer:
    """Return who sent *request*: a Starlette request, or Gradio's, which wraps one.

    Raises LookupError for a request that did not pass `web.access.middleware`.
    """
    inner = getattr(request, "request", None) or request
    viewer: Viewer | None = inner.scope.get(SCOPE_KEY)
    if viewer is None:
        raise LookupError("This request did not pass web.access.")
    return viewer


def scope(viewer: Viewer) -> str | None:
    """The owner whose generations *viewer* may list and change; None for everybody's."""
    return None if viewer.is_admin else viewer.owner
