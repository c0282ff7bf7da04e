"""The full view: one picture large, with everything about it, over whichever tab is open.

Its script draws it; what it asks is answered in `ui/library/actions.py`.
"""

import gradio as gr

from ui.fullview.next_actions import NextAnswers
from ui.library.actions import LibraryAnswers
from ui.shell.assets import asset, mounted
from ui.shell.context import Parts
from ui.shell.rpc import remote


class FullView:
    """The dialog. Scripts open it with the window event `stepglass:open`.

    Its script triggers `use` with {id, how}, `take` with {id, n, frame}, `vary` with
    {id, n, act} and `spans` with {id}.
    """

    def __init__(self, parts: Parts) -> None:
        functions = {**LibraryAnswers(parts).functions, **NextAnswers(parts).functions}
        self.panel = gr.HTML(
            value={},
            html_template=asset("fullview/fullview.html"),
            js_on_load=mounted("fullview/start.js", "use", "take", "vary", "spans"),
            elem_id="fullview",
            apply_default_css=False,
            server_functions=[remote(parts, name, answer) for name, answer in functions.items()],
        )
