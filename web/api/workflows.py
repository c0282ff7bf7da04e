"""The workflows' API: store one, list them with their fields, run one with values."""

import json
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from comfy.errors import Problem, WorkflowError
from comfy.workflow.form.form import Form, make_form
from storage.records import Generation
from studio.access.viewer import Viewer
from studio.errors import Absent
from studio.generations.seeds import drawn_seeds
from studio.studio import Studio
from studio.workflows.presets import MAX_BYTES, Preset, arranged, checked_name, read_preset
from studio.workflows.workflows import NotReady
from web.api.bodies import Started, started
from web.api.workflow_shapes import (
    DeletedWorkflow,
    RunWorkflow,
    StoredWorkflow,
    StoreWorkflow,
    Workflow,
    WorkflowNames,
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
                form, warnings = opened.form, opened.warnings
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
    ) -> Started:
        """Queue a workflow with values; 422 names each field that the server would not accept."""
        preset, form = self._kept(name, viewer)
        return started(self._run(preset, form, asked, viewer), response)

    def _run(
        self, preset: Preset, form: Form, asked: RunWorkflow, viewer: Viewer
    ) -> tuple[Generation, ...]:
        # Seeds that are given stay; all others are drawn anew for each of the count.
        held: Mapping[str, Any] = {field.key: field.value for field in form.fields}
        given = [
            {**held, **(drawn_seeds(form) if asked.random_seeds else {}), **asked.values}
            for _ in range(asked.count)
        ]
        try:
            press = self._studio.workflows.press(
                preset.name, preset.graph, given, random_seeds=False
            )
        except NotReady as error:
            fields = {_key(problem): problem.message for problem in error.problems}
            raise Refusal(422, str(error), fields) from error
        return self._studio.generations.create(viewer, press)

    def _kept(self, name: str, viewer: Viewer) -> tuple[Preset, Form]:
        preset = self._studio.presets.get(name, viewer)
        if preset is None:
            raise Absent("workflow")
        return preset, self._form(preset)

    def _form(self, preset: Preset) -> Form:
        return arranged(make_form(preset.graph, self._studio.workflows.catalogue), preset.looks)


def _key(problem: Problem) -> str:
    return f"{problem.node}.{problem.field}" if problem.node else problem.field
