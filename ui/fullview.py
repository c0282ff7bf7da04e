"""The full view: one picture large, with everything about it, over whichever tab is open."""

from typing import Any

import gradio as gr

from ui import details
from ui.parts import QUIET, TROUBLE, Parts, aside, told
from ui.theme import asset

GONE = "This generation is not here any more."


class FullView:
    """The dialog. Scripts open it with the window event `stepglass:open`.

    Its script triggers `open`, `use`, `spans`, `remove` and `restore`, each with {id}.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._studio = parts.studio
        self.panel = gr.HTML(
            value={},
            html_template=asset("fullview.html"),
            js_on_load=asset("fullview.js"),
            elem_id="fullview",
            apply_default_css=False,
        )

    def wire(self) -> None:
        """Connect the events that concern nothing else."""
        self.panel.open(self.open, None, self.panel, trigger_mode="always_last", **QUIET)
        self.panel.remove(self.remove, None, self.panel, trigger_mode="multiple", **QUIET)
        self.panel.restore(self.restore, None, self.panel, trigger_mode="multiple", **QUIET)

    async def open(self, request: gr.Request, event: gr.EventData) -> dict[str, Any]:
        """What there is to know about one generation."""
        one, viewer = told(event, "id"), self._parts.viewer(request)
        record = await aside(self._studio.get, one, viewer)
        if record is None:
            return {"id": one, "gone": GONE}
        found = details.describe(record)
        return {**found, "mine": viewer.may_change(record.owner)}

    async def remove(self, request: gr.Request, event: gr.EventData) -> dict[str, Any]:
        """Put a generation into the bin."""
        return await self._change(self._studio.delete, "removed", request, event)

    async def restore(self, request: gr.Request, event: gr.EventData) -> dict[str, Any]:
        """Take a generation out of the bin again."""
        return await self._change(self._studio.restore, "restored", request, event)

    async def _change(
        self, change: Any, word: str, request: gr.Request, event: gr.EventData
    ) -> dict[str, Any]:
        one, number = told(event, "id"), self._parts.turns.number()
        try:
            await aside(change, one, self._parts.viewer(request))
        except (*TROUBLE, KeyError) as error:
            said = GONE if isinstance(error, KeyError) else str(error)
            return {"said": said, "number": number}
        return {word: one, "number": number}
