"""The line under the prompt: a pasted text has settings, or is a workflow, and is used as that."""

from collections.abc import Mapping
from typing import Any

import gradio as gr

from comfy.workflow.files.pasted import read_pasted
from comfy.workflow.files.programs.settings import Settings
from studio.access.viewer import Viewer
from ui.generate.from_text import taken
from ui.generate.refill import Before, Refill
from ui.shell.assets import asset, mounted
from ui.shell.context import QUIET, Parts, aside, told
from ui.shell.rpc import Answer, Ask, remote


def component(parts: Parts) -> gr.HTML:
    """The line. Its script asks `gen_pasted` what a text is, and triggers `use` and `undo`."""
    return gr.HTML(
        value={},
        html_template=asset("generate/pasted.html"),
        js_on_load=mounted("generate/pasted.js", "use", "undo"),
        elem_id="pasted",
        apply_default_css=False,
        server_functions=[remote(parts, "gen_pasted", _kind)],
    )


def _kind(ask: Ask) -> Answer:
    """Whether a text is a workflow or settings, and of which program; nothing for another."""
    text = ask.data.get("text")
    found = read_pasted(text) if isinstance(text, str) else None
    if not found:
        return {}
    if found.settings and not found.graph:
        return {"kind": "settings", "program": found.settings.program}
    return {"kind": "workflow"}


class Pasting:
    """Fills the form with the settings of a text, and gives back what it held before."""

    def __init__(self, parts: Parts, refill: Refill, line: gr.HTML) -> None:
        self._parts = parts
        self._refill = refill
        self._line = line
        self._before = gr.State(None)

    def wire(self) -> None:
        """Connect the events."""
        outputs = [*self._refill.outputs, self._line, self._before]
        self._line.use(self.use, self._refill.inputs, outputs, **QUIET)
        self._line.undo(self.undo, self._before, outputs, **QUIET)

    async def use(
        self, request: gr.Request, event: gr.EventData, model: Any, *values: Any
    ) -> dict[Any, Any]:
        """Fill the form with what the `text` says; the prompt was `before`, ere it was pasted."""
        settings = read_pasted(told(event, "text")).settings
        if settings is None:
            return {self._line: {}}
        held, source = self._refill.held(model, values)
        filled, notes = await aside(self._taken, settings, held, self._parts.viewer(request))
        line = {"program": settings.program, "notes": notes, "number": self._parts.turns.number()}
        before = held | {"prompt": told(event, "before")}, source
        return {**filled, self._line: line, self._before: before}

    def _taken(
        self, settings: Settings, held: Mapping[str, Any], viewer: Viewer
    ) -> tuple[dict[Any, Any], list[str]]:
        """Updates that fill the form, which *held* something else; and what could not be taken."""
        own = str(held.get("checkpoint") or "")
        found = taken(settings, own, self._parts.studio.servers.choices())
        name = str(found.values.get("checkpoint", own))
        usual = self._refill.of_model(name, held, viewer) if name != own else {}
        return self._refill.updates({**held, **usual, **found.values}), list(found.notes)

    def undo(self, before: Before | None) -> dict[Any, Any]:
        """Let the form hold what it held *before*."""
        if before is None:
            return {self._line: {}}
        return {**self._refill.back(before), self._line: {}, self._before: None}
