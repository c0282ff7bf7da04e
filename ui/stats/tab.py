"""The Stats tab: how much, how fast, how well, why slower, and where the time goes."""

import time
from typing import Any

import gradio as gr

from ui.shell import plotly_address
from ui.shell.assets import asset, mounted
from ui.shell.context import Parts
from ui.shell.rpc import remote
from ui.stats.answers import Answers


class StatsTab:
    """The tab's components. Its script asks by `server.st_…` whenever the tab is in sight."""

    def __init__(self, parts: Parts) -> None:
        self._shown = 0
        functions = Answers(parts).functions
        self.panel = gr.HTML(
            value={},
            html_template=asset("stats/stats.html"),
            js_on_load=mounted("stats/tab.js"),
            elem_id="stats",
            apply_default_css=False,
            server_functions=[remote(parts, name, answer) for name, answer in functions.items()],
        )
        if not plotly_address.address():
            # Never seen: with it Gradio loads the plotly that it brings, wherever it keeps it.
            from plotly.graph_objects import Figure  # half a second that few need

            gr.Plot(Figure(), show_label=False, container=False, elem_id="stats-plotly")

    def opened(self, id_: str) -> dict[str, Any]:
        """What the panel becomes to show the waterfall of generation *id_*."""
        self._shown = max(self._shown + 1, int(time.time() * 1000))
        return {"id": id_, "number": self._shown}
