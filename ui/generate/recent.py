"""What this person made last, as a strip beneath the stage. Its script draws it."""

import gradio as gr

from ui.library.actions import LibraryAnswers
from ui.shell.assets import asset, mounted
from ui.shell.context import Parts
from ui.shell.rpc import remote


def recent(parts: Parts) -> gr.HTML:
    """The component; its script asks `gal_page`, as the gallery's does."""
    return gr.HTML(
        html_template=asset("generate/recent.html"),
        js_on_load=mounted("generate/recent.js"),
        elem_id="recent",
        apply_default_css=False,
        server_functions=[remote(parts, "gal_page", LibraryAnswers(parts).page)],
    )
