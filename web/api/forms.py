"""The API of open forms: the drafts of workflows that one has open on the page, or opens here."""

import json
from typing import Any, cast

from starlette.responses import Response
from starlette.routing import BaseRoute

from comfy.errors import WorkflowError
from studio.access.viewer import Viewer
from studio.errors import Absent, StudioError
from studio.studio import Studio
from studio.workflows.forms.forms import Seen, Typed
from studio.workflows.forms.open_form import OpenForm
from studio.workflows.presets import MAX_BYTES
from studio.workflows.presses.seeds import FIXED
from web.api.shapes.forms import (
    ChangeBody,
    ClosedForm,
    FormNames,
    FormShape,
    OpenBody,
    PressedForm,
    RunForm,
    form_shape,
    many_as_kept,
    name_shape,
)
from web.api.shapes.workflows import explained, started_run
from web.http.given_files import Given
from web.http.refusal import Refusal
from web.http.router import Caller, Router

ONE_OF = "Name one of workflow, preset or generationId."


class FormsApi:
    """The routes over *studio*'s open forms; everybody has their own."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._forms = studio.forms
        self._given = Given(studio)

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        most = max(MAX_BYTES, self._studio.settings.max_upload_bytes * 2)
        routes, one = Router("Forms", max_body=most), "/api/forms/{id_}"
        routes.get("/api/forms", self.list_forms)
        routes.post("/api/forms", self.open_form, status=201, says_no=(409,))
        routes.get(one, self.show_form, says_no=(409,))
        routes.post(one, self.change_form, says_no=(409,))
        routes.add("DELETE", one, self.close_form)
        routes.post(f"{one}/reopen", self.reopen_form, says_no=(409,))
        routes.post(f"{one}/run", self.run_form, status=202, says_no=(409,))
        return [*routes.routes]

    def list_forms(self, viewer: Caller) -> FormNames:
        """List one's own open forms."""
        return {"forms": [name_shape(form) for form in self._forms.all(viewer)]}

    def open_form(self, asked: OpenBody, viewer: Caller) -> FormShape:
        """Open a workflow, a preset, or what a generation was made with."""
        given = (asked.workflow is not None, bool(asked.preset), bool(asked.generation_id))
        if given.count(True) != 1:
            raise Refusal(422, ONE_OF, {"workflow": ONE_OF})
        return self._shape(self._opened(asked, viewer))

    def show_form(self, id_: str, viewer: Caller) -> FormShape:
        """One open form as it stands."""
        return self._shape(self._forms.see(viewer, id_))

    def change_form(self, id_: str, asked: ChangeBody, viewer: Caller) -> FormShape:
        """Type into a form; 422 names what is no field of it."""
        typed = _typed(self._forms.get(viewer, id_), asked)
        with explained():
            seen = self._forms.change(viewer, id_, typed, strict=True)
        for key, file in asked.files.items():
            seen = self._with_file(viewer, seen, key, file)
        return self._shape(seen)

    def close_form(self, id_: str, viewer: Caller) -> ClosedForm:
        """Close a form, and forget what was typed."""
        if not self._forms.close(viewer, id_):
            raise Absent("form")
        return {"closed": id_}

    def reopen_form(self, id_: str, viewer: Caller) -> FormShape:
        """Take a closing back."""
        self._forms.reopen(viewer, id_)
        return self._shape(self._forms.resume(viewer, id_))

    def run_form(self, id_: str, asked: RunForm, viewer: Caller, response: Response) -> PressedForm:
        """Press Generate; 422 names each field that the server would not accept."""
        form = self._forms.get(viewer, id_)
        making = self._studio.making
        seen = making.checked(viewer, id_, Typed(form.edits, form.modes, form.many))
        with explained():
            pressed = making.run(viewer, seen, partial=asked.partial)
        answer = cast("PressedForm", started_run(pressed.made, pressed.grid, response))
        answer["seeds"] = dict(pressed.seeds)
        return answer

    def _opened(self, asked: OpenBody, viewer: Viewer) -> Seen:
        if asked.preset:
            return self._forms.open_shipped(viewer, asked.preset)
        if asked.generation_id:
            record = self._studio.generations.seen(asked.generation_id, viewer)
            return self._forms.again(viewer, record)
        if isinstance(asked.workflow, str):
            return self._forms.open_saved(viewer, asked.workflow)
        try:
            data = json.dumps(asked.workflow).encode()
            return self._forms.open_file(viewer, data, "workflow.json")
        except WorkflowError as error:
            raise Refusal(422, str(error), {"workflow": str(error)}) from error

    def _with_file(self, viewer: Viewer, seen: Seen, key: str, file: Any) -> Seen:
        field = seen.prepared.form.get(key)
        if field is None:
            raise StudioError("This form has no such field for a file.")
        kept = None if file is None else self._given.keep(key, field.kind, file, viewer)
        return self._forms.put_kept(viewer, seen, key, kept)

    def _shape(self, seen: Seen) -> FormShape:
        making = self._studio.making
        return form_shape(seen, making.refused(seen), making.outlook(seen))


def _typed(form: OpenForm, asked: ChangeBody) -> Typed:
    """What *form* holds once *asked* is typed into it; a seed that is typed is kept."""
    given = {**form.edits, **asked.values}
    edits = {key: value for key, value in given.items() if value is not None}
    many = many_as_kept(asked.many) if asked.many else form.many
    modes = {**form.modes, **dict.fromkeys(asked.values, FIXED)}
    kept = {key: mode for key, mode in modes.items() if key in edits or key not in asked.values}
    return Typed(edits, {**kept, **asked.seeds}, many)
