"""The workflows' API: store one, list them with their fields, run one with values."""

import json
from collections.abc import Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from comfy.errors import Problem, WorkflowError
from comfy.workflow.form.form import Field, Form, Kind, make_form
from storage.records import Generation
from studio.access.viewer import Viewer, viewer_of
from studio.errors import Absent
from studio.generations.seeds import drawn_seeds
from studio.studio import Studio
from studio.workflows.presets import MAX_BYTES, Preset, arranged, checked_name, read_preset
from studio.workflows.workflows import NotReady
from web.http.endpoint import answering
from web.http.refusal import NO_STORE, Refusal
from web.http.requests import json_object, read_body

MAX_COUNT = 100
"""Generations that one run makes at the most."""


class WorkflowsApi:
    """The routes over *studio*'s workflows; everybody sees and runs their own."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    def routes(self) -> list[Route]:
        """Return the routes."""
        one = "/api/workflows/{name}"
        return [
            Route("/api/workflows", answering(self.index), methods=["GET"]),
            Route("/api/workflows", answering(self.store), methods=["POST"]),
            Route(one, answering(self.show), methods=["GET"]),
            Route(one, answering(self.delete), methods=["DELETE"]),
            Route(f"{one}/run", answering(self.run), methods=["POST"]),
        ]

    async def index(self, request: Request) -> Response:
        """List one's own workflows by name, the latest first."""
        names = await run_in_threadpool(self._studio.shelf.names, viewer_of(request))
        return JSONResponse({"workflows": list(names)}, headers=NO_STORE)

    async def store(self, request: Request) -> Response:
        """Keep ``{"name", "workflow"}``: what ComfyUI saves or exports, or a shared preset."""
        asked = json_object(await read_body(request, MAX_BYTES))
        body = await run_in_threadpool(self._store, asked, viewer_of(request))
        return JSONResponse(body, 201, headers=NO_STORE)

    async def show(self, request: Request) -> Response:
        """One workflow: its fields with kinds, values, limits and choices."""
        body = await run_in_threadpool(lambda: _shape(*self._found(request)))
        return JSONResponse(body, headers=NO_STORE)

    async def delete(self, request: Request) -> Response:
        """Remove one; the answer holds it, so that it can be stored again."""
        preset, _ = await run_in_threadpool(self._found, request)
        await run_in_threadpool(self._studio.shelf.delete, preset.name, viewer_of(request))
        return JSONResponse({"deleted": preset.to_json()}, headers=NO_STORE)

    async def run(self, request: Request) -> Response:
        """Queue ``{"values": {KEY: value}, "count": 1, "randomSeeds": true}``."""
        asked = json_object(await read_body(request, MAX_BYTES))
        made = await run_in_threadpool(self._run, request, asked)
        first = made[0]
        body: dict[str, Any] = {
            "generationId": first.id,
            "promptId": first.id,
            "status": first.status.value,
        }
        if len(made) > 1:
            body["generationIds"] = [one.id for one in made]
        headers = {"Location": f"/api/generations/{first.id}"} | NO_STORE
        return JSONResponse(body, 202, headers=headers)

    def _store(self, asked: Mapping[str, Any], viewer: Viewer) -> dict[str, Any]:
        given, name = asked.get("workflow"), asked.get("name")
        if not isinstance(given, Mapping):
            raise Refusal(422, "Send the workflow as a JSON object.", {"workflow": "is missing"})
        warnings: tuple[str, ...] = ()
        try:
            if "format" in given:
                preset = read_preset(given)
                preset = Preset(_name(name) or preset.name, preset.graph, preset.looks)
                form = self._form(preset)
            else:
                opened = self._studio.workflows.open(json.dumps(given).encode(), "workflow.json")
                preset = Preset(checked_name(_name(name)), dict(opened.graph))
                form, warnings = opened.form, opened.warnings
        except WorkflowError as error:
            raise Refusal(422, str(error), {"workflow": str(error)}) from error
        self._studio.shelf.save(preset, viewer)
        return _shape(preset, form) | {"warnings": list(warnings)}

    def _run(self, request: Request, asked: Mapping[str, Any]) -> tuple[Generation, ...]:
        preset, form = self._found(request)
        values, count = asked.get("values", {}), asked.get("count", 1)
        if not isinstance(values, Mapping):
            raise Refusal(422, "values is to be a JSON object.", {"values": "is no object"})
        if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= MAX_COUNT:
            sentence = f"count is to be a whole number from 1 to {MAX_COUNT}."
            raise Refusal(422, sentence, {"count": sentence})
        # Seeds that are given stay; all others are drawn anew for each of the count.
        held = {one.key: one.value for one in form.fields}
        drawn = asked.get("randomSeeds", True) is not False
        given = [held | (drawn_seeds(form) if drawn else {}) | dict(values) for _ in range(count)]
        try:
            return self._studio.workflows.run(
                preset.name, preset.graph, given, viewer_of(request), random_seeds=False
            )
        except NotReady as error:
            fields = {_key(problem): problem.message for problem in error.problems}
            raise Refusal(422, str(error), fields) from error

    def _found(self, request: Request) -> tuple[Preset, Form]:
        preset = self._studio.shelf.get(request.path_params["name"], viewer_of(request))
        if preset is None:
            raise Absent("workflow")
        return preset, self._form(preset)

    def _form(self, preset: Preset) -> Form:
        return arranged(make_form(preset.graph, self._studio.workflows.catalogue), preset.looks)


def _name(name: Any) -> str:
    return name if isinstance(name, str) else ""


def _key(problem: Problem) -> str:
    return f"{problem.node}.{problem.field}" if problem.node else problem.field


def _shape(preset: Preset, form: Form) -> dict[str, Any]:
    return {
        "name": preset.name,
        "description": preset.description,
        "fields": [_field_shape(one) for one in form.fields],
        "unfit": list(form.unfit),
    }


def _field_shape(one: Field) -> dict[str, Any]:
    # Seeds reach 2^64 - 1, which JavaScript cannot hold: as text.
    value = str(one.value) if one.kind is Kind.SEED else one.value
    shape = {"key": one.key, "label": one.label, "kind": one.kind.value, "value": value}
    more: dict[str, Any] = {
        "group": one.group,
        "least": one.least,
        "most": one.most,
        "help": one.help,
    }
    if one.choices:
        more["choices"] = list(one.choices)
    return shape | {name: found for name, found in more.items() if found not in (None, "")}
