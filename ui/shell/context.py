"""What every tab is given, and how its events are registered."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from comfy.errors import ComfyError
from storage.errors import StorageError
from storage.records import Generation
from studio.access.viewer import Viewer
from studio.errors import StudioError
from studio.studio import Studio
from ui.shell.previews import Previews
from ui.shell.turns import Turns

QUIET: dict[str, Any] = {
    "show_progress": "hidden",
    "show_progress_on": (),  # or the page goes through every output at every value of any event
    "api_visibility": "private",
    "concurrency_limit": None,
}
"""For every event: no veil over the page, no public endpoint, nobody waits for another."""

FOLLOWING: dict[str, Any] = {**QUIET, "postprocess": False}
"""For what sends values to the live panel many times a second: they need no further processing,
for which Gradio would go to another thread and back with each."""

TROUBLE = (StudioError, ComfyError, StorageError)
"""Errors whose message is a sentence for the person at the page."""


@dataclass(frozen=True)
class Parts:
    """The studio, and what the tabs share.

    `viewer_of` says who sent a request.
    """

    studio: Studio
    viewer_of: Callable[[gr.Request], Viewer]
    turns: Turns = field(default_factory=Turns)
    previews: Previews = field(default_factory=Previews)

    def link(self, record: Generation, viewer: Viewer) -> str:
        """The query of the private link of *record*, which is the viewer's own."""
        return self.studio.links.query(record, viewer)

    def viewer(self, request: gr.Request) -> Viewer:
        """Who sent *request*."""
        return self.viewer_of(request)


def told(event: gr.EventData, name: str) -> str:
    """The text *name* that a script sent with an event; "" for anything else."""
    data = event._data
    found = data.get(name) if isinstance(data, dict) else None
    return found if isinstance(found, str) else ""


async def aside(function: Callable[..., Any], *arguments: Any) -> Any:
    """Run what blocks in a thread, so that the pages' loop goes on."""
    return await asyncio.to_thread(function, *arguments)
