"""The Gallery tab: everything that was made, found again, marked, compared and kept in order.

Its script draws it; what it asks is answered in `ui/library/actions.py` and
`ui/library/disk_actions.py`.
"""

import gradio as gr

from ui.library.actions import LibraryAnswers
from ui.library.disk_actions import UpkeepAnswers
from ui.shell.assets import asset, mounted
from ui.shell.context import Parts
from ui.shell.rpc import remote


class GalleryTab:
    """The tab's component."""

    def __init__(self, parts: Parts) -> None:
        functions = {**LibraryAnswers(parts).functions, **UpkeepAnswers(parts).functions}
        self.panel = gr.HTML(
            value={},
            html_template=asset("gallery/gallery.html"),
            js_on_load=mounted("gallery/start.js"),
            elem_id="gallery",
            apply_default_css=False,
            server_functions=[remote(parts, name, answer) for name, answer in functions.items()],
        )
