"""Whose open page is whose: Gradio answers for a session to whoever names it."""

import threading
from collections import OrderedDict
from typing import Any

from web.access.gradio_routes import API

MAX_TABS = 50_000
"""Pages remembered; the one unused for longest is forgotten first."""
_NAMED_IN_QUERY = f"{API}/queue/data"
_NAMED_IN_PATH = f"{API}/heartbeat/"


class Tabs:
    """The owner of each session is who named it first. `_lock` guards `_owners`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owners: OrderedDict[str, str] = OrderedDict()

    def is_open_to(self, session: str, owner: str, *, is_new: bool) -> bool:
        """Whether *owner* may use *session*; from then on nobody else may.

        Who keeps no cookies (*is_new*) is somebody else each time, so claims none.
        """
        with self._lock:
            whose = self._owners.get(session)
            if whose is None and not is_new:
                self._owners[session] = whose = owner
                while len(self._owners) > MAX_TABS:
                    self._owners.popitem(last=False)
            elif whose is not None:
                self._owners.move_to_end(session)
            return whose in (None, owner)


def session_in_address(path: str, query: Any) -> str:
    """The session that a GET of *path* with *query* asks for; "" for none."""
    bare = path.rstrip("/")
    if bare == _NAMED_IN_QUERY:
        return str(query.get("session_hash", ""))
    return bare.removeprefix(_NAMED_IN_PATH) if bare.startswith(_NAMED_IN_PATH) else ""


def session_in_body(data: Any) -> str:
    """The session that the body of an event names; "" for none."""
    named = data.get("session_hash") if isinstance(data, dict) else None
    return named if isinstance(named, str) else ""
