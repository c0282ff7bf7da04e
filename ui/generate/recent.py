"""What this person made last, as a strip beneath the stage. Its script draws it."""

from functools import partial

import gradio as gr

from storage.search.query import Search
from ui.library.tiles import tiles
from ui.shell.assets import asset, mounted
from ui.shell.context import Parts
from ui.shell.rpc import Answer, Ask, remote

GENERATIONS = 24
"""How many are shown, at most."""


def recent(parts: Parts) -> gr.HTML:
    """The component; its script asks `gen_recent`."""
    return gr.HTML(
        html_template=asset("generate/recent.html"),
        js_on_load=mounted("generate/recent.js"),
        elem_id="recent",
        apply_default_css=False,
        server_functions=[remote(parts, "gen_recent", partial(last_made, parts))],
    )


def last_made(parts: Parts, ask: Ask) -> Answer:
    """Tiles as the gallery has them, newest first: one's own, also for whoever sees everybody's."""
    own = Search(owner=ask.viewer.owner)
    found = parts.studio.library.page(ask.viewer, own, limit=GENERATIONS)
    return {"tiles": [tile for record in found for tile in tiles(record)]}
