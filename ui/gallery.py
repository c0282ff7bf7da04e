"""The Gallery tab: everything that was made, found again, marked, compared and kept in order.

Its script draws it; what it asks is answered in `ui/library.py` and `ui/upkeep.py`.
"""

import gradio as gr

from ui.library import LibraryAnswers
from ui.parts import Parts
from ui.remote import remote
from ui.theme import asset
from ui.upkeep import UpkeepAnswers

SCRIPTS = (
    *("state", "grid", "load", "find", "pick", "labels", "compare", "import", "disk", "start"),
)
"""Together one script, in this order."""


class GalleryTab:
    """The tab's component. Its script triggers `use` with {id, how}."""

    def __init__(self, parts: Parts) -> None:
        functions = {**LibraryAnswers(parts).functions, **UpkeepAnswers(parts).functions}
        self.panel = gr.HTML(
            value={},
            html_template=asset("gallery.html"),
            js_on_load="\n".join(asset(f"gallery_{name}.js") for name in SCRIPTS),
            elem_id="gallery",
            apply_default_css=False,
            server_functions=[remote(parts, name, answer) for name, answer in functions.items()],
        )
