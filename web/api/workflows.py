"""The workflows' API: store one, list them with their fields, run one with values."""

import json

from starlette.responses import Response
from starlette.routing import BaseRoute

from comfy.errors import WorkflowError
from comfy.workflow.form.form import Form, make_form
from studio.access.viewer import Viewer
from studio.errors import Absent
from studio.named_documents import checked_name
from studio.studio import Studio
from studio.workflows.looks import arranged
from studio.workflows.presets import MAX_BYTES, Preset, read_preset
from web.api.shapes.workflows import (
    DeletedWorkflow,
    RunWorkflow,
    StartedRun,
    StoredWorkflow,
    StoreWorkflow,
    Workflow,
    WorkflowNames,
    explained,
    started_run,
    workflow_shape,
)
from web.http.refusal import Refusal
from web.http.router import Caller, Router


class WorkflowsApi:
    """The routes over *studio*'s workflows; everybody sees and runs their own."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        routes, one = Router("Workflows", max_body=MAX_BYTES), "/api/workflows/{name}"
        routes.get("/api/workflows", self.list_workflows)
        routes.post("/api/workflows", self.store_workflow, status=201, says_no=(409,))
        routes.get(one, self.show_workflow, says_no=(409,))
        routes.add("DELETE", one, self.delete_workflow, says_no=(409,))
        routes.post(f"{one}/run", self.run_workflow, status=202, says_no=(409,))
        return [*routes.routes]

    def list_workflows(self, viewer: Caller) -> WorkflowNames:
        """List one's own workflows by name, the latest first."""
        return {"workflows": list(self._studio.presets.names(viewer))}

    def store_workflow(self, asked: StoreWorkflow, viewer: Caller) -> StoredWorkflow:
        """Keep a workflow: what ComfyUI saves or exports, or a shared preset."""
        warnings: tuple[str, ...] = ()
        try:
            if "format" in asked.workflow:
                preset = read_preset(asked.workflow)
                preset = Preset(asked.name or preset.name, preset.graph, preset.looks)
                form = self._form(preset)
            else:
                data = json.dumps(asked.workflow).encode()
                opened = self._studio.workflows.open(data, "workflow.json")
                preset = Preset(checked_name(asked.name), dict(opened.graph))
                form, warnings = opened.prepared.form, opened.warnings
        except WorkflowError as error:
            raise Refusal(422, str(error), {"workflow": str(error)}) from error
        self._studio.presets.save(preset, viewer)
        return {**workflow_shape(preset, form), "warnings": list(warnings)}

    def show_workflow(self, name: str, viewer: Caller) -> Workflow:
        """One workflow: its fields with kinds, values, limits and choices."""
        return workflow_shape(*self._kept(name, viewer))

    def delete_workflow(self, name: str, viewer: Caller) -> DeletedWorkflow:
        """Remove one; the answer holds it, so that it can be stored again."""
        preset, _ = self._kept(name, viewer)
        self._studio.presets.delete(preset.name, viewer)
        return {"deleted": preset.to_json()}

    def run_workflow(
        self, name: str, asked: RunWorkflow, viewer: Caller, response: Response
    ) -> StartedRun:
        """Queue a workflow with values; 422 names each field that the server would not accept."""
        with explained():
            run = self._studio.runs.run(
                viewer,
                self._preset(name, viewer),
                asked.values,
                many=asked.many,
                random_seeds=asked.random_seeds,
                partial=asked.partial,
                styles=asked.styles,
            )
        return started_run(run.made, run.grid, response)

    def _preset(self, name: str, viewer: Viewer) -> Preset:
        preset = self._studio.presets.get(name, viewer)
        if preset is None:
            raise Absent("workflow")
        return preset

    def _kept(self, name: str, viewer: Viewer) -> tuple[Preset, Form]:
        preset = self._preset(name, viewer)
        return preset, self._form(preset)

    def _form(self, preset: Preset) -> Form:
        return arranged(make_form(preset.graph, self._studio.workflows.catalogue), preset.looks)
