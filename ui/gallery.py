"""The Gallery tab: what was made, newest first, found by its prompt."""

from typing import Any

import gradio as gr

from storage.records import Generation
from ui.parts import QUIET, Parts, aside, told
from ui.theme import asset

PAGE = 48
"""Generations fetched at a time."""
MAX_PROMPT_SHOWN = 160
MAX_QUERY = 200
MAX_TEXT_SHOWN = 200
NO_FILE = -1
"""The number of what a generation made that has no files."""


class GalleryTab:
    """The tab's components and handlers. Its script triggers `more` with {before, query}."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._studio = parts.studio
        with gr.Row(elem_id="gallery-head"):
            self.query = gr.Textbox(
                label="Search prompts",
                placeholder="Words in the prompt",
                max_lines=1,
                max_length=MAX_QUERY,
                elem_id="gallery-query",
            )
        self.grid = gr.HTML(
            value={},
            html_template=asset("gallery.html"),
            js_on_load=asset("gallery.js"),
            elem_id="gallery",
            apply_default_css=False,
        )

    def wire(self, tab: gr.Tab) -> None:
        """Connect the events; the tab is filled whenever it is chosen."""
        tab.select(self.first, self.query, self.grid, **QUIET)
        self.query.change(self.first, self.query, self.grid, trigger_mode="always_last", **QUIET)
        self.grid.more(self.more, None, self.grid, **QUIET)
        self.grid.again(self.first, self.query, self.grid, **QUIET)

    async def first(self, query: str, request: gr.Request) -> dict[str, Any]:
        """The newest, from the top."""
        found = await self._page("", query.strip(), request)
        total = await aside(self._studio.count, self._parts.viewer(request), query.strip())
        return {**found, "total": total}

    async def more(self, request: gr.Request, event: gr.EventData) -> dict[str, Any]:
        """What comes after the last one shown."""
        return await self._page(told(event, "before"), told(event, "query")[:MAX_QUERY], request)

    async def _page(self, before: str, query: str, request: gr.Request) -> dict[str, Any]:
        viewer = self._parts.viewer(request)
        found = await aside(self._studio.page, viewer, before, PAGE, query)
        return {
            "number": self._parts.turns.number(),
            "before": before,
            "query": query,
            "tiles": [tile for record in found for tile in tiles(record)],
            "last": found[-1].id if len(found) == PAGE else "",
        }


def tiles(record: Generation) -> list[dict[str, Any]]:
    """One tile a file of *record*; one for its texts where it made no file."""
    base = {"id": record.id, "prompt": (record.prompt or record.workflow)[:MAX_PROMPT_SHOWN]}
    made = [
        {
            **base,
            "n": image.number,
            "width": image.width or record.width,
            "height": image.height or record.height,
            "media": image.media,
            "thumb": bool(image.thumbnail),
            "name": image.filename,
        }
        for image in record.images
        if not image.temporary or image.thumbnail
    ]
    said = " ".join(record.texts)[:MAX_TEXT_SHOWN]
    return made or [{**base, "n": NO_FILE, "width": 1, "height": 1, "text": said, "thumb": False}]
