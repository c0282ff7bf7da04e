"""The line on top: the name, the servers and how they are, the demo engine's label, the theme."""

import time
from collections.abc import Sequence
from typing import Any

import gradio as gr

from comfy import clock
from studio.access.viewer import Viewer
from studio.servers.state import ServerState
from studio.snapshot import Link
from studio.version import VERSION
from ui.shell.assets import asset, mounted
from ui.shell.context import QUIET, Parts

EVERY_SECONDS = 3.0
"""How often an open page asks how the servers are."""
DEMO_LABEL = "Demo engine — not a diffusion model"


class Header:
    """The header's component and handler.

    Its script triggers `offers` where what servers offer, or whether any is there, has changed.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.panel = gr.HTML(
            value={},
            html_template=asset("shell/header.html"),
            js_on_load=mounted("shell/header.js", "offers"),
            elem_id="header",
            apply_default_css=False,
        )
        self._timer = gr.Timer(EVERY_SECONDS)

    def wire(self, page: gr.Blocks) -> None:
        """Connect the events."""
        page.load(self.state, None, self.panel, **QUIET)
        self._timer.tick(self.state, None, self.panel, **QUIET)

    def state(self, request: gr.Request) -> dict[str, Any]:
        """The servers now, the viewer's name, and how much of theirs is live."""
        servers = self._parts.studio.servers.states()
        viewer = self._parts.viewer(request)
        counts = self._parts.studio.news.counts(viewer)
        return {
            "version": VERSION,
            "servers": [_server(s, clock.now()) for s in servers],
            "who": _who(viewer),
            "own": {"now": time.time(), "live": counts.live, "ended": counts.ended},
            "offers": offers_key(self._parts.studio.servers.edition, servers),
        }


def offers_key(edition: int, servers: Sequence[ServerState]) -> str:
    """What a page compares to know that its choices, or the note beneath them, are old."""
    down = bool(servers) and all(s.freshness.link is Link.UNREACHABLE for s in servers)
    return f"{edition} {'down' if down else 'up'}"


def _who(viewer: Viewer) -> dict[str, Any]:
    """Who looks at the page: by a login, as the one person, or as a browser of its own."""
    kind = viewer.owner.partition(":")[0]
    return {
        "kind": "account" if viewer.name else kind,
        "name": viewer.name,
        "forgetful": viewer.is_new,
    }


def _server(server: ServerState, now: float) -> dict[str, Any]:
    heard = server.freshness.heard_at
    return {
        "name": DEMO_LABEL if server.is_demo else server.name,
        "demo": server.is_demo,
        "url": server.url,
        "kind": str(server.freshness.link),
        "words": words(server, now),
        "more": " · ".join(filter(None, (server.version, server.device, server.error))),
        "heard": None if heard is None else round(max(0.0, now - heard), 1),
    }


def words(server: ServerState, now: float) -> str:
    """How a server is, in a few words."""
    kind, since = server.freshness.link, server.freshness.since
    if kind is Link.LIVE:
        return f"{server.remaining} in its queue" if server.remaining else "idle"
    if kind is Link.UNREACHABLE and server.freshness.denied:
        return "wants a login"
    if kind is Link.UNREACHABLE:
        minutes = int((now - since) // 60) if since else 0
        return f"unreachable for {minutes} min" if minutes else "unreachable"
    return {
        Link.RECONNECTING: "reconnecting",
        Link.POLLING: "polling",
        Link.STALLED: "stalled",
    }.get(kind, "connecting")
