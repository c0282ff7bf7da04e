"""The Workflows tab: any workflow as a form, with the same live panel as the built-in one."""

from collections.abc import AsyncIterator

import gradio as gr

from storage.records import Generation
from studio.access.viewer import Viewer
from ui.fetch.actions import FetchAnswers
from ui.live.follow import Stage, Update
from ui.shell.assets import asset, mounted
from ui.shell.context import FOLLOWING, TROUBLE, Parts
from ui.shell.rpc import remote
from ui.shell.turns import Turns
from ui.workflows.actions import FormActions
from ui.workflows.mask_actions import MaskActions
from ui.workflows.open_form_actions import OpenFormActions
from ui.workflows.preset_actions import PresetActions
from ui.workflows.token_panel import Programs

STOP = "workflow-stop"


class WorkflowsTab:
    """The tab's components and handlers.

    The form's script asks by `server.wf_…`, and triggers `follow` with {job} and `stop`.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.actions = FormActions(parts)
        self._functions = {
            **self.actions.functions,
            **PresetActions(parts, self.actions.whole).functions,
            **OpenFormActions(parts.studio.forms, self.actions.whole).functions,
            **MaskActions(parts, self.actions).functions,
            **Programs(parts).functions,
            **FetchAnswers(parts).functions,
        }
        with gr.Row(elem_id="workflow-grid"):
            with gr.Column(elem_id="workflow-form", elem_classes="sg-card", min_width=0):
                self.panel = self._panel()
            with gr.Column(elem_id="workflow-stage", elem_classes="sg-card", min_width=0):
                self.stage = Stage(parts, Turns(), "workflow-live", stop=STOP, linked=False)

    def _panel(self) -> gr.HTML:
        return gr.HTML(
            value={},
            html_template=asset("workflows/workflow.html"),
            js_on_load=mounted("workflows/open.js", "follow", "stop", "settings"),
            elem_id="workflow",
            apply_default_css=False,
            server_functions=[
                remote(self._parts, name, answer) for name, answer in self._functions.items()
            ],
        )

    def wire(self) -> None:
        """Connect the events."""
        live = self.stage.live
        self.stage.wire()
        self.stage.cancels(self.panel.stop)
        self.panel.follow(self.follow, None, live, trigger_mode="multiple", **FOLLOWING)

    async def follow(self, request: gr.Request, event: gr.EventData) -> AsyncIterator[Update]:
        """Show how the press goes that the script names."""
        async for update in self.stage.attach(request, event):
            yield update

    def again(self, record: Generation, viewer: Viewer, *, varied: bool = False) -> Update:
        """What the form becomes when *viewer* makes *record* again, or a variation of it."""
        number = self._parts.turns.number()
        try:
            return {**self.actions.again(viewer, record, varied=varied), "number": number}
        except TROUBLE as error:
            return {"error": str(error), "number": number}
